import Storage

extension API {
  private struct CommandMenu: Decodable {
    let commands: [BotCommands.Draft]
  }

  /// The menus of commands that bots offer.
  static let botCommands: [Endpoint] = [
    Endpoint(
      .put, "/api/bots/self/commands", "setBotCommands", access: .caller(botScope: "commands:write")
    ) { request in
      let caller = try request.caller
      guard caller.isBot else { throw StoreError.forbidden("only a bot sets its commands") }
      let menu: CommandMenu = try request.decode()
      let (commands, workspaceID) = try await request.services.store.write { tx in
        try BotCommands.replace(caller, menu.commands, tx)
      }
      request.services.announce(.botCommandUpdated, bot: caller.userID, in: workspaceID)
      return .json { $0.field("bot_commands", commands) }
    },
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/bot-commands", "listBotCommands",
      access: .caller(botScope: "workspaces:read")
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let offers = try await request.read { try BotCommands.list(caller, in: workspaceID, $0) }
      return .json { $0.field("bot_commands", offers) }
    },
  ]
}
