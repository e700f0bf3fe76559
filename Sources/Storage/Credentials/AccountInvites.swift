/// Makes invitations, and turns one into a person with a passkey who belongs to a workspace.
public enum AccountInvites {
  /// Invitations of a list at most, the newest.
  private static let listedMax: Int64 = 1_000

  /// What the operator says about somebody new.
  public struct Draft: Sendable {
    /// The workspace: an identifier, a route identifier or a slug.
    public var workspace: String
    /// On whose behalf: an owner or moderator of the workspace; nil for the operator.
    public var createdBy: UserID?
    /// The name of the person; empty to let them choose.
    public var displayName = ""
    /// What they become: moderator, member or guest.
    public var role = Role.member.rawValue
    /// How long it works, in seconds.
    public var seconds: Int64

    /// An invitation of a member.
    public init(workspace: String, createdBy: UserID? = nil, seconds: Int64) {
      self.workspace = workspace
      self.createdBy = createdBy
      self.seconds = seconds
    }
  }

  /// Makes an invitation.
  /// - Returns: The invitation and its secret, which is not stored.
  /// - Throws: `StoreError.invalid`, `.notFound`, `.forbidden`, `.unavailable` without randomness; `SQLError`.
  public static func create(_ draft: Draft, _ tx: Transaction) throws -> (invite: AccountInvite, token: String) {
    let workspaceID = try Administration.workspaceID(draft.workspace, tx.db)
    let role = try Administration.joinable(draft.role, in: workspaceID, createdBy: draft.createdBy, tx)
    let name = PlainText.visible(draft.displayName)
    let token = try Token(.invite)
    let id = tx.ids.make(.invite)
    try tx.db.execute(
      """
      INSERT INTO workspace_invites (
        id, workspace_id, token_hash, created_by, created_at, expires_at, display_name, role
      ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        .text(id), .text(workspaceID), .blob(token.hash), .optional(draft.createdBy), .text(tx.now.text),
        .text(tx.now.adding(seconds: draft.seconds).text),
        .text(name.isEmpty ? "" : try DisplayName.validated(name)), .text(role.rawValue),
      ])
    guard let invite = try first("i.id = ?1", .text(id), tx.db, at: tx.now) else {
      throw StoreError.notFound("invitation")
    }
    return (invite, token.text)
  }

  /// The invitations, the newest first.
  /// - Parameter workspace: An identifier, a route identifier or a slug; nil for every workspace.
  /// - Throws: `StoreError.notFound`, `SQLError`.
  public static func list(
    workspace: String?, at now: Timestamp, _ db: any SQLConnection
  ) throws -> [AccountInvite] {
    let workspaceID = try workspace.map { try Administration.workspaceID($0, db) }
    return try db.all(
      "\(selection) WHERE ?1 IS NULL OR i.workspace_id = ?1 ORDER BY i.id DESC LIMIT ?2",
      [.optional(workspaceID), .integer(listedMax)]
    ) { invite($0, at: now) }
  }

  /// Makes an invitation useless.
  /// - Throws: `StoreError.notFound`, `.conflict` when it was used; `SQLError`.
  public static func revoke(_ id: String, _ tx: Transaction) throws {
    guard let invite = try first("i.id = ?1", .text(id), tx.db, at: tx.now) else {
      throw StoreError.notFound("invitation")
    }
    guard invite.state != .used else { throw StoreError.conflict("the invitation was used already") }
    try tx.db.execute(
      "UPDATE workspace_invites SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
      [.text(id), .text(tx.now.text)])
  }

  /// The invitation of a secret, as long as it works.
  /// - Throws: `StoreError.invalid` when it is unknown, used, revoked or expired, or its workspace is gone; `SQLError`.
  public static func open(
    _ token: String, at now: Timestamp, _ db: any SQLConnection
  ) throws -> AccountInvite {
    let secret = PlainText.trimmed(token)
    guard Token.kind(of: secret) == .invite,
      let invite = try first("i.token_hash = ?1 AND w.deleted_at IS NULL", .blob(Token.hash(of: secret)), db, at: now),
      invite.state == .open
    else { throw StoreError.invalid("the invitation is unknown, used, revoked or expired") }
    return invite
  }

  /// Uses an invitation up: makes the person and their passkey, and lets them join, or does nothing at all.
  /// - Parameters:
  ///   - displayName: What the person calls themselves; empty for the invitation's name.
  ///   - passkeyName: What they call the passkey; empty for the default.
  /// - Throws: `StoreError.invalid` when the invitation doesn't work or a name is bad, `.conflict` for a passkey that is
  ///   registered already, `.unavailable` without randomness; `SQLError`.
  public static func accept(
    _ token: String, displayName: String, _ draft: PasskeyDraft, passkeyName: String, sessionSeconds: Int64,
    from origin: SessionOrigin, _ tx: Transaction
  ) throws -> (session: Session, user: User) {
    let invite = try open(token, at: tx.now, tx.db)
    let name = PlainText.visible(displayName)
    let user = try Users.create(displayName: name.isEmpty ? invite.displayName : name, email: nil, tx)
    try tx.db.execute(
      "UPDATE workspace_invites SET used_at = ?2, used_by = ?3 WHERE id = ?1",
      [.text(invite.id), .text(tx.now.text), .text(user.id)])
    _ = try Administration.addMember(
      workspace: invite.workspaceID, person: .id(user.id), role: invite.role.rawValue, tx)
    _ = try Passkeys.register(draft, name: passkeyName, for: user.id, max: 1, tx)
    return (try Sessions.create(for: user.id, lasting: sessionSeconds, from: origin, tx), user)
  }

  private static let selection = """
    SELECT i.id, i.workspace_id, w.name, i.display_name, i.role, i.created_at, i.expires_at, i.used_at, i.revoked_at
    FROM workspace_invites i JOIN workspaces w ON w.id = i.workspace_id
    """

  private static func first(
    _ condition: String, _ value: SQLValue, _ db: any SQLConnection, at now: Timestamp
  ) throws -> AccountInvite? {
    try db.first("\(selection) WHERE \(condition)", [value]) { invite($0, at: now) }
  }

  private static func invite(_ row: borrowing SQLRow, at now: Timestamp) -> AccountInvite {
    let state: AccountInvite.State =
      if !row.isNull(7) { .used } else if !row.isNull(8) { .revoked } else if row.text(6) <= now.text { .expired } else
      {
        .open
      }
    return AccountInvite(
      id: row.text(0), workspaceID: row.text(1), workspaceName: row.text(2), displayName: row.text(3),
      role: Role(rawValue: row.text(4)) ?? .member, createdAt: row.text(5), expiresAt: row.text(6), state: state)
  }
}
