/// A one-time link with which the owner of an e-mail address signs in.
public struct MagicLink: Sendable, JSONWritable {
  /// `mln_` and a ULID.
  public let id: String
  /// Whom it is for.
  public let email: String
  /// The name of the person, if they have to be created.
  public let displayName: String
  /// When it was made.
  public let createdAt: Timestamp
  /// Until when it works.
  public let expiresAt: Timestamp

  /// Writes the contract's object, without the secret.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("email", email)
      json.field("display_name", displayName)
      json.field("created_at", createdAt.text)
      json.field("expires_at", expiresAt.text)
    }
  }
}

/// Makes one-time sign-in links and turns them into sessions.
public enum MagicLinks {
  /// Expired links deleted at most when a new one is made; more than one, so the table can't grow.
  private static let prunedMax: Int64 = 16

  /// Makes a link for an address, known or not.
  /// - Parameters:
  ///   - displayName: The name of a person who is new; empty for the address itself.
  ///   - seconds: How long it works.
  /// - Returns: The link and its secret, which is not stored.
  /// - Throws: `StoreError.invalid` for a bad address or name, `.unavailable` without randomness, `SQLError`.
  public static func create(
    email: String, displayName: String, lasting seconds: Int64, _ tx: Transaction
  ) throws -> (link: MagicLink, token: String) {
    let email = try EmailAddress.validated(email)
    let name = PlainText.visible(displayName)
    try tx.db.execute(
      "DELETE FROM magic_links WHERE id IN (SELECT id FROM magic_links WHERE expires_at <= ?1 LIMIT ?2)",
      [.text(tx.now.text), .integer(prunedMax)])
    let token = try Token(.magicLink)
    let link = MagicLink(
      id: tx.ids.make(.magicLink), email: email, displayName: name.isEmpty ? "" : try DisplayName.validated(name),
      createdAt: tx.now, expiresAt: tx.now.adding(seconds: seconds))
    try tx.db.execute(
      """
      INSERT INTO magic_links (id, email, display_name, token_hash, created_at, expires_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """,
      [
        .text(link.id), .text(email), .text(link.displayName), .blob(token.hash), .text(link.createdAt.text),
        .text(link.expiresAt.text),
      ])
    return (link, token.text)
  }

  /// Uses a link up: begins a session for the person with its address, who is created when there is none.
  /// - Parameters:
  ///   - token: The secret; white space around it does not matter.
  ///   - sessionSeconds: How long the session lasts.
  ///   - origin: How and from where it is begun.
  /// - Throws: `StoreError.invalid` when the link is unknown, used or expired; `SQLError`.
  public static func consume(
    token: String, sessionSeconds: Int64, from origin: SessionOrigin, _ tx: Transaction
  ) throws -> (session: Session, user: User) {
    let secret = PlainText.trimmed(token)
    let refusal = StoreError.invalid("the link is unknown, used or expired")
    guard Token.kind(of: secret) == .magicLink else { throw refusal }
    let link = try tx.db.first(
      """
      UPDATE magic_links SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2
      RETURNING email, display_name
      """, [.blob(Token.hash(of: secret)), .text(tx.now.text)]
    ) { (email: $0.text(0), name: $0.text(1)) }
    guard let link else { throw refusal }
    let user: User
    if let known = try Users.withEmail(link.email, tx.db).first {
      user = known
    } else {
      let name = link.name.isEmpty ? PlainText.prefix(link.email, bytesMax: DisplayName.bytesMax) : link.name
      user = try Users.create(displayName: name, email: link.email, tx)
    }
    return (try Sessions.create(for: user.id, lasting: sessionSeconds, from: origin, tx), user)
  }
}
