import Storage

extension API {
  /// Reactions to messages.
  static let reactions: [Endpoint] = [
    Endpoint(
      .post, "/api/messages/{message_id}/reactions", "addReaction", access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let body: NewReaction = try request.decode()
      let change = try await request.services.store.write { tx in
        try Reactions.add(caller, body.emoji ?? "", to: id, tx)
      }
      return .reactions(change, changedStatus: 201)
    },

    Endpoint(
      .delete, "/api/messages/{message_id}/reactions/{emoji}", "removeReaction",
      access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let emoji = request.parameter("emoji")
      let change = try await request.services.store.write { tx in
        try Reactions.remove(caller, emoji, from: id, tx)
      }
      return .reactions(change, changedStatus: 200)
    },
  ]
}

private struct NewReaction: Decodable {
  let emoji: String?
}

extension APIResponse {
  fileprivate static func reactions(_ change: Reactions.Change, changedStatus: Int) -> APIResponse {
    .json(change.event == nil ? 200 : changedStatus) { json in
      json.field("event", orNothing: change.event)
      json.field("reactions", change.reactions)
    }
  }
}
