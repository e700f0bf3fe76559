/// Makes, lists and revokes bots' tokens.
///
/// A service bot's tokens are managed by the workspace's owner and moderators; a user-owned bot's only by its owner.
/// Every member may list them, without their secrets.
public enum BotTokens {
  /// Tokens of one bot at most that are not revoked.
  public static let activePerBotMax = 100
  /// Bytes of a token's name at most.
  public static let nameBytesMax = 80
  /// Tokens listed at most for one bot, the newest first.
  public static let listedMax: Int64 = 200

  /// What a new token should be.
  public struct Draft: Sendable, Decodable {
    /// What it is for; empty for `default`.
    public var name: String?
    /// What it allows; none for `BotScopes.standard`.
    public var scopes: [String]?
    /// Makes the request repeatable.
    public var setupNonce: String?

    /// Asks for a token.
    public init(name: String? = nil, scopes: [String]? = nil, setupNonce: String? = nil) {
      self.name = name
      self.scopes = scopes
      self.setupNonce = setupNonce
    }

    private enum CodingKeys: String, CodingKey {
      case name, scopes
      case setupNonce = "setup_nonce"
    }

    func validated() throws(StoreError) -> Validated {
      let name = PlainText.trimmed(name ?? "")
      guard name.utf8.count <= nameBytesMax else {
        throw .invalid("a token's name must have at most \(nameBytesMax) bytes")
      }
      return Validated(
        name: name.isEmpty ? "default" : name, scopes: try BotScopes.expanded(scopes ?? []),
        nonce: try SetupNonce.validated(setupNonce))
    }
  }

  struct Validated: Equatable {
    let name: String
    let scopes: [String]
    let nonce: String?
  }

  /// Makes a token, or gives the one that the same nonce made a new secret; the old secret is worthless then.
  /// - Parameter workspaceID: Where it shall count; nil for the first of the bot's workspaces to which the caller
  ///   belongs.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict`; `SQLError`.
  public static func create(
    _ caller: Caller, bot id: UserID, in workspaceID: WorkspaceID?, _ draft: Draft, _ tx: Transaction
  ) throws -> IssuedBotToken {
    try Bots.requirePerson(caller)
    let workspaceID = try workspaceID ?? Bots.sharedWorkspaces(caller, bot: id, tx.db)[0]
    let bot = try Bots.managed(caller, id, in: workspaceID, granting: true, tx)
    let wanted = try draft.validated()
    if let issued = try replay(caller, bot: id, in: workspaceID, wanted, tx) { return issued }
    return try issue(to: bot, in: workspaceID, by: caller.userID, wanted, tx)
  }

