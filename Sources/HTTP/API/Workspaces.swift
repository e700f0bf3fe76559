import Storage

extension API {
  /// Operations on workspaces.
  static let workspaces: [Endpoint] = [
    Endpoint(.get, "/api/workspaces", "listWorkspaces", access: .caller(botScope: "workspaces:read")) { request in
      let caller = try request.caller
      let workspaces = try await request.read { try Workspaces.list(caller, $0) }
      return .json { $0.field("workspaces", workspaces) }
    },
    Endpoint(.post, "/api/workspaces", "createWorkspace", access: .people) { request in
      let caller = try request.caller
      let body: CreateWorkspaceBody = try request.decode()
      let workspace = try await request.services.store.write { tx in
        try Workspaces.create(caller, name: body.name ?? "", slug: body.slug ?? "", tx)
      }
      return .json(201) { $0.field("workspace", workspace) }
    },
    Endpoint(
      .get, "/api/workspaces/{workspace_id}", "getWorkspace", access: .caller(botScope: "workspaces:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let workspace = try await request.read { try Workspaces.get(caller, id, $0) }
      return .json { $0.field("workspace", workspace) }
    },
    Endpoint(.patch, "/api/workspaces/{workspace_id}", "updateWorkspace", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let change: Workspaces.Change = try request.decode()
      let (workspace, event) = try await request.services.store.write { try Workspaces.update(caller, id, change, $0) }
      return .json { json in
        json.field("workspace", workspace)
        json.field("event", event)
      }
    },
    Endpoint(.delete, "/api/workspaces/{workspace_id}", "deleteWorkspace", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      try await request.services.store.write { try Workspaces.delete(caller, id, $0) }
      return .empty
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/transfer-ownership", "transferWorkspaceOwnership", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let body: TransferOwnershipBody = try request.decode()
      let (workspace, event) = try await request.services.store.write { tx in
        try Workspaces.transfer(caller, id, to: body.userID ?? "", tx)
      }
      return .json { json in
        json.field("workspace", workspace)
        json.field("event", event)
      }
    },
  ]
}

private struct CreateWorkspaceBody: Decodable {
  let name: String?
  let slug: String?
}

private struct TransferOwnershipBody: Decodable {
  let userID: String?

  private enum CodingKeys: String, CodingKey {
    case userID = "user_id"
  }
}
