import Storage

extension API {
  /// Apps that a workspace uses.
  static let appInstallations: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/app-installations", "listAppInstallations", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let installations = try await request.read {
        try AppInstallations.list(caller, in: workspaceID, $0)
      }
      return .json { $0.field("app_installations", installations) }
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/app-installations", "createAppInstallation", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let draft: AppInstallations.Draft = try request.decode()
      let installation = try await request.services.store.write {
        try AppInstallations.create(caller, in: workspaceID, draft, $0)
      }
      return .json(201) { $0.field("app_installation", installation) }
    },
    Endpoint(
      .post, "/api/app-installations/{installation_id}/revoke", "revokeAppInstallation", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("installation_id")
      let removal = request.body.isEmpty ? AppInstallations.Removal() : try request.decode()
      let removed = try await request.services.store.write { try AppInstallations.revoke(caller, id, removal, $0) }
      if let bot = removed.deletedBot { request.services.announceDeletion(of: bot) }
      return .json(capacity: 1_024) { json in
        json.field("installation", removed.installation)
        json.key("revoked")
        json.object { json in
          json.field("slash_commands", Int64(removed.slashCommands))
          json.field("event_subscriptions", Int64(removed.eventSubscriptions))
          json.field("bot_tokens", Int64(removed.botTokens))
        }
        json.field("deleted_bot", ifPresent: removed.deletedBot)
      }
    },
  ]
}
