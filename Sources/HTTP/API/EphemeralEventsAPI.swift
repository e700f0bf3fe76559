import Storage

extension API {
  /// Events that are delivered and forgotten: typing, presence, the progress of agents.
  static let ephemeralEvents: [Endpoint] = [
    // Which scope a bot needs depends on the event; `EphemeralEvents` asks for it.
    Endpoint(.post, "/api/realtime/ephemeral", "publishEphemeral", access: .anyCaller) { request in
      let caller = try request.caller
      // The longest way to write a character is six bytes. What can't fit is not decoded first, which would take a while.
      guard request.body.count <= 6 * EphemeralEvents.payloadBytesMax + envelopeBytesMax else {
        throw EphemeralEvents.payloadTooLarge
      }
      let draft = try request.decode(EphemeralEventRequest.self).draft
      let id = ephemeralIDs.make(.ephemeral)
      try takeBudget(of: request, caller)
      let event = try await request.read { db in
        try EphemeralEvents.make(draft, by: caller, id: id, now: .now(), db)
      }
      request.services.realtime.publish(ephemeral: event)
      return .json(202) { $0.field("event", event) }
    }
  ]

  /// Subscribers get everything that is published: large payloads, one after another, would throw out whoever has a slow
  /// line. Every begun 4 KiB after the first take a token of their author.
  private static func takeBudget(of request: APIRequest, _ caller: Caller) throws(StoreError) {
    for _ in 0..<request.body.count / (4 << 10) {
      guard request.services.largeEphemeralEvents.allows(caller.userID) else {
        throw StoreError(.tooMany, "too many large ephemeral events; try again in a moment")
      }
    }
  }

  /// What a request may have beside its payload.
  private static let envelopeBytesMax = 16 << 10

  // These identifiers name events that are not stored, so they need no place in the order of the store's own.
  private static let ephemeralIDs = IDGenerator()
}

private struct EphemeralEventRequest: Decodable {
  var workspace_id: String?
  var channel_id: String?
  var direct_conversation_id: String?
  var type: String?
  var payload: [String: JSONValue]?

  var draft: EphemeralEvents.Draft {
    // Clients send an empty string where they have no identifier.
    func given(_ id: String?) -> String? { id.flatMap { $0.isEmpty ? nil : $0 } }
    return EphemeralEvents.Draft(
      workspaceID: workspace_id ?? "", channelID: given(channel_id),
      directConversationID: given(direct_conversation_id), type: type ?? "", payload: payload ?? [:])
  }
}
