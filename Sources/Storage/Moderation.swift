/// What owners and moderators see of the members, and what they do about them.
public enum Moderation {
  /// Bytes of a note.
  public static let noteBytesMax = 4_000
  /// The longest timeout that can be given in minutes: ten years.
  public static let timeoutMinutesMax: Int64 = 5_256_000

  /// A member with everything that only moderators see.
  public struct Member: Sendable, JSONWritable {
    /// Where.
    public let workspaceID: WorkspaceID
    /// Who.
    public let user: User
    /// The role there.
    public let role: Role
    /// Posts that a guest has left; 0 for everybody else, who has no limit.
    public let postsRemaining: Int64
    /// Posts that guests have in all; 0 for everybody else.
    public let postLimit: Int64
    /// Until when writing is or was refused.
    public let timeoutUntil: String?
    /// Since when writing is refused.
    public let blockedAt: String?
    /// What moderators noted.
    public let note: String
    /// Who moderated last.
    public let moderatedBy: UserID?
    /// When.
    public let moderatedAt: String?

    /// Writes the contract's MemberModeration object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("workspace_id", workspaceID)
        json.field("user", user)
        json.field("role", role.rawValue)
        json.field("posts_remaining", postsRemaining)
        json.field("post_limit", postLimit)
        json.field("timeout_until", ifPresent: timeoutUntil)
        json.field("blocked_at", ifPresent: blockedAt)
        if !note.isEmpty { json.field("moderation_note", note) }
        json.field("moderation_by", ifPresent: moderatedBy)
        json.field("moderation_at", ifPresent: moderatedAt)
      }
    }
  }

  /// What a moderator changes; nil leaves it as it is.
  public struct Change: Sendable, Decodable {
    /// The new role: moderator, member or guest.
    public var role: String?
    /// RFC 3339; wins over `timeoutMinutes`.
    public var timeoutUntil: String?
    /// Minutes from now; what is not positive counts as not given.
    public var timeoutMinutes: Int64?
    /// Whether the timeout ends now.
    public var clearTimeout: Bool?
    /// Whether writing is refused until further notice.
    public var blocked: Bool?
    /// A note for other moderators.
    public var note: String?

    private enum CodingKeys: String, CodingKey {
      case role
      case timeoutUntil = "timeout_until"
      case timeoutMinutes = "timeout_minutes"
      case clearTimeout = "clear_timeout"
      case blocked
      case note = "moderation_note"
    }
  }

  /// Every member with their moderation state, for owners and moderators: by rank, then by name.
  /// - Throws: `StoreError`, `SQLError`.
  public static func roster(
    _ caller: Caller, in workspaceID: WorkspaceID, at now: Timestamp, _ db: any SQLConnection
  ) throws -> [Member] {
    let membership = try Access.member(caller, of: workspaceID, db)
    try membership.requireModerator(at: now)
    return try db.all(
      """
      \(selection)
      WHERE m.workspace_id = ?1 AND u.deleted_at IS NULL
      ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 WHEN 'member' THEN 2 ELSE 3 END,
        lower(u.display_name), u.id
      """, [.text(workspaceID), .text(GuestBudget.start(at: now))]
    ) { member(workspaceID, $0) }
  }

  /// Changes a member's role, timeout, block or note.
  ///
  /// Nobody moderates themselves, the owner, or a member of their own rank or above, and nobody gives a role of their
  /// own rank or above. The event is seen by moderators and by the member concerned, nobody else.
  /// - Throws: `StoreError`, `SQLError`.
  public static func update(
    _ caller: Caller, member userID: UserID, in workspaceID: WorkspaceID, _ change: Change, _ tx: Transaction
  ) throws -> (Member, Event) {
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    try membership.requireModerator(at: tx.now)
    guard userID != caller.userID else { throw StoreError.forbidden("nobody moderates themselves") }
    let current = try tx.db.first(
      """
      SELECT role, timeout_until, blocked_at, moderation_note FROM workspace_members
      WHERE workspace_id = ?1 AND user_id = ?2
      """, [.text(workspaceID), .text(userID)]
    ) { row in
      (
        role: Role(rawValue: row.text(0)) ?? .guest, timeoutUntil: row.optionalText(1), blockedAt: row.optionalText(2),
        note: row.text(3)
      )
    }
    guard var state = current else { throw StoreError.notFound("member") }
    guard rank(of: state.role) < rank(of: membership.role) else {
      throw StoreError.forbidden("only those of a higher rank may moderate this member")
    }
    if let role = change.role, !role.isEmpty {
      state.role = try newRole(role, for: state.role, by: membership.role)
    }
    if let timeout = try timeout(in: change, at: tx.now) { state.timeoutUntil = timeout }
    if change.clearTimeout == true { state.timeoutUntil = nil }
    if let blocked = change.blocked { state.blockedAt = blocked ? state.blockedAt ?? tx.now.text : nil }
    if let note = change.note {
      guard note.utf8.count <= noteBytesMax else {
        throw StoreError.invalid("moderation_note is longer than \(noteBytesMax) bytes")
      }
      state.note = note
    }
    try tx.db.execute(
      """
      UPDATE workspace_members SET role = ?3, timeout_until = ?4, blocked_at = ?5, moderation_note = ?6,
        moderation_by = ?7, moderation_at = ?8
      WHERE workspace_id = ?1 AND user_id = ?2
      """,
      [
        .text(workspaceID), .text(userID), .text(state.role.rawValue), .optional(state.timeoutUntil),
        .optional(state.blockedAt), .text(state.note), .text(caller.userID), .text(tx.now.text),
      ])
    tx.invalidate(.membership(workspaceID, userID))
    if state.role == .guest || state.blockedAt != nil {
      try ChannelMembers.removeFromAll(userID, of: workspaceID, tx)
    }
    let event = try tx.append(
      EventDraft(.memberModerationUpdated, workspaceID: workspaceID, audience: .moderators(about: userID)) {
        $0.field("role", state.role.rawValue)
        $0.field("user_id", userID)
      })
    let updated = try tx.db.first(
      "\(selection) WHERE m.workspace_id = ?1 AND m.user_id = ?3",
      [.text(workspaceID), .text(GuestBudget.start(at: tx.now)), .text(userID)]
    ) { member(workspaceID, $0) }
    guard let updated else { throw StoreError.notFound("member") }
    return (updated, event)
  }

  private static func rank(of role: Role) -> Int {
    switch role {
    case .guest: 0
    case .member: 1
    case .moderator: 2
    // Bots are their workspace's own tools: only the owner disciplines them.
    case .bot: 3
    case .owner: 4
    }
  }

  private static func newRole(_ text: String, for current: Role, by actor: Role) throws(StoreError) -> Role {
    guard let role = Role(rawValue: text), role == .moderator || role == .member || role == .guest else {
      throw .invalid("role must be moderator, member or guest")
    }
    guard current != .bot else { throw .invalid("a bot's role can't change") }
    guard rank(of: role) < rank(of: actor) else { throw .forbidden("you can't give a role of your own rank") }
    return role
  }

  private static func timeout(in change: Change, at now: Timestamp) throws(StoreError) -> String? {
    if let text = change.timeoutUntil, !text.isEmpty {
      guard let until = Timestamp(rfc3339: text) else { throw .invalid("timeout_until is not an RFC 3339 time") }
      return until.text
    }
    guard let minutes = change.timeoutMinutes, minutes > 0 else { return nil }
    guard minutes <= timeoutMinutesMax else { throw .invalid("timeout_minutes is more than \(timeoutMinutesMax)") }
    return now.adding(seconds: minutes * 60).text
  }

  // ?1 is the workspace, ?2 the start of the guests' window.
  private static let selection = """
    SELECT \(User.columns("u")), m.role, m.timeout_until, m.blocked_at, m.moderation_note, m.moderation_by,
      m.moderation_at,
      CASE WHEN m.role = 'guest' THEN (SELECT count(*) FROM guest_posts g
        WHERE g.workspace_id = ?1 AND g.user_id = m.user_id AND g.posted_at > ?2) ELSE 0 END
    FROM workspace_members m JOIN users u ON u.id = m.user_id
    """

  private static func member(_ workspaceID: WorkspaceID, _ row: borrowing SQLRow) -> Member {
    let next = User.columnCount
    let role = Role(rawValue: row.text(next)) ?? .guest
    return Member(
      workspaceID: workspaceID, user: User(row: row, from: 0), role: role,
      postsRemaining: role == .guest ? max(0, GuestBudget.postsMax - row.int(next + 6)) : 0,
      postLimit: role == .guest ? GuestBudget.postsMax : 0, timeoutUntil: row.optionalText(next + 1),
      blockedAt: row.optionalText(next + 2), note: row.text(next + 3), moderatedBy: row.optionalText(next + 4),
      moderatedAt: row.optionalText(next + 5))
  }
}
