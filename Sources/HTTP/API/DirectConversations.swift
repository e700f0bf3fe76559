import Storage

extension API {
  /// Direct conversations and their messages.
  static let directConversations: [Endpoint] = [
    Endpoint(.get, "/api/dms", "listDirectConversations", access: .caller(botScope: "dms:read")) { request in
      let caller = try request.caller
      guard let workspaceID = MessageText.optional(request.queryValue("workspace_id")) else {
        throw StoreError.invalid("workspace_id is missing")
      }
      return try await request.answer { json, db in
        json.field("conversations", try DirectConversations.list(caller, in: workspaceID, db))
      }
    },

    Endpoint(.post, "/api/dms", "createDirectConversation", access: .caller(botScope: "dms:write")) { request in
      let caller = try request.caller
      let body: NewDirectConversation = try request.decode()
      guard let workspaceID = MessageText.optional(body.workspaceID) else {
        throw StoreError.invalid("workspace_id is missing")
      }
      let conversation = try await request.services.store.write { tx in
        try DirectConversations.open(caller, in: workspaceID, with: body.memberIDs ?? [], tx)
      }
      return .json(201) { $0.field("conversation", conversation) }
    },

    Endpoint(
      .get, "/api/dms/{conversation_id}", "getDirectConversation", access: .caller(botScope: "dms:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("conversation_id")
      let conversation = try await request.read { db in try DirectConversations.get(caller, id, db) }
      return .json { $0.field("conversation", conversation) }
    },

    Endpoint(.delete, "/api/dms/{conversation_id}", "hideDirectConversation", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("conversation_id")
      try await request.services.store.write { tx in try DirectConversations.hide(caller, id, tx) }
      return .json { $0.field("ok", true) }
    },

    Endpoint(.post, "/api/dms/{conversation_id}/open", "reopenDirectConversation", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("conversation_id")
      let conversation = try await request.services.store.write { tx in
        try DirectConversations.reopen(caller, id, tx)
      }
      return .json { $0.field("conversation", conversation) }
    },

    Endpoint(
      .get, "/api/dms/{conversation_id}/messages", "listDirectMessages", access: .caller(botScope: "dms:read")
    ) { request in
      let caller = try request.caller
      let page = try MessagePageRequest(request)
      let id = request.parameter("conversation_id")
      return .json(
        bytes: try await request.read { db in
          try MessagePages.write(caller, .direct(id), page.window, limit: page.limit, db)
        })
    },

    Endpoint(
      .post, "/api/dms/{conversation_id}/messages", "createDirectMessage", access: .caller(botScope: "dms:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("conversation_id")
      let draft = try request.decode(NewMessage.self).directDraft(by: caller)
      let correlationID = request.correlationID
      let created = try await request.services.store.write { tx in
        try Messages.create(caller, inDirect: id, draft, correlationID: correlationID, tx)
      }
      return .created(created)
    },
  ]
}

private struct NewDirectConversation: Decodable {
  let workspaceID: String?
  let memberIDs: [String]?

  private enum CodingKeys: String, CodingKey {
    case workspaceID = "workspace_id"
    case memberIDs = "member_ids"
  }
}
