/// An app that a workspace uses, and the bot that acts for it.
public struct AppInstallation: Sendable, JSONWritable {
  /// `app_` and a ULID.
  public let id: String
  /// Where it is installed.
  public let workspaceID: WorkspaceID
  /// Which app it is.
  public let appSlug: String
  /// The name shown.
  public let displayName: String
  /// The bot that acts for it.
  public let botUserID: UserID
  /// A JSON object of the app's own.
  public let config: String
  /// Who installed it.
  public let createdBy: UserID
  /// When it was installed.
  public let createdAt: String
  /// When it was uninstalled.
  public let revokedAt: String?

  static let columns = """
    id, workspace_id, app_slug, display_name, bot_user_id, config, created_by, created_at, revoked_at
    """

  init(row: borrowing SQLRow) {
    id = row.text(0)
    workspaceID = row.text(1)
    appSlug = row.text(2)
    displayName = row.text(3)
    botUserID = row.text(4)
    config = row.text(5)
    createdBy = row.text(6)
    createdAt = row.text(7)
    revokedAt = row.optionalText(8)
  }

  /// Writes the contract's AppInstallation object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("app_slug", appSlug)
      json.field("display_name", displayName)
      json.field("bot_user_id", botUserID)
      json.key("config")
      json.raw(config)
      json.field("created_by", createdBy)
      json.field("created_at", createdAt)
      json.field("revoked_at", ifPresent: revokedAt)
    }
  }
}

/// Installs, lists and uninstalls apps. One app may be installed several times in a workspace.
public enum AppInstallations {
  /// Installations at most that are active in one workspace.
  public static let activePerWorkspaceMax = 200
  /// Bytes of the JSON of a configuration at most.
  public static let configBytesMax = 64 << 10
  /// Bytes of an app's name in its address at most.
  public static let slugBytesMax = 80

  /// What to install.
  public struct Draft: Sendable, Decodable {
    var appSlug: String?
    var displayName: String?
    var botUserID: String?
    var config: [String: JSONValue]?
    var setupNonce: String?

    /// Asks for an installation.
    public init(
      appSlug: String, displayName: String? = nil, botUserID: UserID, config: [String: JSONValue]? = nil,
      setupNonce: String? = nil
    ) {
      self.appSlug = appSlug
      self.displayName = displayName
      self.botUserID = botUserID
      self.config = config
      self.setupNonce = setupNonce
    }

    private enum CodingKeys: String, CodingKey {
      case appSlug = "app_slug"
      case displayName = "display_name"
      case botUserID = "bot_user_id"
      case config
      case setupNonce = "setup_nonce"
    }
  }

  /// What goes with an installation when it is revoked.
  public struct Removal: Sendable, Decodable {
    var slashCommands: Bool?
    var eventSubscriptions: Bool?
    var botTokens: Bool?
    var deletesBot: Bool?

    /// The commands and subscriptions that are attached go; the bot and its tokens stay.
    public init() {}

    /// Names what goes.
    public init(slashCommands: Bool, eventSubscriptions: Bool, botTokens: Bool, deletesBot: Bool) {
      self.slashCommands = slashCommands
      self.eventSubscriptions = eventSubscriptions
      self.botTokens = botTokens
      self.deletesBot = deletesBot
    }

    private enum CodingKeys: String, CodingKey {
      case slashCommands = "revoke_slash_commands"
      case eventSubscriptions = "revoke_event_subscriptions"
      case botTokens = "revoke_bot_tokens"
      case deletesBot = "delete_bot"
    }
  }

  /// What an uninstall did.
  public struct Removed: Sendable {
    /// The installation.
    public let installation: AppInstallation
    /// Slash commands that were active.
    public let slashCommands: Int
    /// Event subscriptions that were active.
    public let eventSubscriptions: Int
    /// Bot tokens that were valid.
    public let botTokens: Int
    /// What is left of the bot, if it was deleted.
    public let deletedBot: Bots.Tombstone?
  }

