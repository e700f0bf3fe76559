/// A person's session, as it is shown once, when it begins.
public struct Session: Sendable, JSONWritable {
  /// `ses_` and a ULID.
  public let id: String
  /// The secret; the database has only its hash.
  public let token: String
  /// Whose it is.
  public let userID: UserID
  /// When it began.
  public let createdAt: Timestamp
  /// When it ends.
  public let expiresAt: Timestamp

  /// Writes the contract's session object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("token", token)
      json.field("user_id", userID)
      json.field("created_at", createdAt.text)
      json.field("expires_at", expiresAt.text)
    }
  }
}

/// Begins and ends people's sessions.
public enum Sessions {
  /// Begins a session and forgets those of the same person that have ended.
  /// - Parameter seconds: How long it lasts.
  /// - Throws: `StoreError.unavailable` without randomness, `SQLError`.
  public static func create(for userID: UserID, lasting seconds: Int64, _ tx: Transaction) throws -> Session {
    try tx.db.execute(
      "DELETE FROM sessions WHERE user_id = ?1 AND (expires_at <= ?2 OR revoked_at IS NOT NULL)",
      [.text(userID), .text(tx.now.text)])
    let token = try Token(.session)
    let session = Session(
      id: tx.ids.make(.session), token: token.text, userID: userID, createdAt: tx.now,
      expiresAt: tx.now.adding(seconds: seconds))
    try tx.db.execute(
      "INSERT INTO sessions (id, user_id, token_hash, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      [
        .text(session.id), .text(userID), .blob(token.hash), .text(session.createdAt.text),
        .text(session.expiresAt.text),
      ])
    return session
  }

  /// Ends a session at once.
  /// - Returns: Whether it was still valid.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func revoke(_ id: String, of userID: UserID, _ tx: Transaction) throws -> Bool {
    let changed = try tx.db.execute(
      "UPDATE sessions SET revoked_at = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL",
      [.text(id), .text(userID), .text(tx.now.text)])
    guard changed > 0 else { return false }
    tx.invalidate(.credentials(userID))
    return true
  }
}
