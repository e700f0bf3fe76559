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

/// Begins, lists and ends people's sessions.
public enum Sessions {
  /// Sessions that one person may have; a new one ends the one that was used the longest ago.
  public static let perPersonMax: Int64 = 100
  /// How exactly the last use of a session is known: within this time it is written only once.
  public static let useRecordedEverySeconds: Int64 = 300

  /// Begins a session and forgets those of the same person that have ended.
  /// - Parameters:
  ///   - seconds: How long it lasts.
  ///   - origin: How and from where it is begun.
  /// - Throws: `StoreError.unavailable` without randomness, `SQLError`.
  public static func create(
    for userID: UserID, lasting seconds: Int64, from origin: SessionOrigin, _ tx: Transaction
  ) throws -> Session {
    try tx.db.execute(
      "DELETE FROM sessions WHERE user_id = ?1 AND (expires_at <= ?2 OR revoked_at IS NOT NULL)",
      [.text(userID), .text(tx.now.text)])
    try makeRoom(for: userID, tx)
    let token = try Token(.session)
    let session = Session(
      id: tx.ids.make(.session), token: token.text, userID: userID, createdAt: tx.now,
      expiresAt: tx.now.adding(seconds: seconds))
    try tx.db.execute(
      """
      INSERT INTO sessions (
        id, user_id, token_hash, created_at, expires_at, method, user_agent, address, last_used_at
      ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?4)
      """,
      [
        .text(session.id), .text(userID), .blob(token.hash), .text(session.createdAt.text),
        .text(session.expiresAt.text), .text(origin.method), .text(origin.userAgent), .text(origin.address),
      ])
    return session
  }

  /// The caller's sessions that are valid now, the newest first.
  /// - Throws: `SQLError`.
  public static func list(_ caller: Caller, at now: Timestamp, _ db: any SQLConnection) throws -> [ActiveSession] {
    try db.all(
      """
      SELECT id, created_at, COALESCE(last_used_at, created_at), expires_at, method, user_agent, address FROM sessions
      WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 ORDER BY id DESC LIMIT ?3
      """, [.text(caller.userID), .text(now.text), .integer(perPersonMax)]
    ) { row in
      ActiveSession(
        id: row.text(0), createdAt: row.text(1), lastUsedAt: row.text(2), expiresAt: row.text(3),
        origin: SessionOrigin(method: row.text(4), userAgent: row.text(5), address: row.text(6)),
        isCurrent: row.text(0) == caller.credentialID)
    }
  }

  /// Ends a session at once.
  /// - Returns: Whether it was still valid.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func revoke(_ id: String, of userID: UserID, _ tx: Transaction) throws -> Bool {
    let changed = try tx.db.execute(
      "UPDATE sessions SET revoked_at = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL AND expires_at > ?3",
      [.text(id), .text(userID), .text(tx.now.text)])
    guard changed > 0 else { return false }
    tx.invalidate(.credentials(userID))
    return true
  }

  /// Ends a person's sessions at once, and the links on their way to them, which would begin new ones.
  /// - Parameter kept: The one that goes on, if any.
  /// - Returns: How many were ended.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func revokeAll(of userID: UserID, except kept: String?, _ tx: Transaction) throws -> Int {
    let changed = try tx.db.execute(
      """
      UPDATE sessions SET revoked_at = ?3
      WHERE user_id = ?1 AND id <> ?2 AND revoked_at IS NULL AND expires_at > ?3
      """, [.text(userID), .text(kept ?? ""), .text(tx.now.text)])
    if changed > 0 { tx.invalidate(.credentials(userID)) }
    try tx.db.execute(
      """
      UPDATE magic_links SET used_at = ?2
      WHERE used_at IS NULL AND email = (SELECT email FROM users WHERE id = ?1)
      """, [.text(userID), .text(tx.now.text)])
    return Int(changed)
  }

  /// Notes when sessions were last used.
  /// - Throws: `SQLError`.
  public static func recordUses(_ uses: [(id: String, at: Timestamp)], _ tx: Transaction) throws {
    for (id, moment) in uses {
      try tx.db.execute(
        "UPDATE sessions SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)",
        [.text(id), .text(moment.text), .text(moment.adding(seconds: -useRecordedEverySeconds).text)])
    }
  }

  private static func makeRoom(for userID: UserID, _ tx: Transaction) throws {
    let removed = try tx.db.execute(
      """
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE user_id = ?1
        ORDER BY COALESCE(last_used_at, created_at) DESC, id DESC LIMIT ?3 OFFSET ?2)
      """, [.text(userID), .integer(perPersonMax - 1), .integer(perPersonMax)])
    if removed > 0 { tx.invalidate(.credentials(userID)) }
  }
}
