import Storage

/// `clickclack admin bot create`: makes a bot with a first token and prints both, or with `--plain` the token.
enum AdminBotCreateCommand {
  static let declaration = CommandDeclaration(
    name: "create", summary: "Make a bot with a token; print both as JSON, with --plain only the token.",
    options: SettingOptions.data.declarations + [
      .adminWorkspace.required, .createdBy.required,
      OptionDeclaration(name: "name", valueName: "text", help: "Name of the bot.", isRequired: true),
      OptionDeclaration(name: "handle", valueName: "handle", help: "Handle for mentions."),
      OptionDeclaration(name: "owner", valueName: "user-id", help: "User who owns it; a service bot has none."),
      OptionDeclaration(name: "token-name", valueName: "text", help: "What the token is for."),
      OptionDeclaration(
        name: "scopes", valueName: "list", help: "Scopes and bundles between commas.", defaultText: "bot:write"),
      .json, .plain,
    ],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let workspace = try arguments.required("workspace")
      let createdBy = try arguments.required("created-by")
      let draft = try draft(arguments)
      let created = try database.write { transaction in
        try Administration.createBot(workspace: workspace, createdBy: createdBy, draft, transaction)
      }
      if arguments.isOn("plain") {
        try context.print("\(created.token.secret)\n")
      } else {
        try context.print(json(created.bot, created.token))
      }
    })

  private static func draft(_ arguments: ParsedArguments) throws -> Bots.Draft {
    var draft = Bots.Draft(displayName: try arguments.required("name"), ownerUserID: arguments.string("owner"))
    draft.handle = arguments.string("handle")
    draft.tokenName = arguments.string("token-name")
    draft.scopes = arguments.string("scopes").map { $0.split(separator: ",").map(String.init) }
    return draft
  }

  private static func json(_ bot: User, _ token: IssuedBotToken) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("bot", bot)
      json.field("bot_token", token)
      json.field("token", token.secret)
    }
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }
}
