import Storage

extension API {
  /// Operations on topics.
  static let topics: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/topics", "listTopics", access: .caller(botScope: "channels:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      return try await request.answer { $0.field("topics", try Topics.list(caller, in: id, $1)) }
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/topics", "createTopic", access: .caller(botScope: "channels:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let body: CreateTopicBody = try request.decode()
      let topic = try await request.services.store.write { tx in
        try Topics.create(caller, in: id, name: body.name ?? "", channelID: body.channelID ?? "", tx)
      }
      return .json(201) { $0.field("topic", topic) }
    },
  ]
}

private struct CreateTopicBody: Decodable {
  let channelID: String?
  let name: String?

  private enum CodingKeys: String, CodingKey {
    case channelID = "channel_id"
    case name
  }
}
