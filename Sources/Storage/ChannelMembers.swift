/// Who belongs to a private channel. To everybody else it does not exist, whatever they are in the workspace.
///
/// Any member may add members of the workspace; bots belong only if they were added themselves. Members are neither
/// guests nor blocked: whoever becomes either, or leaves the workspace, leaves its private channels. The last member to
/// leave archives the channel; nobody can see it any more, and the operator's export still has it.
public enum ChannelMembers {
  /// Members of one private channel at most.
  public static let perChannelMax: Int64 = 1_000

  /// SQL for "this user may know of this channel": it is public or they belong to it. A missing row counts as public,
  /// for outer joins.
  /// - Parameters:
  ///   - user: An SQL expression for the user's identifier.
  ///   - channel: The alias of a row of `channels`.
  static func admits(_ user: String, to channel: String) -> String {
    """
    (\(channel).private_name IS NULL OR EXISTS (
      SELECT 1 FROM channel_members cm WHERE cm.channel_id = \(channel).id AND cm.user_id = \(user)))
    """
  }

  /// Whether a user may know of a channel: it is public or they belong to it.
  /// - Throws: `SQLError`.
  static func admit(_ userID: UserID, to channelID: ChannelID, _ db: any SQLConnection) throws -> Bool {
    try db.exists(
      "SELECT 1 FROM channels c WHERE c.id = ?1 AND \(admits("?2", to: "c"))", [.text(channelID), .text(userID)])
  }

