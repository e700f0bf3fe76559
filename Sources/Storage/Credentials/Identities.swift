/// Which person signs in with which account at another service.
public enum Identities {
  /// Accounts elsewhere of one person at most.
  public static let perUserMax: Int64 = 20

  /// The person with an account elsewhere, who is still here; nil when there is none.
  /// - Throws: `SQLError`.
  public static func user(issuer: String, subject: String, _ db: any SQLConnection) throws -> UserID? {
    try db.first(
      """
      SELECT i.user_id FROM identities i JOIN users u ON u.id = i.user_id
      WHERE i.issuer = ?1 AND i.subject = ?2 AND u.deleted_at IS NULL
      """, [.text(issuer), .text(subject)]
    ) { $0.text(0) }
  }

  /// The person who signs in with an account elsewhere.
  ///
  /// An account that is not known is linked to the person with its e-mail address, the oldest if several have it, as with
  /// magic links. If there is none, the person is made and joins what the rule says. Nobody else joins anything, so who
  /// was removed from a workspace does not come back by signing in.
  /// - Throws: `StoreError.forbidden` for a deleted person or one with too many accounts, `.invalid` for a bad address,
  ///   `.unavailable` when the rule's workspace does not exist; `SQLError`.
  public static func signIn(_ identity: VerifiedIdentity, _ rule: JoinRule, _ tx: Transaction) throws -> User {
    let email = try EmailAddress.validated(identity.email)
    let known = try tx.db.first(
      "UPDATE identities SET last_used_at = ?3, email = ?4 WHERE issuer = ?1 AND subject = ?2 RETURNING user_id",
      [.text(identity.issuer), .text(identity.subject), .text(tx.now.text), .text(email)]
    ) { $0.text(0) }
    if let known {
      let user = try Users.require(known, tx.db)
      guard user.deletedAt == nil else { throw StoreError.forbidden("this account was deleted") }
      return user
    }
    let user = try Users.withEmail(email, tx.db).first ?? newcomer(identity, email, rule, tx)
    let linked = try tx.db.first("SELECT count(*) FROM identities WHERE user_id = ?1", [.text(user.id)]) { $0.int(0) }
    guard (linked ?? 0) < perUserMax else {
      throw StoreError.forbidden("\(perUserMax) accounts elsewhere are linked to this person already")
    }
    try tx.db.execute(
      """
      INSERT INTO identities (id, issuer, subject, user_id, email, created_at, last_used_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
      """,
      [
        .text(tx.ids.make(.identity)), .text(identity.issuer), .text(identity.subject), .text(user.id), .text(email),
        .text(tx.now.text),
      ])
    return user
  }

  private static func newcomer(
    _ identity: VerifiedIdentity, _ email: String, _ rule: JoinRule, _ tx: Transaction
  ) throws -> User {
    let name = PlainText.trimmed(
      PlainText.prefix(PlainText.visible(identity.displayName), bytesMax: DisplayName.bytesMax))
    let user = try Users.create(
      displayName: name.isEmpty ? PlainText.prefix(email, bytesMax: DisplayName.bytesMax) : name, email: email, tx)
    // Whom the operator wants as a moderator joins even where other people who are new join nothing.
    guard let role = identity.isModerator ? .moderator : rule.role else { return user }
    let workspace =
      rule.workspace.isEmpty
      ? try tx.db.first("SELECT id FROM workspaces WHERE deleted_at IS NULL ORDER BY id LIMIT 1", []) { $0.text(0) }
      : rule.workspace
    // A server without any workspace has nothing to join yet.
    guard let workspace else { return user }
    do {
      _ = try Administration.addMember(
        workspace: workspace, person: .id(user.id), role: role.rawValue, tx)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError(.unavailable, "the workspace that new people join does not exist; tell the operator")
    }
    return user
  }
}
