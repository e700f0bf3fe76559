import Storage

extension API {
  /// Who belongs to a private channel.
  static let channelMembers: [Endpoint] = [
    Endpoint(
      .get, "/api/channels/{channel_id}/members", "listChannelMembers", access: .caller(botScope: "channels:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let members = try await request.read { try ChannelMembers.list(caller, of: id, $0) }
      return .json(capacity: 4_096) { $0.field("members", members) }
    },
    Endpoint(
      .post, "/api/channels/{channel_id}/members", "addChannelMember", access: .caller(botScope: "channels:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let body: NewChannelMember = try request.decode()
      let (member, isNew) = try await request.services.store.write { tx in
        try ChannelMembers.add(caller, body.userID ?? "", to: id, tx)
      }
      return .json(isNew ? 201 : 200) { $0.field("member", member) }
    },
    Endpoint(
      .delete, "/api/channels/{channel_id}/members/{user_id}", "removeChannelMember",
      access: .caller(botScope: "channels:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let userID = request.parameter("user_id")
      try await request.services.store.write { try ChannelMembers.remove(caller, userID, from: id, $0) }
      return .empty
    },
  ]
}

private struct NewChannelMember: Decodable {
  let userID: String?

  private enum CodingKeys: String, CodingKey {
    case userID = "user_id"
  }
}
