import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Nobody sees an event that they may not read: live, in a replay, from memory or from the database.
  @Suite struct Privacy {
    private struct People {
      let captain: UserID
      let moderator: UserID
      let alice: UserID
      let bob: UserID
      let guest: UserID

      var all: [UserID] { [captain, moderator, alice, bob, guest] }
    }

    private func people(_ server: TestServer, _ place: TestServer.Place) throws -> People {
      People(
        captain: place.captain, moderator: try server.makeUser("mo", role: "moderator", in: place.workspace),
        alice: try server.makeUser("alice", in: place.workspace), bob: try server.makeUser("bob", in: place.workspace),
        guest: try server.makeUser("gus", role: "guest", in: place.workspace))
    }

    private func moderate(_ server: TestServer, _ place: TestServer.Place, _ user: UserID, _ change: String) throws {
      _ = try server.client().call(
        .patch, "/api/workspaces/\(place.workspace)/moderation/members/\(user)", json: change)
    }

    /// The channel in which guests wait, found as the guest sees it.
    private func waitingRoom(_ server: TestServer, _ place: TestServer.Place, _ guest: UserID) throws -> String {
      let channels = try server.client(user: guest).call(.get, "/api/workspaces/\(place.workspace)/channels")
      return try #require(channels["channels"].elements.first)["id"].text
    }

    @Test func everyoneSeesTheirOwnPartOfTheLogOnEveryPath() throws {
      let server = try TestServer(flags: ["--event-ring-max", "16"])
      let place = try server.place()
      let people = try people(server, place)
      let room = try waitingRoom(server, place, people.guest)
      func subscribe(_ user: UserID, after cursor: String? = nil) throws -> WebSocketClient {
        try WebSocketClient(port: server.port, workspace: place.workspace, user: user, after: cursor)
      }
      let live = try people.all.map { try subscribe($0) }
      let streams = try people.all.map {
        try EventStreamClient(port: server.port, workspace: place.workspace, user: $0)
      }
      let direct = try server.client(user: people.alice).call(
        .post, "/api/dms", json: "{\"workspace_id\":\"\(place.workspace)\",\"member_ids\":[\"\(people.bob)\"]}")
      let conversation = direct["conversation"]["id"].text
      var allowed: [UserID: [String]] = [:]
      func note(_ cursor: String, _ users: [UserID]) {
        #expect(!cursor.isEmpty)
        for user in users { allowed[user, default: []].append(cursor) }
      }
      let members = people.all.filter { $0 != people.guest }
      for round in 0..<10 {
        let open = try server.client(user: people.bob).post("open \(round)", to: place.general)
        note(open["event"]["cursor"].text, members)
        let secret = try server.client(user: people.alice).call(
          .post, "/api/dms/\(conversation)/messages", json: "{\"body\":\"secret \(round)\"}")
        note(secret["event"]["cursor"].text, [people.alice, people.bob])
        _ = try server.client(user: people.alice).call(
          .post, "/api/channels/\(place.general)/read", json: "{\"seq\":\(round + 1)}")
        _ = try server.client(user: people.bob).call(
          .post, "/api/dms/\(conversation)/read", json: "{\"seq\":\(round + 1)}")
        let last = try tails(server, place, people)
        note(last.alice, [people.alice])
        note(last.bob, [people.bob])
        let moderation = try server.client().call(
          .patch, "/api/workspaces/\(place.workspace)/moderation/members/\(people.alice)",
          json: "{\"moderation_note\":\"note \(round)\"}")
        note(moderation["event"]["cursor"].text, [people.captain, people.moderator, people.alice])
        let waiting = try server.client().post("waiting \(round)", to: room)
        note(waiting["event"]["cursor"].text, people.all)
      }
      for (index, user) in people.all.enumerated() {
        let expected = try #require(allowed[user])
        let seen = try live[index].events { $0.cursor == expected.last }.map(\.cursor)
        #expect(seen == expected, "live, user \(index)")
        var streamed: [String] = []
        while streamed.last != expected.last { streamed.append(try #require(try streams[index].next()).cursor) }
        #expect(streamed == expected, "event stream, user \(index)")
        let replayed = try subscribe(user).events { $0.cursor == expected.last }.map(\.cursor)
        #expect(replayed == expected, "replay from the database, user \(index)")
        let near = expected[expected.count - 2]
        #expect(try subscribe(user, after: near).events { $0.cursor == expected.last }.map(\.cursor) == [expected.last])
        let pulled = try server.client(user: user).call(
          .get, "/api/realtime/events?workspace_id=\(place.workspace)&limit=500")["events"].elements
        #expect(pulled.map { $0["cursor"].text } == expected, "pull, user \(index)")
      }
    }

    /// The last cursor that alice and bob may see: their own read pointers.
    private func tails(
      _ server: TestServer, _ place: TestServer.Place, _ people: People
    ) throws -> (alice: String, bob: String) {
      func tail(_ user: UserID, _ type: String) throws -> String {
        let answer = try server.client(user: user).call(
          .get, "/api/realtime/events?workspace_id=\(place.workspace)&limit=500")
        let last = try #require(answer["events"].elements.last)
        #expect(last["type"].text == type)
        return last["cursor"].text
      }
      return (try tail(people.alice, "channel.read"), try tail(people.bob, "dm.read"))
    }

    @Test func ephemeralEventsFollowTheSameRules() throws {
      let server = try TestServer()
      let place = try server.place()
      let people = try people(server, place)
      let room = try waitingRoom(server, place, people.guest)
      let sockets = try people.all.map {
        try WebSocketClient(port: server.port, workspace: place.workspace, user: $0)
      }
      let conversation = try server.client(user: people.alice).call(
        .post, "/api/dms", json: "{\"workspace_id\":\"\(place.workspace)\",\"member_ids\":[\"\(people.bob)\"]}")[
          "conversation"]["id"].text
      let captain = try server.client()
      let alice = try server.client(user: people.alice)
      func type(_ client: HTTPClient, _ target: String) throws {
        _ = try client.call(
          .post, "/api/realtime/ephemeral",
          json: "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"typing.started\",\(target)}")
      }
      try type(captain, "\"channel_id\":\"\(place.general)\"")
      try type(alice, "\"direct_conversation_id\":\"\(conversation)\"")
      try captain.post("the end", to: room)
      for (user, socket) in zip(people.all, sockets) {
        let seen = try socket.events { $0.type == "message.created" }.dropLast().map { event in
          event.json["payload"]["direct_conversation_id"].text.isEmpty ? "channel" : "direct"
        }
        switch user {
        case people.guest: #expect(seen.isEmpty)
        case people.alice, people.bob: #expect(seen == ["channel", "direct"])
        default: #expect(seen == ["channel"])
        }
      }
    }

    @Test func aRoleChangeActsOnOpenSocketsAtOnce() throws {
      let server = try TestServer()
      let place = try server.place()
      let people = try people(server, place)
      let room = try waitingRoom(server, place, people.guest)
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, user: people.bob)
      let captain = try server.client()
      func cursor(_ text: String, _ channel: String) throws -> String {
        try captain.post(text, to: channel)["event"]["cursor"].text
      }
      let before = try cursor("as a member", place.general)
      try moderate(server, place, people.bob, "{\"role\":\"guest\"}")
      _ = try cursor("not for guests", place.general)
      let waiting = try cursor("for guests", room)
      try moderate(server, place, people.bob, "{\"role\":\"moderator\"}")
      try moderate(server, place, people.alice, "{\"moderation_note\":\"for moderators\"}")
      let after = try cursor("for all again", place.general)
      let seen = try socket.events { $0.cursor == after }
      #expect(
        seen.map(\.type) == [
          "message.created", "member.moderation_updated", "message.created", "member.moderation_updated",
          "member.moderation_updated", "message.created",
        ])
      #expect(seen.first?.cursor == before && seen[2].cursor == waiting)
      #expect(seen[4].json["payload"]["user_id"].text == people.alice)
    }

    @Test func revokedTokensAndLostMembershipsCloseTheirSocketsOnly() throws {
      let server = try TestServer()
      let place = try server.place()
      let captain = try server.client()
      func makeBot(_ name: String) throws -> JSONValue {
        try captain.call(.post, "/api/workspaces/\(place.workspace)/bots", json: "{\"display_name\":\"\(name)\"}")
      }
      let revoked = try makeBot("revoked")
      let removed = try makeBot("removed")
      let kept = try makeBot("kept")
      func socket(_ bot: JSONValue) throws -> WebSocketClient {
        try WebSocketClient(port: server.port, workspace: place.workspace, token: bot["bot_token"]["token"].text)
      }
      let first = try socket(revoked)
      let second = try socket(removed)
      let third = try socket(kept)
      let mine = try WebSocketClient(port: server.port, workspace: place.workspace)
      // Known to be live before anything is taken away.
      let hello = try captain.post("hello", to: place.general)["event"]["cursor"].text
      for live in [first, second, third, mine] { #expect(try live.next()?.cursor == hello) }
      _ = try captain.call(.post, "/api/bot-tokens/\(revoked["bot_token"]["id"].text)/revoke", json: "{}")
      let bot = removed["bot"]["id"].text
      #expect(
        try captain.request(.delete, "/api/workspaces/\(place.workspace)/bots/\(bot)/membership").status < 300)
      let after = try captain.post("after", to: place.general)["event"]["cursor"].text
      #expect(try first.ended() == (.close(code: 1008), []))
      let second2 = try second.ended()
      #expect(second2.ending == .close(code: 1008))
      #expect(!second2.events.contains { $0.cursor == after })
      #expect(try third.events { $0.cursor == after }.last?.cursor == after)
      #expect(try mine.events { $0.cursor == after }.last?.cursor == after)
      #expect(try server.client(token: revoked["bot_token"]["token"].text).request(.get, "/api/me").status == 401)
      #expect(throws: TestFailure.self) { try socket(revoked) }
      #expect(throws: TestFailure.self) { try socket(removed) }
    }

    @Test func aDeletedWorkspaceClosesItsSockets() throws {
      let server = try TestServer()
      let captain = try server.client()
      let workspace = try captain.call(.post, "/api/workspaces", json: "{\"name\":\"Short\"}")["workspace"]["id"].text
      let socket = try WebSocketClient(port: server.port, workspace: workspace)
      let channel = try captain.call(.post, "/api/workspaces/\(workspace)/channels", json: "{\"name\":\"here\"}")
      #expect(try socket.next()?.cursor == channel["event"]["cursor"].text)
      #expect(try captain.request(.delete, "/api/workspaces/\(workspace)").status < 300)
      #expect(try socket.ended().ending == .close(code: 1008))
    }

    @Test func strangersGetNoSocket() throws {
      let server = try TestServer()
      let place = try server.place()
      let stranger = try server.makeUser("stranger", role: nil, in: place.workspace)
      #expect(throws: TestFailure.self) {
        try WebSocketClient(port: server.port, workspace: place.workspace, user: stranger)
      }
      #expect(throws: TestFailure.self) { try WebSocketClient(port: server.port, workspace: "wsp_none") }
    }
  }
}
