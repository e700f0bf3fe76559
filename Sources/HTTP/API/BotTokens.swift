import Storage

extension API {
  /// Bots' tokens, by workspace and by bot alone.
  static let botTokens: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/bots/{bot_user_id}/tokens", "listWorkspaceBotTokens", access: .people
    ) { try await list($0, in: $0.parameter("workspace_id")) },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/bots/{bot_user_id}/tokens", "createWorkspaceBotToken", access: .people
    ) { try await create($0, in: $0.parameter("workspace_id")) },
    Endpoint(.get, "/api/bots/{bot_user_id}/tokens", "listBotTokens", access: .people) {
      try await list($0, in: nil)
    },
    Endpoint(.post, "/api/bots/{bot_user_id}/tokens", "createBotToken", access: .people) {
      try await create($0, in: nil)
    },
    Endpoint(.post, "/api/bot-tokens/{token_id}/revoke", "revokeBotToken", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("token_id")
      let token = try await request.services.store.write { try BotTokens.revoke(caller, token: id, $0) }
      return .json { $0.field("bot_token", token) }
    },
  ]

  private static func list(_ request: APIRequest, in workspaceID: WorkspaceID?) async throws -> APIResponse {
    let caller = try request.caller
    let bot = request.parameter("bot_user_id")
    let tokens = try await request.read {
      try BotTokens.list(caller, bot: bot, in: workspaceID, $0)
    }
    return .json { $0.field("bot_tokens", tokens) }
  }

  private static func create(_ request: APIRequest, in workspaceID: WorkspaceID?) async throws -> APIResponse {
    let caller = try request.caller
    let bot = request.parameter("bot_user_id")
    let draft: BotTokens.Draft = try request.decode()
    let issued = try await request.services.store.write {
      try BotTokens.create(caller, bot: bot, in: workspaceID, draft, $0)
    }
    return .json(201) { $0.field("bot_token", issued) }
  }
}
