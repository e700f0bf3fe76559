/// Finds out who a credential belongs to. Pure reads, except for noting that a bot token was used.
public enum Credentials {
  /// How often at most the use of one bot token is written, so that reads do not become writes.
  public static let useRecordedEverySeconds: Int64 = 60

  /// Who a session's or a bot's token belongs to; nil when it is unknown, expired or revoked, when its user is deleted,
  /// and when a bot no longer belongs to the token's workspace.
  /// - Parameter tokenHash: `Token.hash(of:)` of what was presented.
  /// - Throws: `SQLError`.
  public static func resolve(
    tokenHash: [UInt8], now: Timestamp, _ db: any SQLConnection
  ) throws -> Caller? {
    try session(tokenHash, now, db) ?? botToken(tokenHash, db)
  }

  /// The person whom local callers without credentials act as in development mode: the first user.
  /// - Throws: `SQLError`.
  public static func developmentCaller(_ db: any SQLConnection) throws -> Caller? {
    try db.first("SELECT id FROM users WHERE bootstrap = 1 AND deleted_at IS NULL") {
      Caller(userID: $0.text(0), isBot: false, credential: .development)
    }
  }

  /// The user whom a local caller impersonates in development mode; nil when there is none.
  /// - Throws: `SQLError`.
  public static func impersonated(_ id: UserID, _ db: any SQLConnection) throws -> Caller? {
    try db.first("SELECT id, kind FROM users WHERE id = ?1 AND deleted_at IS NULL", [.text(id)]) {
      Caller(userID: $0.text(0), isBot: $0.text(1) == "bot", credential: .impersonation)
    }
  }

  /// Whether a caller's credential still counts: for what outlives a request, such as a subscription.
  /// - Throws: `SQLError`.
  public static func isValid(_ caller: Caller, at now: Timestamp, _ db: any SQLConnection) throws -> Bool {
    switch caller.credential {
    case .session(let id):
      try db.exists(
        "SELECT 1 FROM sessions WHERE id = ?1 AND revoked_at IS NULL AND expires_at > ?2", [.text(id), .text(now.text)])
    case .botToken(let id, _, _):
      try db.exists("SELECT 1 FROM bot_tokens WHERE id = ?1 AND revoked_at IS NULL", [.text(id)])
    case .slashCommand(let id):
      try db.exists("SELECT 1 FROM slash_commands WHERE id = ?1 AND revoked_at IS NULL", [.text(id)])
    case .proxyAssertion(let expiresAt): expiresAt > now
    case .development, .impersonation: true
    }
  }

  /// Notes that a bot token was used, at most once in `useRecordedEverySeconds`.
  /// - Throws: `SQLError`.
  public static func recordUse(ofBotToken id: String, _ tx: Transaction) throws {
    try tx.db.execute(
      "UPDATE bot_tokens SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)",
      [.text(id), .text(tx.now.text), .text(tx.now.adding(seconds: -useRecordedEverySeconds).text)])
  }

  /// The sessions and bot tokens of a user that are valid now, by identifier.
  /// - Throws: `SQLError`.
  public static func valid(of userID: UserID, now: Timestamp, _ db: any SQLConnection) throws -> Set<String> {
    Set(
      try db.all(
        """
        SELECT s.id FROM sessions s WHERE s.user_id = ?1 AND s.revoked_at IS NULL AND s.expires_at > ?2
        UNION ALL SELECT t.id FROM bot_tokens t WHERE t.bot_user_id = ?1 AND t.revoked_at IS NULL
        """, [.text(userID), .text(now.text)]
      ) { $0.text(0) })
  }

  private static func session(
    _ tokenHash: [UInt8], _ now: Timestamp, _ db: any SQLConnection
  ) throws -> Caller? {
    try db.first(
      """
      SELECT s.id, s.user_id, s.expires_at, u.kind FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.token_hash = ?1 AND s.revoked_at IS NULL AND s.expires_at > ?2 AND u.deleted_at IS NULL
      """, [.blob(tokenHash), .text(now.text)]
    ) { row in
      Caller(
        userID: row.text(1), isBot: row.text(3) == "bot", credential: .session(id: row.text(0)),
        expiresAt: Timestamp(rfc3339: row.text(2)))
    }
  }

  private static func botToken(_ tokenHash: [UInt8], _ db: any SQLConnection) throws -> Caller? {
    try db.first(
      """
      SELECT t.id, t.bot_user_id, t.workspace_id, t.scopes FROM bot_tokens t
      JOIN users u ON u.id = t.bot_user_id
      JOIN workspace_members m ON m.workspace_id = t.workspace_id AND m.user_id = t.bot_user_id
      JOIN workspaces w ON w.id = t.workspace_id
      WHERE t.token_hash = ?1 AND t.revoked_at IS NULL AND u.deleted_at IS NULL AND w.deleted_at IS NULL
      """, [.blob(tokenHash)]
    ) { row in
      Caller(
        userID: row.text(1), isBot: true,
        credential: .botToken(
          id: row.text(0), workspaceID: row.text(2), scopes: Set(BotScopes.stored(row.text(3)))))
    }
  }
}
