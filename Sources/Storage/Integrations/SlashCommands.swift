/// A command that an app answers.
public struct SlashCommand: Sendable, JSONWritable {
  /// `cmd_` and a ULID.
  public let id: String
  /// Where it can be typed.
  public let workspaceID: WorkspaceID
  /// The installation that it goes with.
  public let appInstallationID: String?
  /// With the slash, in lower case.
  public let command: String
  /// What it does, in words.
  public let description: String
  /// Where the app is called.
  public let callbackURL: String
  /// What the calls are signed with. In JSON only when the command was just registered or got a new secret.
  public let signingSecret: String
  /// The bot that says the answer.
  public let botUserID: UserID
  /// Who registered it.
  public let createdBy: UserID
  /// When it was registered.
  public let createdAt: String
  /// When it was revoked.
  public let revokedAt: String?

  static let columns = """
    id, workspace_id, app_installation_id, command, description, callback_url, signing_secret, bot_user_id, \
    created_by, created_at, revoked_at
    """

  init(row: borrowing SQLRow) {
    id = row.text(0)
    workspaceID = row.text(1)
    appInstallationID = row.optionalText(2)
    command = row.text(3)
    description = row.text(4)
    callbackURL = row.text(5)
    signingSecret = row.text(6)
    botUserID = row.text(7)
    createdBy = row.text(8)
    createdAt = row.text(9)
    revokedAt = row.optionalText(10)
  }

  /// Writes the contract's SlashCommand object without the secret.
  public func write(to json: inout JSONWriter) { write(to: &json, showsSecret: false) }

  /// The command with its secret, for the one answer that shows it.
  public var withSecret: WithSecret { WithSecret(command: self) }

  /// A command that writes itself with its secret.
  public struct WithSecret: Sendable, JSONWritable {
    let command: SlashCommand

    /// Writes the contract's SlashCommand object with `signing_secret`.
    public func write(to json: inout JSONWriter) { command.write(to: &json, showsSecret: true) }
  }

  private func write(to json: inout JSONWriter, showsSecret: Bool) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("app_installation_id", ifPresent: appInstallationID)
      json.field("command", command)
      json.field("description", description)
      json.field("callback_url", callbackURL)
      if showsSecret { json.field("signing_secret", signingSecret) }
      json.field("bot_user_id", botUserID)
      json.field("created_by", createdBy)
      json.field("created_at", createdAt)
      json.field("revoked_at", ifPresent: revokedAt)
    }
  }
}

/// Registers, lists and revokes slash commands.
public enum SlashCommands {
  /// Commands at most that are active in one workspace.
  public static let activePerWorkspaceMax = 200
  /// Code points of a description at most.
  public static let descriptionScalarsMax = 500

  /// What to register.
  public struct Draft: Sendable, Decodable {
    var command: String?
    var description: String?
    var callbackURL: String?
    var botUserID: String?
    var appInstallationID: String?

    /// Asks for a command.
    public init(
      command: String, description: String? = nil, callbackURL: String, botUserID: UserID,
      appInstallationID: String? = nil
    ) {
      self.command = command
      self.description = description
      self.callbackURL = callbackURL
      self.botUserID = botUserID
      self.appInstallationID = appInstallationID
    }

    private enum CodingKeys: String, CodingKey {
      case command, description
      case callbackURL = "callback_url"
      case botUserID = "bot_user_id"
      case appInstallationID = "app_installation_id"
    }
  }

