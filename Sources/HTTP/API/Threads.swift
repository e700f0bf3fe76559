import Storage

extension API {
  /// Threads: reading one, replying, and the public route of a message.
  static let threads: [Endpoint] = [
    Endpoint(
      .get, "/api/messages/{message_id}/thread", "getThread", access: .caller(botScope: "threads:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let limit = request.limit(default: MessagePageRequest.limitDefault, max: MessagePageRequest.limitMax)
      let latest = try latest(request)
      var page = try await request.read { db in
        try Threads.page(caller, id, limit: limit, latest: latest, db)
      }
      // Opening a thread of a channel gives it its route; that happens once in its life.
      if page.root.routeID == nil, page.root.channelID != nil {
        page.root.routeID = try await request.services.store.write { tx in
          try Threads.ensureRoute(caller, id, tx)
        }.routeID
      }
      return .json(capacity: 1_024 + page.replies.count * 768) { [page] json in
        json.field("root", page.root)
        json.field("replies", page.replies)
        json.field("thread_state", ifPresent: page.root.threadState)
      }
    },

    Endpoint(
      .post, "/api/messages/{message_id}/thread/replies", "createThreadReply",
      access: .caller(botScope: "threads:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let draft = try request.decode(NewMessage.self).replyDraft(by: caller)
      let correlationID = request.correlationID
      let reply = try await request.services.store.write { tx in
        try Threads.reply(caller, to: id, draft, correlationID: correlationID, tx)
      }
      return .json(reply.events.isEmpty ? 200 : 201, capacity: 2_048) { json in
        if reply.events.isEmpty {
          json.key("events")
          json.null()
        } else {
          json.field("events", reply.events)
        }
        json.field("message", reply.message)
        json.field("thread_state", reply.state)
      }
    },

    Endpoint(
      .post, "/api/messages/{message_id}/route", "ensureMessageRoute", access: .caller(botScope: "threads:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let message = try await request.services.store.write { tx in try Threads.ensureRoute(caller, id, tx) }
      return .json { $0.field("message", message) }
    },
  ]

  private static func latest(_ request: APIRequest) throws(StoreError) -> Bool {
    switch MessageText.optional(request.queryValue("latest")) {
    case nil, "false": return false
    case "true": return true
    default: throw .invalid("latest must be true or false")
    }
  }
}
