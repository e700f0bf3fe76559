import Storage

extension API {
  /// Read pointers of channels and direct conversations.
  static let readPointers: [Endpoint] = [
    Endpoint(
      .post, "/api/channels/{channel_id}/read", "markChannelRead", access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let seq = try request.decode(ReadPosition.self).seq ?? 0
      let receipt = try await request.services.store.write { tx in
        try ReadPointers.mark(caller, channel: id, seq: seq, tx)
      }
      return .json { $0.field("receipt", receipt) }
    },

    Endpoint(
      .post, "/api/dms/{conversation_id}/read", "markDirectRead", access: .caller(botScope: "dms:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("conversation_id")
      let seq = try request.decode(ReadPosition.self).seq ?? 0
      let receipt = try await request.services.store.write { tx in
        try ReadPointers.mark(caller, direct: id, seq: seq, tx)
      }
      return .json { $0.field("receipt", receipt) }
    },
  ]
}

private struct ReadPosition: Decodable {
  let seq: Int64?
}
