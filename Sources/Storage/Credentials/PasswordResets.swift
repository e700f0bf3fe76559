/// One-time links with which people who forgot their password set a new one. An administrator mints them.
public enum PasswordResets {
  /// Expired links deleted at most when a new one is made; more than one, so the table can't grow.
  private static let prunedMax: Int64 = 16
  /// Links that one person can have; a new one replaces the oldest.
  private static let perPersonMax: Int64 = 5

  /// Makes a link for a person.
  /// - Returns: The secret, which is not stored.
  /// - Throws: `StoreError.unavailable` without randomness, `SQLError`.
  public static func create(for userID: UserID, lasting seconds: Int64, _ tx: Transaction) throws -> String {
    try tx.db.execute(
      "DELETE FROM password_resets WHERE token_hash IN (SELECT token_hash FROM password_resets WHERE expires_at <= ?1 LIMIT ?2)",
      [.text(tx.now.text), .integer(prunedMax)])
    try tx.db.execute(
      """
      DELETE FROM password_resets WHERE token_hash IN (
        SELECT token_hash FROM password_resets WHERE user_id = ?1 ORDER BY created_at DESC LIMIT ?2 OFFSET ?3)
      """, [.text(userID), .integer(prunedMax), .integer(perPersonMax - 1)])
    let token = try Token(.passwordReset)
    try tx.db.execute(
      "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
      [.blob(token.hash), .text(userID), .text(tx.now.text), .text(tx.now.adding(seconds: seconds).text)])
    return token.text
  }

  /// Whose link a secret is. Looked up before the new password is hashed, so that made-up secrets cost nothing.
  /// - Throws: `StoreError.invalid` when it is unknown, used or expired; `SQLError`.
  @discardableResult
  public static func owner(of token: String, at now: Timestamp, _ db: any SQLConnection) throws -> UserID {
    let secret = PlainText.trimmed(token)
    guard Token.kind(of: secret) == .passwordReset,
      let userID = try db.first(
        """
        SELECT r.user_id FROM password_resets r JOIN users u ON u.id = r.user_id
        WHERE r.token_hash = ?1 AND r.expires_at > ?2 AND u.deleted_at IS NULL
        """, [.blob(Token.hash(of: secret)), .text(now.text)], { $0.text(0) })
    else { throw StoreError.invalid("the link is unknown, used or expired") }
    return userID
  }

  /// Uses a link up: sets the password, ends every session of the person and begins a new one.
  /// - Throws: `StoreError.invalid` when the link is unknown, used or expired; as `Passwords.set` does.
  public static func consume(
    token: String, hash: String, sessionSeconds: Int64, from origin: SessionOrigin, _ tx: Transaction
  ) throws -> (session: Session, user: User) {
    let userID = try owner(of: token, at: tx.now, tx.db)
    try Passwords.set(hash, for: userID, except: nil, tx)
    return (
      try Sessions.create(for: userID, lasting: sessionSeconds, from: origin, tx), try Users.require(userID, tx.db)
    )
  }

  /// Makes every link of a person worthless.
  static func forget(of userID: UserID, _ tx: Transaction) throws {
    try tx.db.execute("DELETE FROM password_resets WHERE user_id = ?1", [.text(userID)])
  }
}
