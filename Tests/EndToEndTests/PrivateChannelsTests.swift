import HTTP
import Storage
import Testing

extension EndToEnd {
  /// To who does not belong to it a private channel does not exist: whatever they ask, with whatever right, they get the
  /// bytes that an unknown identifier gets them.
  @Suite struct PrivateChannels {
    /// What a private channel has that might show.
    private struct Secret {
      let channel: String
      let route: String
      let message: String
      let messageRoute: String
      let reply: String
      let topic: String
      let upload: String
    }

    private func makeSecret(_ server: TestServer, _ place: TestServer.Place, by maker: UserID) throws -> Secret {
      let client = try server.client(user: maker)
      let channel = try client.call(
        .post, "/api/workspaces/\(place.workspace)/channels", json: "{\"name\":\"plans\",\"private\":true}")["channel"]
      let id = channel["id"].text
      #expect(channel["private"] == .bool(true))
      let message = try client.post("xylophone secret", nonce: "n1", to: id)["message"]["id"].text
      let reply = try client.call(
        .post, "/api/messages/\(message)/thread/replies", json: "{\"body\":\"xylophone reply\"}")["message"]["id"].text
      let routed = try client.call(.post, "/api/messages/\(message)/route", json: "{}")["message"]["route_id"].text
      let topic = try client.call(
        .post, "/api/workspaces/\(place.workspace)/topics", json: "{\"name\":\"t\",\"channel_id\":\"\(id)\"}")
      _ = try client.call(.post, "/api/channels/\(id)/pins", json: "{\"message_id\":\"\(message)\"}")
      _ = try client.call(.post, "/api/messages/\(message)/reactions", json: "{\"emoji\":\"x\"}")
      let upload = try server.upload("xylophone", to: place.workspace, by: maker)
      _ = try client.call(.post, "/api/messages/\(message)/attachments", json: "{\"upload_id\":\"\(upload)\"}")
      return Secret(
        channel: id, route: channel["route_id"].text, message: message, messageRoute: routed, reply: reply,
        topic: topic["topic"]["id"].text, upload: upload)
    }

    private struct Attempt {
      let method: HTTPMethod
      let path: String
      let body: String?

      init(_ method: HTTPMethod, _ path: String, _ body: String? = nil) {
        self.method = method
        self.path = path
        self.body = body
      }

      /// The same about something that does not exist, of the same length.
      func aboutNothing(_ secret: Secret) -> Attempt {
        func replaced(_ text: String) -> String {
          [
            secret.channel, secret.route, secret.message, secret.messageRoute, secret.reply, secret.topic,
            secret.upload,
          ].reduce(text) { text, id in text.replacing(id, with: unknown(id)) }
        }
        return Attempt(method, replaced(path), body.map(replaced))
      }

      private func unknown(_ id: String) -> String { id.dropLast(3) + "zz9" }
    }

