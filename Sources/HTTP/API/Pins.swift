import Storage

extension API {
  /// Operations on pinned messages.
  static let pins: [Endpoint] = [
    Endpoint(
      .get, "/api/channels/{channel_id}/pins", "listPinnedMessages", access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let limit = request.limit(default: Int(Pins.perChannelMax), max: Int(Pins.perChannelMax))
      return try await request.answer { $0.field("messages", try Pins.list(caller, in: id, limit: limit, $1)) }
    },
    Endpoint(
      .post, "/api/channels/{channel_id}/pins", "pinMessage", access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let body: PinMessageBody = try request.decode()
      let (pin, event) = try await request.services.store.write { tx in
        try Pins.add(caller, body.messageID ?? "", in: id, tx)
      }
      return .json(201) { json in
        json.field("pinned_message", pin)
        json.field("event", event)
      }
    },
    Endpoint(
      .delete, "/api/channels/{channel_id}/pins/{message_id}", "unpinMessage",
      access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let messageID = request.parameter("message_id")
      let event = try await request.services.store.write { try Pins.remove(caller, messageID, in: id, $0) }
      return .json { $0.field("event", event) }
    },
  ]
}

private struct PinMessageBody: Decodable {
  let messageID: String?

  private enum CodingKeys: String, CodingKey {
    case messageID = "message_id"
  }
}
