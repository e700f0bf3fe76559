import Storage

extension API {
  /// Links by which people join a workspace.
  static let workspaceInvites: [Endpoint] = [
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/invites", "createWorkspaceInvite", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let draft: WorkspaceInvites.Draft = try request.decode()
      let (invite, token) = try await request.services.store.write { tx in
        try WorkspaceInvites.create(caller, in: id, draft, tx)
      }
      // Browsers don't send what follows the number sign, so no server's log has the secret.
      let url = "\(request.baseURL)/app/join#\(token)"
      return .json(201) { json in
        json.field("invite", invite)
        json.field("token", token)
        json.field("url", url)
      }
      .with(header: "Cache-Control", "no-store")
    },
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/invites", "listWorkspaceInvites", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let invites = try await request.read { try WorkspaceInvites.list(caller, in: id, $0) }
      return .json(capacity: 4_096) { $0.field("invites", invites) }
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/invites/{invite_id}/revoke", "revokeWorkspaceInvite", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let id = request.parameter("invite_id")
      let invite = try await request.services.store.write { tx in
        try WorkspaceInvites.revoke(caller, id, in: workspaceID, tx)
      }
      return .json { $0.field("invite", invite) }
    },
    Endpoint(.post, "/api/invites/preview", "previewWorkspaceInvite", access: .anyone, limit: .invite) { request in
      let body: InviteToken = try request.decode()
      let preview = try await request.read { db in
        try WorkspaceInvites.preview(body.token ?? "", at: .now(), db)
      }
      return .json { json in
        json.key("workspace")
        json.object { json in
          json.field("name", preview.name)
          json.field("icon_url", preview.iconURL)
        }
        json.field("role", preview.role.rawValue)
        json.field("expires_at", preview.expiresAt)
      }
      .with(header: "Cache-Control", "no-store")
    },
    Endpoint(.post, "/api/invites/accept", "acceptWorkspaceInvite", access: .people, limit: .invite) { request in
      let caller = try request.caller
      let body: InviteToken = try request.decode()
      let workspace = try await request.services.store.write { tx in
        try WorkspaceInvites.accept(caller, body.token ?? "", tx)
      }
      return .json { $0.field("workspace", workspace) }
    },
  ]
}

private struct InviteToken: Decodable {
  let token: String?
}