    /// Every operation that takes the identifier of a channel, a message, a topic, a route or an upload.
    private func attempts(_ secret: Secret, _ place: TestServer.Place, route: String, mine: String) -> [Attempt] {
      let channel = "/api/channels/\(secret.channel)"
      let workspace = "workspace_id\":\"\(place.workspace)"
      var attempts = [
        Attempt(.get, "\(channel)/messages"), Attempt(.get, "\(channel)/messages?around_seq=1"),
        Attempt(.get, "\(channel)/messages?topic_id=\(secret.topic)"),
        Attempt(.post, "\(channel)/messages", "{\"body\":\"x\"}"),
        Attempt(.post, "\(channel)/messages", "{\"body\":\"x\",\"quoted_message_id\":\"\(secret.message)\"}"),
        Attempt(.post, "\(channel)/messages", "{\"body\":\"x\",\"topic_id\":\"\(secret.topic)\"}"),
        Attempt(.patch, channel, "{\"display_title\":\"x\"}"), Attempt(.patch, channel, "{\"private\":false}"),
        Attempt(.post, "\(channel)/read", "{\"seq\":1}"),
        Attempt(.get, "\(channel)/notification-settings"),
        Attempt(.patch, "\(channel)/notification-settings", "{\"preference\":\"muted\"}"),
        Attempt(.get, "\(channel)/pins"), Attempt(.post, "\(channel)/pins", "{\"message_id\":\"\(secret.message)\"}"),
        Attempt(.delete, "\(channel)/pins/\(secret.message)"),
        Attempt(.get, "\(channel)/members"), Attempt(.post, "\(channel)/members", "{\"user_id\":\"\(mine)\"}"),
        Attempt(.delete, "\(channel)/members/\(mine)"),
        Attempt(.post, "/api/hooks/mattermost/\(secret.channel)", "{\"text\":\"x\"}"),
        Attempt(.post, "/api/hooks/slash/\(secret.channel)?command=/x&text=y"),
        Attempt(
          .post, "/api/workspaces/\(place.workspace)/topics", "{\"name\":\"x\",\"channel_id\":\"\(secret.channel)\"}"),
        Attempt(
          .post, "/api/realtime/ephemeral",
          "{\"\(workspace)\",\"type\":\"typing.started\",\"channel_id\":\"\(secret.channel)\"}"),
        Attempt(.get, "/api/search?workspace_id=\(place.workspace)&q=xylophone&channel_id=\(secret.channel)"),
        Attempt(.get, "/api/uploads/\(secret.upload)"),
        Attempt(
          .patch, "/api/workspaces/\(place.workspace)", "{\"icon_url\":\"/api/uploads/\(secret.upload)\"}"),
        Attempt(.get, "/api/channels/\(place.general)/messages?topic_id=\(secret.topic)"),
        Attempt(
          .post, "/api/channels/\(place.general)/messages",
          "{\"body\":\"x\",\"quoted_message_id\":\"\(secret.message)\"}"),
        Attempt(
          .post, "/api/channels/\(place.general)/messages", "{\"body\":\"x\",\"topic_id\":\"\(secret.topic)\"}"),
        Attempt(.post, "/api/channels/\(place.general)/pins", "{\"message_id\":\"\(secret.message)\"}"),
      ]
      for target in [secret.channel, secret.route, secret.message, secret.messageRoute, secret.reply] {
        attempts.append(Attempt(.get, "/api/routes/\(place.workspace)/\(target)"))
        attempts.append(Attempt(.get, "/api/routes/\(route)/\(target)"))
      }
      for message in [secret.message, secret.reply].map({ "/api/messages/\($0)" }) {
        attempts += [
          Attempt(.get, message), Attempt(.patch, message, "{\"body\":\"x\"}"), Attempt(.delete, message),
          Attempt(.get, "\(message)/thread"), Attempt(.post, "\(message)/thread/replies", "{\"body\":\"x\"}"),
          Attempt(.post, "\(message)/route", "{}"), Attempt(.post, "\(message)/reactions", "{\"emoji\":\"x\"}"),
          Attempt(.delete, "\(message)/reactions/x"),
          Attempt(.post, "\(message)/attachments", "{\"upload_id\":\"\(secret.upload)\"}"),
        ]
      }
      return attempts
    }