  /// The members of every private channel of a workspace.
  /// - Throws: `SQLError`.
  static func all(of workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> [ChannelID: Set<UserID>] {
    var members: [ChannelID: Set<UserID>] = [:]
    try db.query(
      "SELECT channel_id, user_id FROM channel_members WHERE workspace_id = ?1", [.text(workspaceID)]
    ) { members[$0.text(0), default: []].insert($0.text(1)) }
    return members
  }

  /// The members of one channel, for memory.
  /// - Throws: `SQLError`.
  public static func ids(of channelID: ChannelID, _ db: any SQLConnection) throws -> Set<UserID> {
    Set(try db.all("SELECT user_id FROM channel_members WHERE channel_id = ?1", [.text(channelID)]) { $0.text(0) })
  }

  /// The members of a private channel by name, for its members.
  /// - Throws: `StoreError.notFound`, `.conflict` for a public channel, `SQLError`.
  public static func list(_ caller: Caller, of channelID: ChannelID, _ db: any SQLConnection) throws -> [User] {
    try requirePrivate(try Access.channel(caller, channelID, db))
    return try db.all(
      """
      SELECT \(User.columns("u")) FROM channel_members cm JOIN users u ON u.id = cm.user_id
      WHERE cm.channel_id = ?1 ORDER BY lower(u.display_name), u.id
      """, [.text(channelID)]
    ) { User(row: $0, from: 0) }
  }

  /// Adds a member of the workspace to a private channel. One who belongs to it already stays.
  /// - Returns: The member, and whether they are new.
  /// - Throws: `StoreError.notFound`, `.forbidden` for guests and blocked members, `.conflict` for a public or a full
  ///   channel; `SQLError`.
  public static func add(
    _ caller: Caller, _ userID: UserID, to channelID: ChannelID, _ tx: Transaction
  ) throws -> (member: User, isNew: Bool) {
    let channel = try Access.channel(caller, channelID, tx.db)
    try requirePrivate(channel)
    let workspaceID = channel.membership.workspaceID
    try channel.membership.requireWriting(at: tx.now)
    guard !userID.isEmpty else { throw StoreError.invalid("user_id is missing") }
    let found = try tx.db.first(
      """
      SELECT m.role = 'guest' OR m.blocked_at IS NOT NULL, \(User.columns("u"))
      FROM workspace_members m JOIN users u ON u.id = m.user_id
      WHERE m.workspace_id = ?1 AND m.user_id = ?2 AND u.deleted_at IS NULL
      """, [.text(workspaceID), .text(userID)]
    ) { (isRestricted: $0.bool(0), user: User(row: $0, from: 1)) }
    guard let found else { throw StoreError.notFound("member") }
    guard !found.isRestricted else { throw StoreError.forbidden("guests and blocked members can't be added") }
    if try admit(userID, to: channelID, tx.db) { return (found.user, false) }
    let count = try tx.db.first("SELECT count(*) FROM channel_members WHERE channel_id = ?1", [.text(channelID)]) {
      $0.int(0)
    }
    guard (count ?? 0) < perChannelMax else {
      throw StoreError.conflict("the channel has \(perChannelMax) members already")
    }
    try insert(userID, in: channelID, of: workspaceID, by: caller.userID, tx)
    // To the new member the channel begins to exist now.
    try tx.append(
      EventDraft(.channelCreated, workspaceID: workspaceID, channelID: channelID, audience: .user(userID)) {
        $0.field("channel_id", channelID)
      })
    try announce(channelID, of: workspaceID, tx) { $0.field("added_user_id", userID) }
    return (found.user, true)
  }

  /// Takes a member out of a private channel: oneself, or somebody else as the channel's maker or the workspace's owner,
  /// if they belong to it.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.conflict` for a public channel; `SQLError`.
  public static func remove(
    _ caller: Caller, _ userID: UserID, from channelID: ChannelID, _ tx: Transaction
  ) throws {
    let channel = try Access.channel(caller, channelID, tx.db)
    try requirePrivate(channel)
    if userID != caller.userID {
      try channel.membership.requireWriting(at: tx.now)
      guard try channel.membership.role == .owner || made(caller.userID, channelID, tx.db) else {
        throw StoreError.forbidden("only the channel's maker and the workspace's owner may remove others")
      }
    }
    guard try admit(userID, to: channelID, tx.db) else { throw StoreError.notFound("member") }
    try delete(userID, from: channelID, of: channel.membership.workspaceID, tx)
  }

  /// Takes someone out of every private channel of a workspace, because they leave it or may not belong to any.
  /// - Throws: `SQLError`.
  static func removeFromAll(_ userID: UserID, of workspaceID: WorkspaceID, _ tx: Transaction) throws {
    let channels = try tx.db.all(
      "SELECT channel_id FROM channel_members WHERE user_id = ?1 AND workspace_id = ?2",
      [.text(userID), .text(workspaceID)]
    ) { $0.text(0) }
    for channelID in channels { try delete(userID, from: channelID, of: workspaceID, tx) }
  }

  /// Writes a membership. The caller has checked everything.
  /// - Throws: `SQLError`.
  static func insert(
    _ userID: UserID, in channelID: ChannelID, of workspaceID: WorkspaceID, by adder: UserID, _ tx: Transaction
  ) throws {
    try tx.db.execute(
      "INSERT INTO channel_members (channel_id, user_id, workspace_id, added_by, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      [.text(channelID), .text(userID), .text(workspaceID), .text(adder), .text(tx.now.text)])
    tx.invalidate(.channel(workspaceID, channelID))
  }

  /// Whether a user made a channel.
  /// - Throws: `SQLError`.
  static func made(_ userID: UserID, _ channelID: ChannelID, _ db: any SQLConnection) throws -> Bool {
    try db.exists("SELECT 1 FROM channels WHERE id = ?1 AND created_by = ?2", [.text(channelID), .text(userID)])
  }

  private static func delete(
    _ userID: UserID, from channelID: ChannelID, of workspaceID: WorkspaceID, _ tx: Transaction
  ) throws {
    try tx.db.execute(
      "DELETE FROM channel_members WHERE channel_id = ?1 AND user_id = ?2", [.text(channelID), .text(userID)])
    tx.invalidate(.channel(workspaceID, channelID))
    if try tx.db.exists("SELECT 1 FROM channel_members WHERE channel_id = ?1", [.text(channelID)]) {
      try announce(channelID, of: workspaceID, tx) { $0.field("removed_user_id", userID) }
    } else {
      try tx.db.execute(
        "UPDATE channels SET archived_at = coalesce(archived_at, ?2) WHERE id = ?1",
        [.text(channelID), .text(tx.now.text)])
    }
    // The last that they hear of it: their clients load the list of channels again and find it gone.
    try announce(channelID, of: workspaceID, to: .user(userID), tx) { $0.field("removed_user_id", userID) }
  }

  // An event of a type that clients know: they load the channel again.
  private static func announce(
    _ channelID: ChannelID, of workspaceID: WorkspaceID, to audience: Audience = .channelMembers, _ tx: Transaction,
    change: (inout JSONWriter) -> Void
  ) throws {
    let archived = try tx.db.exists(
      "SELECT 1 FROM channels WHERE id = ?1 AND archived_at IS NOT NULL", [.text(channelID)])
    try tx.append(
      EventDraft(.channelUpdated, workspaceID: workspaceID, channelID: channelID, audience: audience) { json in
        json.field("archived", archived)
        json.field("channel_id", channelID)
        change(&json)
      })
  }

  private static func requirePrivate(_ channel: Access.ReadableChannel) throws(StoreError) {
    guard channel.isPrivate else {
      throw .conflict("the channel is public: every member of the workspace belongs to it")
    }
  }
}