  /// Installs an app, or finds the installation that the same nonce made.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict`; `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> AppInstallation {
    try Integrations.requireManager(caller, of: workspaceID, tx)
    let slug = Names.slug(draft.appSlug ?? "")
    guard !slug.isEmpty else { throw StoreError.invalid("app_slug is missing") }
    guard slug.utf8.count <= slugBytesMax else {
      throw StoreError.invalid("app_slug must have at most \(slugBytesMax) bytes")
    }
    let name = try MessageText.optional(draft.displayName).map { name throws(StoreError) in
      try DisplayName.validated(name)
    }
    let config = JSONValue.object(draft.config ?? [:]).json
    guard config.count <= configBytesMax else {
      throw StoreError.invalid("config must have at most \(configBytesMax) bytes")
    }
    let nonce = try SetupNonce.validated(draft.setupNonce)
    let bot = PlainText.trimmed(draft.botUserID ?? "")
    try Integrations.requireBot(bot, in: workspaceID, tx.db)
    if let nonce, let earlier = try madeBy(nonce: nonce, of: caller.userID, in: workspaceID, tx.db) {
      guard earlier.revokedAt == nil else { throw StoreError.conflict("the installation of this nonce is revoked") }
      guard earlier.appSlug == slug, earlier.botUserID == bot else {
        throw StoreError.conflict("the setup_nonce was used for another installation")
      }
      return earlier
    }
    let active = try tx.db.first(
      "SELECT count(*) FROM app_installations WHERE workspace_id = ?1 AND revoked_at IS NULL", [.text(workspaceID)]
    ) { $0.int(0) }
    guard (active ?? 0) < activePerWorkspaceMax else {
      throw StoreError.conflict("a workspace has at most \(activePerWorkspaceMax) installations; revoke one first")
    }
    let id = tx.ids.make(.appInstallation)
    try tx.db.execute(
      """
      INSERT INTO app_installations (id, workspace_id, app_slug, display_name, bot_user_id, config, created_by,
        created_at, setup_nonce)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """,
      [
        .text(id), .text(workspaceID), .text(slug), .text(name ?? slug), .text(bot),
        .text(String(decoding: config, as: UTF8.self)), .text(caller.userID), .text(tx.now.text), .optional(nonce),
      ])
    return try require(id, tx.db)
  }

  /// The active installations of a workspace, the oldest first, for any person who is not a guest.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [AppInstallation] {
    try Integrations.requireReader(caller, of: workspaceID, db)
    return try db.all(
      """
      SELECT \(AppInstallation.columns) FROM app_installations
      WHERE workspace_id = ?1 AND revoked_at IS NULL ORDER BY id
      """, [.text(workspaceID)]
    ) { AppInstallation(row: $0) }
  }

  /// Uninstalls an app together with what the request names; all of it or nothing. Doing it again finds nothing more.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func revoke(_ caller: Caller, _ id: String, _ removal: Removal, _ tx: Transaction) throws -> Removed {
    let installation = try require(id, tx.db)
    try Integrations.requireManager(caller, of: installation.workspaceID, what: "app installation", tx)
    let bot = installation.botUserID
    let deletesBot = removal.deletesBot ?? false
    let commands = removal.slashCommands ?? true ? try SlashCommands.revokeAll(of: id, tx) : 0
    let subscriptions = removal.eventSubscriptions ?? true ? try EventSubscriptions.revokeAll(of: id, tx) : 0
    var tokens = 0
    if removal.botTokens ?? false, try Bots.find(bot, in: installation.workspaceID, tx.db) != nil {
      _ = try Bots.managed(caller, bot, in: installation.workspaceID, tx)
      tokens = try BotTokens.revokeAll(of: bot, in: installation.workspaceID, tx)
    }
    try tx.db.execute(
      "UPDATE app_installations SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
      [.text(id), .text(tx.now.text)])
    let tombstone = deletesBot ? try Bots.delete(caller, bot, tx) : nil
    return Removed(
      installation: try require(id, tx.db), slashCommands: commands, eventSubscriptions: subscriptions,
      botTokens: tokens, deletedBot: tombstone)
  }

  private static func require(_ id: String, _ db: any SQLConnection) throws -> AppInstallation {
    let found = try db.first("SELECT \(AppInstallation.columns) FROM app_installations WHERE id = ?1", [.text(id)]) {
      AppInstallation(row: $0)
    }
    guard let found else { throw StoreError.notFound("app installation") }
    return found
  }

  private static func madeBy(
    nonce: String, of userID: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> AppInstallation? {
    try db.first(
      """
      SELECT \(AppInstallation.columns) FROM app_installations
      WHERE workspace_id = ?1 AND created_by = ?2 AND setup_nonce = ?3
      """, [.text(workspaceID), .text(userID), .text(nonce)]
    ) { AppInstallation(row: $0) }
  }
}