  /// A bot's tokens, the newest first.
  /// - Parameter workspaceID: Only those of one workspace; nil for all that the caller shares with the bot.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(
    _ caller: Caller, bot id: UserID, in workspaceID: WorkspaceID?, _ db: any SQLConnection
  ) throws -> [BotToken] {
    try Bots.requirePerson(caller)
    let workspaces: [WorkspaceID]
    if let workspaceID {
      try Access.member(caller, of: workspaceID, db).requireNotGuest()
      guard try Bots.find(id, in: workspaceID, db) != nil else { throw StoreError.notFound("bot") }
      workspaces = [workspaceID]
    } else {
      workspaces = try Bots.sharedWorkspaces(caller, bot: id, db)
    }
    return try workspaces.flatMap { workspace in
      try db.all(
        """
        SELECT \(BotToken.columns) FROM bot_tokens t WHERE t.bot_user_id = ?1 AND t.workspace_id = ?2
        ORDER BY t.id DESC LIMIT ?3
        """, [.text(id), .text(workspace), .integer(listedMax)]
      ) { BotToken(row: $0, from: 0) }
    }
  }

  /// Revokes a token at once; doing it again changes nothing.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func revoke(_ caller: Caller, token id: String, _ tx: Transaction) throws -> BotToken {
    try Bots.requirePerson(caller)
    guard let token = try find(id, tx.db) else { throw StoreError.notFound("bot token") }
    do {
      _ = try Bots.managed(caller, token.botUserID, in: token.workspaceID, tx)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound("bot token")
    }
    guard token.revokedAt == nil else { return token }
    try tx.db.execute("UPDATE bot_tokens SET revoked_at = ?2 WHERE id = ?1", [.text(id), .text(tx.now.text)])
    tx.invalidate(.credentials(token.botUserID))
    guard let revoked = try find(id, tx.db) else { throw StoreError.notFound("bot token") }
    return revoked
  }

  /// Revokes every token of a bot, or those of one workspace.
  /// - Returns: How many were valid.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func revokeAll(of bot: UserID, in workspaceID: WorkspaceID? = nil, _ tx: Transaction) throws -> Int {
    tx.invalidate(.credentials(bot))
    return try tx.db.execute(
      """
      UPDATE bot_tokens SET revoked_at = ?2
      WHERE bot_user_id = ?1 AND revoked_at IS NULL AND (?3 IS NULL OR workspace_id = ?3)
      """, [.text(bot), .text(tx.now.text), .optional(workspaceID)])
  }

  static func find(_ id: String, _ db: any SQLConnection) throws -> BotToken? {
    try db.first("SELECT \(BotToken.columns) FROM bot_tokens t WHERE t.id = ?1", [.text(id)]) {
      BotToken(row: $0, from: 0)
    }
  }

  /// The token that a nonce of this person made in a workspace.
  static func madeBy(
    nonce: String, of userID: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> BotToken? {
    try db.first(
      """
      SELECT \(BotToken.columns) FROM bot_tokens t
      WHERE t.workspace_id = ?1 AND t.created_by = ?2 AND t.setup_nonce = ?3
      """, [.text(workspaceID), .text(userID), .text(nonce)]
    ) { BotToken(row: $0, from: 0) }
  }

  /// Gives a token a new secret.
  static func rotate(_ token: BotToken, matching wanted: Validated, _ tx: Transaction) throws -> IssuedBotToken {
    guard token.revokedAt == nil else { throw StoreError.conflict("the token of this setup_nonce is revoked") }
    guard token.name == wanted.name, token.scopes == wanted.scopes else {
      throw StoreError.conflict("the setup_nonce was used for another request")
    }
    let secret = try Token(.bot)
    try tx.db.execute(
      "UPDATE bot_tokens SET token_hash = ?2 WHERE id = ?1", [.text(token.id), .blob(secret.hash)])
    tx.invalidate(.credentials(token.botUserID))
    return IssuedBotToken(token: token, secret: secret.text)
  }

  /// Makes a token without asking who may.
  static func issue(
    to bot: User, in workspaceID: WorkspaceID, by creator: UserID, _ wanted: Validated, _ tx: Transaction
  ) throws -> IssuedBotToken {
    let active = try tx.db.first(
      "SELECT count(*) FROM bot_tokens WHERE bot_user_id = ?1 AND revoked_at IS NULL", [.text(bot.id)]
    ) { $0.int(0) }
    guard (active ?? 0) < activePerBotMax else {
      throw StoreError.conflict("a bot has at most \(activePerBotMax) valid tokens; revoke one first")
    }
    let secret = try Token(.bot)
    let id = tx.ids.make(.botToken)
    try tx.db.execute(
      """
      INSERT INTO bot_tokens (id, bot_user_id, workspace_id, owner_user_id, name, token_hash, scopes, created_by,
        created_at, setup_nonce)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """,
      [
        .text(id), .text(bot.id), .text(workspaceID), .optional(bot.ownerUserID), .text(wanted.name),
        .blob(secret.hash), .text(wanted.scopes.joined(separator: " ")), .text(creator), .text(tx.now.text),
        .optional(wanted.nonce),
      ])
    guard let token = try find(id, tx.db) else { throw StoreError.notFound("bot token") }
    return IssuedBotToken(token: token, secret: secret.text)
  }

  private static func replay(
    _ caller: Caller, bot: UserID, in workspaceID: WorkspaceID, _ wanted: Validated, _ tx: Transaction
  ) throws -> IssuedBotToken? {
    guard let nonce = wanted.nonce,
      let token = try madeBy(nonce: nonce, of: caller.userID, in: workspaceID, tx.db)
    else { return nil }
    guard token.botUserID == bot else { throw StoreError.conflict("the setup_nonce was used for another bot") }
    return try rotate(token, matching: wanted, tx)
  }
}
