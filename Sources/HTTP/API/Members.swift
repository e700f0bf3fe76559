import Storage

extension API {
  /// The directory of a workspace's members, and what moderators see and do.
  static let members: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/members", "listWorkspaceMembers",
      access: .caller(botScope: "workspaces:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let wanted = try directoryRequest(request)
      return try await request.answer(mayTakeLong: true) { json, db in
        try WorkspaceMembers.page(caller, in: id, wanted, db).writeFields(to: &json)
      }
    },
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/moderation/members", "listWorkspaceMembersForModeration", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      return try await request.answer(mayTakeLong: true) { json, db in
        json.field("members", try Moderation.roster(caller, in: id, at: .now(), db))
      }
    },
    Endpoint(
      .patch, "/api/workspaces/{workspace_id}/moderation/members/{user_id}", "updateWorkspaceMemberModeration",
      access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let userID = request.parameter("user_id")
      let change: Moderation.Change = try request.decode()
      let (member, event) = try await request.services.store.write { tx in
        try Moderation.update(caller, member: userID, in: id, change, tx)
      }
      return .json { json in
        json.field("member", member)
        json.field("event", event)
      }
    },
  ]

  // Unlike other lists this one refuses a limit that is not a positive number, and cuts one that is too large.
  private static func directoryRequest(_ request: APIRequest) throws(StoreError) -> WorkspaceMembers.Request {
    var wanted = WorkspaceMembers.Request()
    if let text = request.queryValue("limit"), !text.isEmpty {
      guard let limit = Int(text), limit > 0 else { throw .invalid("limit must be a positive number") }
      wanted.limit = min(limit, WorkspaceMembers.pageMax)
    }
    if let text = request.queryValue("role"), !text.isEmpty {
      guard let role = Role(rawValue: text) else {
        throw .invalid("role must be owner, moderator, member, bot or guest")
      }
      wanted.role = role
    }
    if let cursor = request.queryValue("cursor"), !cursor.isEmpty { wanted.cursor = cursor }
    wanted.query = request.queryValue("q") ?? ""
    return wanted
  }
}