    @Test func whoeverDoesNotBelongGetsTheBytesOfAnUnknownIdentifier() throws {
      let server = try TestServer()
      let place = try server.place()
      let maker = try server.makeUser("maker", in: place.workspace)
      let captain = try server.client()
      let route = try captain.call(.get, "/api/workspaces")["workspaces"].elements.first?["route_id"].text ?? ""
      func makeBot(_ client: HTTPClient, _ owner: UserID?) throws -> String {
        let owner = owner.map { ",\"owner_user_id\":\"\($0)\"" } ?? ""
        return try client.call(
          .post, "/api/workspaces/\(place.workspace)/bots",
          json: "{\"display_name\":\"b\",\"scopes\":[\"bot:admin\"]\(owner)}")["bot_token"]["token"].text
      }
      let former = try server.makeUser("former", in: place.workspace)
      let blocked = try server.makeUser("blocked", in: place.workspace)
      let viewers: [(name: String, client: HTTPClient, mine: String)] = [
        ("owner", captain, place.captain),
        ("moderator", try server.client(user: server.makeUser("mo", role: "moderator", in: place.workspace)), "usr_x"),
        ("member", try server.client(user: server.makeUser("alice", in: place.workspace)), "usr_x"),
        ("former member", try server.client(user: former), former),
        ("guest", try server.client(user: server.makeUser("gus", role: "guest", in: place.workspace)), "usr_x"),
        ("blocked", try server.client(user: blocked), blocked),
        ("bot", try server.client(token: makeBot(captain, nil)), "usr_x"),
        ("maker's bot", try server.client(token: makeBot(server.client(user: maker), maker)), "usr_x"),
        ("stranger", try server.client(user: server.makeUser("stranger", role: nil, in: place.workspace)), "usr_x"),
      ]
      let listsBefore = try viewers.map { try lists(of: $0.client, place) }
      let secret = try makeSecret(server, place, by: maker)
      let makerClient = try server.client(user: maker)
      for user in [former, blocked] {
        _ = try makerClient.call(.post, "/api/channels/\(secret.channel)/members", json: "{\"user_id\":\"\(user)\"}")
        try server.client(user: user).post("xylophone too", nonce: "mine", to: secret.channel)
      }
      _ = try makerClient.request(.delete, "/api/channels/\(secret.channel)/members/\(former)")
      _ = try captain.call(
        .patch, "/api/workspaces/\(place.workspace)/moderation/members/\(blocked)", json: "{\"blocked\":true}")
      for (index, viewer) in viewers.enumerated() {
        for attempt in attempts(secret, place, route: route, mine: viewer.mine) {
          let nothing = attempt.aboutNothing(secret)
          let real = try answer(viewer.client, attempt)
          let unknown = try answer(viewer.client, nothing)
          #expect(real == unknown, "\(viewer.name): \(attempt.method.rawValue) \(attempt.path) \(attempt.body ?? "")")
          #expect(!real.contains("xylophone") || !real.hasPrefix("20"), "\(viewer.name): \(attempt.path)")
        }
        let after = try lists(of: viewer.client, place)
        #expect(after == listsBefore[index], "\(viewer.name)")
        let nonce = try viewer.client.request(
          .get, "/api/messages/by-nonce?workspace_id=\(place.workspace)&nonce=mine")
        #expect(nonce.status >= 400, "\(viewer.name)")
        // Someone who was a member heard of it, but only of their own coming and going.
        guard viewer.client.user != former, viewer.client.user != blocked else { continue }
        let events = try viewer.client.request(
          .get, "/api/realtime/events?workspace_id=\(place.workspace)&limit=500&include_tail=true")
        for hidden in [secret.channel, secret.message, secret.reply, secret.upload] {
          #expect(!events.text.contains(hidden), "\(viewer.name)")
        }
      }
      // The attempts left nothing behind, and the members still have all of it.
      let page = try makerClient.call(.get, "/api/channels/\(secret.channel)/messages")["messages"].elements
      #expect(page.map { $0["body"].text } == ["xylophone secret", "xylophone too", "xylophone too"])
      #expect(page[0]["thread_state"]["reply_count"].integer == 1)
      #expect(page[0]["reactions"].elements.count == 1)
      #expect(page[0]["attachments"].elements.count == 1)
      let found = try makerClient.call(.get, "/api/search?workspace_id=\(place.workspace)&q=xylophone")
      #expect(found["results"].elements.count == 4)
    }

    /// The status, the headers that say something and the body.
    private func answer(_ client: HTTPClient, _ attempt: Attempt) throws -> String {
      let response = try client.request(attempt.method, attempt.path, json: attempt.body)
      let headers = response.headers
        .filter { !["Date", "X-Correlation-Id"].contains($0.name) }.map { "\($0.name): \($0.value)" }
      return ([String(response.status)] + headers + [response.text]).joined(separator: "\n")
    }

    /// The lists that would show a channel, what is in it or how much of it there is.
    private func lists(of client: HTTPClient, _ place: TestServer.Place) throws -> [String] {
      try [
        "/api/workspaces/\(place.workspace)/channels", "/api/workspaces/\(place.workspace)/topics", "/api/workspaces",
        "/api/workspaces/\(place.workspace)", "/api/workspaces/\(place.workspace)/members",
        "/api/workspaces/\(place.workspace)/audit-log", "/api/dms?workspace_id=\(place.workspace)",
        "/api/search?workspace_id=\(place.workspace)&q=xylophone",
        "/api/search?workspace_id=\(place.workspace)&q=xylophone&sort=newest",
        "/api/workspaces/\(place.workspace)/event-subscriptions",
      ].map { try client.request(.get, $0).text }
    }

