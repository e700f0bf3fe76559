import Storage

extension API {
  /// Commands that apps answer.
  static let slashCommands: [Endpoint] = [
    Endpoint(.get, "/api/workspaces/{workspace_id}/slash-commands", "listSlashCommands", access: .people) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let commands = try await request.read { try SlashCommands.list(caller, in: workspaceID, $0) }
      return .json { $0.field("slash_commands", commands) }
    },
    Endpoint(.post, "/api/workspaces/{workspace_id}/slash-commands", "createSlashCommand", access: .people) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let draft: SlashCommands.Draft = try request.decode()
      let command = try await request.services.store.write {
        try SlashCommands.create(caller, in: workspaceID, draft, $0)
      }
      return .json(201) { $0.field("slash_command", command.withSecret) }
    },
    Endpoint(.post, "/api/slash-commands/{command_id}/revoke", "revokeSlashCommand", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("command_id")
      let command = try await request.services.store.write { try SlashCommands.revoke(caller, id, $0) }
      return .json { $0.field("slash_command", command) }
    },
    Endpoint(
      .post, "/api/slash-commands/{command_id}/rotate-secret", "rotateSlashCommandSecret", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("command_id")
      let command = try await request.services.store.write { try SlashCommands.rotateSecret(caller, id, $0) }
      return .json { $0.field("slash_command", command.withSecret) }
    },
  ]
}
