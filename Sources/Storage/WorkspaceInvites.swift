/// Links by which people who have an account join a workspace: made by its owner and moderators, for a while and for a
/// number of uses.
///
/// Only the token's hash is stored. A link works as long as its maker could make it: it ends when they are demoted or
/// blocked. To whoever holds a link that does not work it looks as if it had never been.
public enum WorkspaceInvites {
  /// Seconds that a link works unless its maker says otherwise.
  public static let secondsDefault: Int64 = 7 * 86_400
  /// Seconds that a link works at most.
  public static let secondsMax: Int64 = 365 * 86_400
  /// Uses of a link unless its maker says otherwise.
  public static let usesDefault: Int64 = 100
  /// Uses of a link at most.
  public static let usesMax: Int64 = 100_000
  /// Links of one workspace at most that work.
  public static let activePerWorkspaceMax: Int64 = 100
  /// The newest links of a workspace are kept after they ended, this many at most.
  public static let keptPerWorkspaceMax: Int64 = 200

  /// A link, without its secret.
  public struct Invite: Sendable, Equatable, JSONWritable {
    /// `inv_` and a ULID.
    public let id: String
    /// Where it leads.
    public let workspaceID: WorkspaceID
    /// What people become: members or guests.
    public let role: Role
    /// Who made it.
    public let createdBy: UserID
    /// When.
    public let createdAt: String
    /// Until when it works.
    public let expiresAt: String
    /// How many people may join by it.
    public let maxUses: Int64
    /// How many joined by it.
    public let uses: Int64
    /// When it was revoked, if it was.
    public let revokedAt: String?

    static let columns = """
      i.id, i.workspace_id, i.role, i.created_by, i.created_at, i.expires_at, i.max_uses, i.uses, i.revoked_at
      """

    init(row: borrowing SQLRow) {
      id = row.text(0)
      workspaceID = row.text(1)
      role = Role(rawValue: row.text(2)) ?? .guest
      createdBy = row.text(3)
      createdAt = row.text(4)
      expiresAt = row.text(5)
      maxUses = row.int(6)
      uses = row.int(7)
      revokedAt = row.optionalText(8)
    }

