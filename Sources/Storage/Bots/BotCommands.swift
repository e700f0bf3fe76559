/// A command that a bot offers in the menu of the composer. It is only shown: what is typed reaches the bot as a message.
public struct BotCommand: Sendable, JSONWritable {
  /// `botcmd_` and a ULID.
  public let id: String
  /// Where it is offered.
  public let workspaceID: WorkspaceID
  /// The bot.
  public let botUserID: UserID
  /// With the slash, in lower case.
  public let command: String
  /// What it does, in words.
  public let description: String
  /// What may follow it, in words; may be empty.
  public let argsHint: String
  /// When it was first offered.
  public let createdAt: String
  /// When the bot named it last.
  public let updatedAt: String

  static let columns = """
    c.id, c.workspace_id, c.bot_user_id, c.command, c.description, c.args_hint, c.created_at, c.updated_at
    """

  init(row: borrowing SQLRow) {
    id = row.text(0)
    workspaceID = row.text(1)
    botUserID = row.text(2)
    command = row.text(3)
    description = row.text(4)
    argsHint = row.text(5)
    createdAt = row.text(6)
    updatedAt = row.text(7)
  }

  /// Writes the contract's BotCommand object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("bot_user_id", botUserID)
      json.field("command", command)
      json.field("description", description)
      json.field("args_hint", argsHint)
      json.field("created_at", createdAt)
      json.field("updated_at", updatedAt)
    }
  }
}

/// The menus of commands that bots offer.
public enum BotCommands {
  /// Commands of one bot at most.
  public static let perBotMax = 100
  /// Code points of a description and of a hint at most.
  public static let textScalarsMax = 100

  /// One command as a bot names it.
  public struct Draft: Sendable, Decodable {
    var command: String
    var description: String
    var argsHint: String?

    /// Names a command.
    public init(command: String, description: String, argsHint: String? = nil) {
      self.command = command
      self.description = description
      self.argsHint = argsHint
    }

    private enum CodingKeys: String, CodingKey {
      case command, description
      case argsHint = "args_hint"
    }
  }

  /// A command with its bot, for the menu.
  public struct Offer: Sendable, JSONWritable {
    /// The command.
    public let command: BotCommand
    /// The bot.
    public let bot: User

    /// Writes the contract's WorkspaceBotCommand object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", command.id)
        json.field("command", command.command)
        json.field("description", command.description)
        json.field("args_hint", command.argsHint)
        json.key("bot")
        json.object { json in
          json.field("id", bot.id)
          json.field("handle", bot.handle)
          json.field("display_name", bot.displayName)
          json.field("avatar_url", bot.avatarURL)
        }
        json.field("created_at", command.createdAt)
        json.field("updated_at", command.updatedAt)
      }
    }
  }

  /// Replaces the menu of the bot whose token asks; a command that stays keeps its identifier.
  /// - Returns: The menu in the order of the commands, and the workspace of the token.
  /// - Throws: `StoreError.forbidden` for anyone but a bot with its token, `.invalid`; `SQLError`.
  public static func replace(
    _ caller: Caller, _ drafts: [Draft], _ tx: Transaction
  ) throws -> (commands: [BotCommand], workspaceID: WorkspaceID) {
    guard case .botToken(_, let workspaceID, _) = caller.credential else {
      throw StoreError.forbidden("only a bot sets its commands")
    }
    _ = try Access.member(caller, of: workspaceID, tx.db)
    guard drafts.count <= perBotMax else { throw StoreError.invalid("a bot has at most \(perBotMax) commands") }
    var wanted: [String: (description: String, hint: String)] = [:]
    for draft in drafts {
      let name = try CommandName.validated(draft.command)
      guard wanted[name] == nil else { throw StoreError.invalid("the command \(name) is named twice") }
      wanted[name] = (try description(draft.description), try hint(draft.argsHint))
    }
    let earlier = try list(of: caller.userID, in: workspaceID, tx.db)
    for command in earlier where wanted[command.command] == nil {
      try tx.db.execute("DELETE FROM bot_commands WHERE id = ?1", [.text(command.id)])
    }
    for (name, texts) in wanted.sorted(by: { $0.key < $1.key }) {
      try tx.db.execute(
        """
        INSERT INTO bot_commands (id, workspace_id, bot_user_id, command, description, args_hint, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
        ON CONFLICT (workspace_id, bot_user_id, command) DO UPDATE SET
          description = excluded.description, args_hint = excluded.args_hint, updated_at = excluded.updated_at
        """,
        [
          .text(tx.ids.make(.botCommand)), .text(workspaceID), .text(caller.userID), .text(name),
          .text(texts.description), .text(texts.hint), .text(tx.now.text),
        ])
    }
    return (try list(of: caller.userID, in: workspaceID, tx.db), workspaceID)
  }

  /// The commands that a workspace's bots offer, by the bots' handles, for any member who is not a guest.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(_ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> [Offer] {
    try Access.member(caller, of: workspaceID, db).requireNotGuest()
    return try db.all(
      """
      SELECT \(BotCommand.columns), \(User.columns("u")) FROM bot_commands c
      JOIN users u ON u.id = c.bot_user_id AND u.deleted_at IS NULL
      JOIN workspace_members m ON m.workspace_id = c.workspace_id AND m.user_id = c.bot_user_id
      WHERE c.workspace_id = ?1 ORDER BY u.handle, u.id, c.command
      """, [.text(workspaceID)]
    ) { Offer(command: BotCommand(row: $0), bot: User(row: $0, from: 8)) }
  }

  private static func list(
    of bot: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [BotCommand] {
    try db.all(
      """
      SELECT \(BotCommand.columns) FROM bot_commands c
      WHERE c.workspace_id = ?1 AND c.bot_user_id = ?2 ORDER BY c.command
      """, [.text(workspaceID), .text(bot)]
    ) { BotCommand(row: $0) }
  }

  private static func description(_ text: String) throws(StoreError) -> String {
    let description = PlainText.trimmed(text)
    guard (1...textScalarsMax).contains(description.unicodeScalars.count) else {
      throw .invalid("a command's description has 1 to \(textScalarsMax) characters")
    }
    return description
  }

  private static func hint(_ text: String?) throws(StoreError) -> String {
    let hint = PlainText.trimmed(text ?? "")
    guard hint.unicodeScalars.count <= textScalarsMax else {
      throw .invalid("args_hint is longer than \(textScalarsMax) characters")
    }
    return hint
  }
}
