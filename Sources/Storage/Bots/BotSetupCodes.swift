/// A short code that sets a bot up, as it is shown once, when it is made.
public struct BotSetupCode: Sendable {
  /// `bsc_` and a ULID.
  public let id: String
  /// The bot.
  public let botUserID: UserID
  /// Where its token will count.
  public let workspaceID: WorkspaceID
  /// What its token will be called.
  public let tokenName: String
  /// What its token will allow.
  public let scopes: [String]
  /// What comes with the token.
  public let defaults: SetupDefaults
  /// Who made it.
  public let createdBy: UserID
  /// When it was made.
  public let createdAt: Timestamp
  /// Until when it works.
  public let expiresAt: Timestamp
  /// The secret; the database has only its hash.
  public let code: String

  /// Writes the fields of the contract's BotSetupCode object.
  public func writeFields(to json: inout JSONWriter) {
    json.field("id", id)
    json.field("bot_user_id", botUserID)
    json.field("workspace_id", workspaceID)
    json.field("token_name", tokenName)
    json.field("scopes", scopes)
    json.field("defaults", defaults)
    json.field("created_by", createdBy)
    json.field("created_at", createdAt.text)
    json.field("expires_at", expiresAt.text)
    json.field("code", code)
  }
}

/// Makes setup codes and exchanges them for tokens.
///
/// Whoever may manage a bot may make codes for it. A code works once and for a short time; it is worthless when its
/// maker may no longer manage the bot.
public enum BotSetupCodes {
  /// How long a code works, in seconds.
  public static let lifetimeSeconds: Int64 = 15 * 60
  /// Codes of one bot in one workspace that may be open at the same time.
  public static let openPerBotMax = 20
  /// Expired codes deleted at most when a new one is made; more than one, so the table can't grow.
  private static let prunedMax: Int64 = 16

  /// What a code should give.
  public struct Draft: Sendable, Decodable {
    var name: String?
    var scopes: [String]?
    var defaults: SetupDefaults?

    /// Asks for a code.
    public init(name: String? = nil, scopes: [String]? = nil, defaults: SetupDefaults? = nil) {
      self.name = name
      self.scopes = scopes
      self.defaults = defaults
    }
  }

  /// What a code was exchanged for.
  public struct Claim: Sendable {
    /// The token with its secret.
    public let token: IssuedBotToken
    /// The bot.
    public let bot: User
    /// The workspace's identifier, public route identifier, slug and name.
    public let workspace: (id: WorkspaceID, routeID: String, slug: String, name: String)
    /// What comes with the token: a JSON object.
    public let defaults: String
  }

  /// Makes a code.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict`; `SQLError`.
  public static func create(
    _ caller: Caller, bot id: UserID, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> BotSetupCode {
    _ = try Bots.managed(caller, id, in: workspaceID, granting: true, tx)
    let token = try BotTokens.Draft(name: draft.name, scopes: draft.scopes).validated()
    let defaults = try (draft.defaults ?? SetupDefaults()).validated(scopes: token.scopes)
    try tx.db.execute(
      "DELETE FROM bot_setup_codes WHERE id IN (SELECT id FROM bot_setup_codes WHERE expires_at <= ?1 LIMIT ?2)",
      [.text(tx.now.text), .integer(prunedMax)])
    let open = try tx.db.first(
      "SELECT count(*) FROM bot_setup_codes WHERE bot_user_id = ?1 AND workspace_id = ?2 AND expires_at > ?3",
      [.text(id), .text(workspaceID), .text(tx.now.text)]
    ) { $0.int(0) }
    guard (open ?? 0) < openPerBotMax else {
      throw StoreError.conflict("a bot has at most \(openPerBotMax) open setup codes; wait until one expires")
    }
    let secret = try SetupCodeSecret()
    let code = BotSetupCode(
      id: tx.ids.make(.setupCode), botUserID: id, workspaceID: workspaceID, tokenName: token.name,
      scopes: token.scopes, defaults: defaults, createdBy: caller.userID, createdAt: tx.now,
      expiresAt: tx.now.adding(seconds: lifetimeSeconds), code: secret.text)
    try tx.db.execute(
      """
      INSERT INTO bot_setup_codes (id, code_hash, bot_user_id, workspace_id, token_name, scopes, defaults, created_by,
        created_at, expires_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """,
      [
        .text(code.id), SetupCodeSecret.hash(typed: secret.text).map { .blob($0) } ?? .null, .text(id),
        .text(workspaceID), .text(code.tokenName), .text(code.scopes.joined(separator: " ")),
        .text(String(decoding: defaults.json, as: UTF8.self)), .text(caller.userID), .text(code.createdAt.text),
        .text(code.expiresAt.text),
      ])
    try AuditLog.record(
      "bot_setup_code.created", in: workspaceID, by: caller.userID, on: ("bot_setup_code", code.id), tx
    ) { json in
      json.field("bot_user_id", id)
      json.field("token_name", code.tokenName)
    }
    return code
  }

  /// Exchanges a code for a token; the code is used up.
  /// - Parameter typed: The code as somebody typed it.
  /// - Throws: `StoreError.notFound` for a code that is unknown, used, expired or worthless, `.conflict`; `SQLError`.
  public static func claim(_ typed: String, _ tx: Transaction) throws -> Claim {
    let refusal = StoreError.notFound("setup code")
    guard let hash = SetupCodeSecret.hash(typed: typed) else { throw refusal }
    let found = try tx.db.first(
      """
      DELETE FROM bot_setup_codes WHERE code_hash = ?1
      RETURNING bot_user_id, workspace_id, token_name, scopes, defaults, created_by, expires_at
      """, [.blob(hash)]
    ) { row in
      (
        bot: row.text(0), workspaceID: row.text(1), name: row.text(2), scopes: BotScopes.stored(row.text(3)),
        defaults: row.text(4), creator: row.text(5), expiresAt: row.text(6)
      )
    }
    guard let found, found.expiresAt > tx.now.text else { throw refusal }
    let bot: User
    do {
      let creator = Caller(userID: found.creator, isBot: false, credential: .session(id: ""))
      bot = try Bots.managed(creator, found.bot, in: found.workspaceID, granting: true, tx)
    } catch is StoreError {
      throw refusal
    }
    let wanted = BotTokens.Validated(name: found.name, scopes: found.scopes, nonce: nil)
    let token = try BotTokens.issue(to: bot, in: found.workspaceID, by: found.creator, wanted, tx)
    let workspace = try tx.db.first(
      "SELECT route_id, slug, name FROM workspaces WHERE id = ?1", [.text(found.workspaceID)]
    ) { (id: found.workspaceID, routeID: $0.text(0), slug: $0.text(1), name: $0.text(2)) }
    guard let workspace else { throw refusal }
    try AuditLog.record(
      "bot_setup_code.claimed", in: found.workspaceID, by: bot.id, on: ("bot_token", token.token.id), tx
    ) { json in
      json.field("bot_user_id", bot.id)
      json.field("token_name", found.name)
    }
    return Claim(token: token, bot: bot, workspace: workspace, defaults: found.defaults)
  }
}
