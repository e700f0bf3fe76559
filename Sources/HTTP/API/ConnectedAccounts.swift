import Storage

extension API {
  /// Members' accounts elsewhere.
  static let connectedAccounts: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/connected-accounts", "listConnectedAccounts", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let accounts = try await request.read {
        try ConnectedAccounts.list(caller, in: workspaceID, $0)
      }
      return .json { $0.field("connected_accounts", accounts) }
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/connected-accounts", "createConnectedAccount", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let draft: ConnectedAccounts.Draft = try request.decode()
      let account = try await request.services.store.write {
        try ConnectedAccounts.create(caller, in: workspaceID, draft, $0)
      }
      return .json(201) { $0.field("connected_account", account) }
    },
    Endpoint(
      .post, "/api/connected-accounts/{account_id}/revoke", "revokeConnectedAccount", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("account_id")
      let account = try await request.services.store.write { try ConnectedAccounts.revoke(caller, id, $0) }
      return .json { $0.field("connected_account", account) }
    },
  ]
}
