import Storage

extension API {
  /// Bots and their tokens.
  static let bots: [Endpoint] = [
    Endpoint(.get, "/api/workspaces/{workspace_id}/bots", "listBots", access: .people) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let bots = try await request.read { try Bots.list(caller, in: workspaceID, $0) }
      return .json { $0.field("bots", bots) }
    },
    Endpoint(.post, "/api/workspaces/{workspace_id}/bots", "createBot", access: .people) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let draft: Bots.Draft = try request.decode()
      let (bot, token) = try await request.services.store.write { try Bots.create(caller, in: workspaceID, draft, $0) }
      return .json(201) { json in
        json.field("bot", bot)
        json.field("bot_token", ifPresent: token)
      }
    },
    Endpoint(.delete, "/api/bots/{bot_user_id}", "deleteBot", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("bot_user_id")
      let tombstone = try await request.services.store.write { try Bots.delete(caller, id, $0) }
      request.services.announceDeletion(of: tombstone)
      return .json { $0.field("deleted_bot", tombstone) }
    },
    Endpoint(
      .delete, "/api/workspaces/{workspace_id}/bots/{bot_user_id}/membership", "removeBotFromWorkspace",
      access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let id = request.parameter("bot_user_id")
      try await request.services.store.write { try Bots.removeMembership(caller, bot: id, in: workspaceID, $0) }
      request.services.announce(.botMembershipRemoved, bot: id, in: workspaceID)
      return .empty
    },
  ]
}