  /// Registers a command.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict` for a command that exists; `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> SlashCommand {
    try Integrations.requireManager(caller, of: workspaceID, tx)
    let command = try CommandName.validated(draft.command)
    let description = PlainText.trimmed(draft.description ?? "")
    guard description.unicodeScalars.count <= descriptionScalarsMax else {
      throw StoreError.invalid("description is longer than \(descriptionScalarsMax) characters")
    }
    let url = try CallbackURL.validated(draft.callbackURL)
    let bot = PlainText.trimmed(draft.botUserID ?? "")
    try Integrations.requireBot(bot, in: workspaceID, tx.db)
    let installation = try Integrations.installation(draft.appInstallationID, in: workspaceID, tx.db)
    guard try active(command, in: workspaceID, tx.db) == nil else {
      throw StoreError.conflict("the command \(command) exists already")
    }
    let count = try tx.db.first(
      "SELECT count(*) FROM slash_commands WHERE workspace_id = ?1 AND revoked_at IS NULL", [.text(workspaceID)]
    ) { $0.int(0) }
    guard (count ?? 0) < activePerWorkspaceMax else {
      throw StoreError.conflict("a workspace has at most \(activePerWorkspaceMax) slash commands; revoke one first")
    }
    let id = tx.ids.make(.slashCommand)
    try tx.db.execute(
      """
      INSERT INTO slash_commands (id, workspace_id, app_installation_id, command, description, callback_url,
        signing_secret, bot_user_id, created_by, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """,
      [
        .text(id), .text(workspaceID), .optional(installation), .text(command), .text(description), .text(url),
        .text(try Token(.signingSecret).text), .text(bot), .text(caller.userID), .text(tx.now.text),
      ])
    return try require(id, tx.db)
  }

  /// The active commands of a workspace, the oldest first, for any person who is not a guest.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [SlashCommand] {
    try Integrations.requireReader(caller, of: workspaceID, db)
    return try db.all(
      "SELECT \(SlashCommand.columns) FROM slash_commands WHERE workspace_id = ?1 AND revoked_at IS NULL ORDER BY id",
      [.text(workspaceID)]
    ) { SlashCommand(row: $0) }
  }

  /// Revokes a command; doing it again changes nothing.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func revoke(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> SlashCommand {
    _ = try managed(caller, id, tx)
    try tx.db.execute(
      "UPDATE slash_commands SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
      [.text(id), .text(tx.now.text)])
    return try require(id, tx.db)
  }

  /// Gives a command a new secret; calls are signed with it from now on.
  /// - Throws: `StoreError.invalid` for a revoked command, `.notFound`, `.forbidden`; `SQLError`.
  public static func rotateSecret(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> SlashCommand {
    guard try managed(caller, id, tx).revokedAt == nil else {
      throw StoreError.invalid("the slash command is revoked")
    }
    try tx.db.execute(
      "UPDATE slash_commands SET signing_secret = ?2 WHERE id = ?1",
      [.text(id), .text(try Token(.signingSecret).text)])
    return try require(id, tx.db)
  }

  /// Revokes the active commands of an installation.
  /// - Returns: How many there were.
  /// - Throws: `SQLError`.
  @discardableResult
  static func revokeAll(of installation: String, _ tx: Transaction) throws -> Int {
    try tx.db.execute(
      "UPDATE slash_commands SET revoked_at = ?2 WHERE app_installation_id = ?1 AND revoked_at IS NULL",
      [.text(installation), .text(tx.now.text)])
  }

  /// The active command of that name, or nil.
  /// - Throws: `SQLError`.
  static func active(_ command: String, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> SlashCommand? {
    try db.first(
      """
      SELECT \(SlashCommand.columns) FROM slash_commands
      WHERE workspace_id = ?1 AND command = ?2 AND revoked_at IS NULL
      """, [.text(workspaceID), .text(command)]
    ) { SlashCommand(row: $0) }
  }

  private static func managed(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> SlashCommand {
    let command = try require(id, tx.db)
    try Integrations.requireManager(caller, of: command.workspaceID, what: "slash command", tx)
    return command
  }

  private static func require(_ id: String, _ db: any SQLConnection) throws -> SlashCommand {
    let found = try db.first("SELECT \(SlashCommand.columns) FROM slash_commands WHERE id = ?1", [.text(id)]) {
      SlashCommand(row: $0)
    }
    guard let found else { throw StoreError.notFound("slash command") }
    return found
  }
}