    @Test func socketsFollowMembershipAtOnce() throws {
      let server = try TestServer()
      let place = try server.place()
      let alice = try server.makeUser("alice", in: place.workspace)
      let captain = try server.client()
      func socket(_ user: UserID? = nil, after cursor: String? = nil) throws -> WebSocketClient {
        try WebSocketClient(port: server.port, workspace: place.workspace, user: user, after: cursor)
      }
      let start = try captain.post("start", to: place.general)["event"]["cursor"].text
      let live = try socket(alice, after: start)
      let stream = try EventStreamClient(
        port: server.port, workspace: place.workspace, user: alice, lastEventID: start)
      let made = try captain.call(
        .post, "/api/workspaces/\(place.workspace)/channels", json: "{\"name\":\"plans\",\"private\":true}")
      let channel = made["channel"]["id"].text
      try captain.post("before", to: channel)
      let added = try captain.request(.post, "/api/channels/\(channel)/members", json: "{\"user_id\":\"\(alice)\"}")
      #expect(added.status == 201)
      let seen = try captain.post("hello", to: channel)["event"]["cursor"].text
      _ = try captain.call(
        .post, "/api/realtime/ephemeral",
        json: "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"typing.started\",\"channel_id\":\"\(channel)\"}")
      #expect(try captain.request(.delete, "/api/channels/\(channel)/members/\(alice)").status == 204)
      try captain.post("after", to: channel)
      _ = try captain.call(
        .post, "/api/realtime/ephemeral",
        json: "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"typing.started\",\"channel_id\":\"\(channel)\"}")
      let end = try captain.post("end", to: place.general)["event"]["cursor"].text
      let events = try live.events { $0.cursor == end }
      #expect(
        events.map(\.type) == [
          "channel.created", "channel.updated", "message.created", "typing.started", "channel.updated",
          "message.created",
        ])
      #expect(events[2].cursor == seen)
      #expect(events[4].json["payload"]["removed_user_id"].text == alice)
      var streamed: [LiveEvent] = []
      while streamed.last?.cursor != end { streamed.append(try #require(try stream.next())) }
      #expect(streamed.map(\.cursor) == events.map(\.cursor))
      // What she may see now is what she was told of her own coming and going.
      let replayed = try socket(alice, after: start).events { $0.cursor == end }
      #expect(replayed.map(\.type) == ["channel.created", "channel.updated", "message.created"])
      let pulled = try server.client(user: alice).call(
        .get, "/api/realtime/events?workspace_id=\(place.workspace)&after_cursor=\(start)")["events"].elements
      #expect(pulled.map { $0["cursor"].text } == replayed.map(\.cursor))
      // Added again, she has the whole history.
      _ = try captain.call(.post, "/api/channels/\(channel)/members", json: "{\"user_id\":\"\(alice)\"}")
      let page = try server.client(user: alice).call(.get, "/api/channels/\(channel)/messages")["messages"].elements
      #expect(page.map { $0["body"].text } == ["before", "hello", "after"])
      let channels = try server.client(user: alice).call(.get, "/api/workspaces/\(place.workspace)/channels")
      let listed = try #require(channels["channels"].elements.first { $0["id"].text == channel })
      #expect(listed["unread_count"].integer == 3)
    }
  }
}

extension TestServer {
  /// Uploads a small text file; returns its identifier.
  func upload(_ text: String, to workspace: String, by user: UserID) throws -> String {
    let client = try client(user: user)
    let form = """
      --edge\r
      Content-Disposition: form-data; name="workspace_id"\r
      \r
      \(workspace)\r
      --edge\r
      Content-Disposition: form-data; name="file"; filename="a.txt"\r
      Content-Type: text/plain\r
      \r
      \(text)\r
      --edge--\r

      """
    try client.socket.send(
      Array(
        """
        POST /api/uploads HTTP/1.1\r
        Host: localhost\r
        X-ClickClack-User: \(user)\r
        Content-Type: multipart/form-data; boundary=edge\r
        Content-Length: \(form.utf8.count)\r
        \r
        \(form)
        """.utf8))
    let answer = try client.receive(answering: .post)
    guard answer.status == 201 else { throw TestFailure("\(answer.status) \(answer.text)") }
    return try answer.json()["upload"]["id"].text
  }
}
