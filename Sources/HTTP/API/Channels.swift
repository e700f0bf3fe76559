import Storage

extension API {
  /// Operations on channels and on a member's settings for them.
  static let channels: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/channels", "listChannels", access: .caller(botScope: "channels:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      return try await request.answer { $0.field("channels", try Channels.list(caller, in: id, $1)) }
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/channels", "createChannel", access: .caller(botScope: "channels:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let draft: Channels.Draft = try request.decode()
      let (channel, event) = try await request.services.store.write { try Channels.create(caller, in: id, draft, $0) }
      return .json(201) { json in
        json.field("channel", channel)
        json.field("event", event)
      }
    },
    Endpoint(
      .patch, "/api/channels/{channel_id}", "updateChannel", access: .caller(botScope: "channels:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let draft: Channels.Draft = try request.decode()
      let (channel, event) = try await request.services.store.write { try Channels.update(caller, id, draft, $0) }
      return .json { json in
        json.field("channel", channel)
        json.field("event", event)
      }
    },
    Endpoint(
      .get, "/api/channels/{channel_id}/notification-settings", "getChannelNotificationSettings",
      access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let preference = try await request.read { db in
        try ChannelNotifications.preference(caller, for: id, db)
      }
      return .json { $0.field("preference", preference.rawValue) }
    },
    Endpoint(
      .patch, "/api/channels/{channel_id}/notification-settings", "updateChannelNotificationSettings",
      access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("channel_id")
      let body: NotificationSettingsBody = try request.decode()
      let preference = try await request.services.store.write { tx in
        try ChannelNotifications.choose(body.preference ?? "", caller, for: id, tx)
      }
      return .json { $0.field("preference", preference.rawValue) }
    },
  ]
}

private struct NotificationSettingsBody: Decodable {
  let preference: String?
}