    /// Writes the invite object of the API.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", id)
        json.field("workspace_id", workspaceID)
        json.field("role", role.rawValue)
        json.field("created_by", createdBy)
        json.field("created_at", createdAt)
        json.field("expires_at", expiresAt)
        json.field("max_uses", maxUses)
        json.field("uses", uses)
        json.field("revoked_at", ifPresent: revokedAt)
      }
    }
  }

  /// What its maker says about a link.
  public struct Draft: Sendable, Decodable {
    var expiresInSeconds: Int64?
    var maxUses: Int64?
    var role: String?

    /// Asks for a link.
    public init(expiresInSeconds: Int64? = nil, maxUses: Int64? = nil, role: String? = nil) {
      self.expiresInSeconds = expiresInSeconds
      self.maxUses = maxUses
      self.role = role
    }

    private enum CodingKeys: String, CodingKey {
      case expiresInSeconds = "expires_in_seconds"
      case maxUses = "max_uses"
      case role
    }
  }

  /// What the holder of a link may know before joining.
  public struct Preview: Sendable, Equatable {
    /// The workspace's name.
    public let name: String
    /// The path of its icon, or empty.
    public let iconURL: String
    /// What they would become.
    public let role: Role
    /// Until when the link works.
    public let expiresAt: String
  }

  /// Makes a link, for the workspace's owner and moderators.
  /// - Returns: The link and its secret, which is shown this once.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict`; `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> (invite: Invite, token: String) {
    try requireInviting(caller, workspaceID, tx)
    let seconds = draft.expiresInSeconds ?? secondsDefault
    guard (1...secondsMax).contains(seconds) else {
      throw StoreError.invalid("expires_in_seconds must be from 1 to \(secondsMax)")
    }
    let maxUses = draft.maxUses ?? usesDefault
    guard (1...usesMax).contains(maxUses) else { throw StoreError.invalid("max_uses must be from 1 to \(usesMax)") }
    guard let role = Role(rawValue: draft.role ?? Role.member.rawValue), role == .member || role == .guest else {
      throw StoreError.invalid("role must be member or guest")
    }
    let active = try tx.db.first(
      """
      SELECT count(*) FROM workspace_invite_links i
      WHERE i.workspace_id = ?1 AND i.revoked_at IS NULL AND i.expires_at > ?2 AND i.uses < i.max_uses
      """, [.text(workspaceID), .text(tx.now.text)]
    ) { $0.int(0) }
    guard (active ?? 0) < activePerWorkspaceMax else {
      throw StoreError.conflict("the workspace has \(activePerWorkspaceMax) invites that work; revoke one first")
    }
    let token = try Token(.invite)
    let id = tx.ids.make(.invite)
    try tx.db.execute(
      """
      INSERT INTO workspace_invite_links (id, workspace_id, token_hash, role, created_by, created_at, expires_at, max_uses)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        .text(id), .text(workspaceID), .blob(token.hash), .text(role.rawValue), .text(caller.userID),
        .text(tx.now.text), .text(tx.now.adding(seconds: seconds).text), .integer(maxUses),
      ])
    try forgetOldest(of: workspaceID, tx)
    let invite = try require(id, in: workspaceID, tx.db)
    try AuditLog.record("workspace.invite_created", in: workspaceID, by: caller.userID, on: ("invite", id), tx) {
      $0.field("role", role.rawValue)
      $0.field("max_uses", maxUses)
      $0.field("expires_at", invite.expiresAt)
    }
    return (invite, token.text)
  }

  /// The latest links of a workspace, those that ended included, newest first, for its owner and moderators.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(_ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> [Invite] {
    try Access.member(caller, of: workspaceID, db).requireModerator(at: .now())
    return try db.all(
      """
      SELECT \(Invite.columns) FROM workspace_invite_links i WHERE i.workspace_id = ?1 ORDER BY i.id DESC LIMIT ?2
      """, [.text(workspaceID), .integer(keptPerWorkspaceMax + activePerWorkspaceMax)]
    ) { Invite(row: $0) }
  }

  /// Ends a link, for the workspace's owner and moderators. Doing it again changes nothing.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func revoke(
    _ caller: Caller, _ id: String, in workspaceID: WorkspaceID, _ tx: Transaction
  ) throws -> Invite {
    try requireInviting(caller, workspaceID, tx)
    let invite = try require(id, in: workspaceID, tx.db)
    guard invite.revokedAt == nil else { return invite }
    try tx.db.execute(
      "UPDATE workspace_invite_links SET revoked_at = ?2 WHERE id = ?1", [.text(id), .text(tx.now.text)])
    try AuditLog.record("workspace.invite_revoked", in: workspaceID, by: caller.userID, on: ("invite", id), tx) {
      $0.field("uses", invite.uses)
    }
    return try require(id, in: workspaceID, tx.db)
  }

  /// What the holder of a token may know.
  /// - Throws: `StoreError.notFound` for every token that does not work; `SQLError`.
  public static func preview(_ token: String, at now: Timestamp, _ db: any SQLConnection) throws -> Preview {
    let invite = try working(token, at: now, db)
    let workspace = try db.first("SELECT name, icon_url FROM workspaces WHERE id = ?1", [.text(invite.workspaceID)]) {
      (name: $0.text(0), iconURL: $0.text(1))
    }
    guard let workspace else { throw notWorking }
    return Preview(
      name: workspace.name, iconURL: workspace.iconURL, role: invite.role, expiresAt: invite.expiresAt)
  }

  /// Makes the caller what a link says. A member stays what they are and uses nothing up.
  /// - Throws: `StoreError.notFound` for every token that does not work, `.forbidden` for blocked people and bots;
  ///   `SQLError`.
  public static func accept(_ caller: Caller, _ token: String, _ tx: Transaction) throws -> Workspace {
    guard !caller.isBot else { throw StoreError.forbidden("bots can't accept invites") }
    let invite = try working(token, at: tx.now, tx.db)
    let workspaceID = invite.workspaceID
    let isBlocked = try tx.db.first(
      "SELECT blocked_at IS NOT NULL FROM workspace_members WHERE workspace_id = ?1 AND user_id = ?2",
      [.text(workspaceID), .text(caller.userID)]
    ) { $0.bool(0) }
    if let isBlocked {
      guard !isBlocked else { throw StoreError.forbidden("you are blocked in this workspace") }
      return try Workspaces.get(caller, workspaceID, tx.db)
    }
    if invite.role == .guest { try WaitingRoom.ensure(in: workspaceID, tx) }
    _ = try Memberships.join(caller.userID, workspaceID, as: invite.role, tx)
    try tx.db.execute("UPDATE workspace_invite_links SET uses = uses + 1 WHERE id = ?1", [.text(invite.id)])
    try AuditLog.record(
      "workspace.invite_accepted", in: workspaceID, by: caller.userID, on: ("invite", invite.id), tx
    ) { $0.field("role", invite.role.rawValue) }
    return try Workspaces.get(caller, workspaceID, tx.db)
  }

  private static let notWorking = StoreError(.notFound, "the invite is unknown or works no longer")

  /// The link of a token, if it works. Writes are one after another, so who asks in a transaction may count on it.
  private static func working(_ token: String, at now: Timestamp, _ db: any SQLConnection) throws -> Invite {
    guard Token.kind(of: token) == .invite else { throw notWorking }
    let found = try db.first(
      """
      SELECT \(Invite.columns) FROM workspace_invite_links i
      JOIN workspaces w ON w.id = i.workspace_id AND w.deleted_at IS NULL
      JOIN workspace_members m ON m.workspace_id = i.workspace_id AND m.user_id = i.created_by
      WHERE i.token_hash = ?1 AND i.revoked_at IS NULL AND i.expires_at > ?2 AND i.uses < i.max_uses
        AND m.role IN ('owner', 'moderator') AND m.blocked_at IS NULL
      """, [.blob(Token.hash(of: token)), .text(now.text)]
    ) { Invite(row: $0) }
    guard let found else { throw notWorking }
    return found
  }

  private static func requireInviting(_ caller: Caller, _ workspaceID: WorkspaceID, _ tx: Transaction) throws {
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    try membership.requireModerator(at: tx.now)
  }

  private static func require(_ id: String, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> Invite {
    let found = try db.first(
      "SELECT \(Invite.columns) FROM workspace_invite_links i WHERE i.id = ?1 AND i.workspace_id = ?2",
      [.text(id), .text(workspaceID)]
    ) { Invite(row: $0) }
    guard let found else { throw StoreError.notFound("invite") }
    return found
  }

  // What goes here is still in the audit log.
  private static func forgetOldest(of workspaceID: WorkspaceID, _ tx: Transaction) throws {
    try tx.db.execute(
      """
      DELETE FROM workspace_invite_links WHERE workspace_id = ?1
        AND (revoked_at IS NOT NULL OR expires_at <= ?2 OR uses >= max_uses)
        AND id NOT IN (SELECT id FROM workspace_invite_links WHERE workspace_id = ?1 ORDER BY id DESC LIMIT ?3)
      """, [.text(workspaceID), .text(tx.now.text), .integer(keptPerWorkspaceMax)])
  }
}
