import HTTP
import Storage
import Testing

extension EndToEnd {
  @Suite struct SessionsOfPeople {
    /// Signs somebody in with a link and returns the token.
    private func signIn(
      _ server: TestServer, _ email: String = "ada@example.test", agent: String = "test",
      headers: [(String, String)] = []
    ) throws -> String {
      let made = try server.command(["admin", "magic-link", "create", "--email", email, "--name", "Ada"])
      let link = String(made.output.filter { !$0.isWhitespace })
      let answer = try server.client().request(
        .post, "/api/auth/magic/consume", json: "{\"token\":\"\(link)\"}", headers: [("User-Agent", agent)] + headers)
      guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text)") }
      return try answer.json()["token"].text
    }

    private func join(_ server: TestServer, _ place: TestServer.Place, _ email: String = "ada@example.test") throws {
      let added = try server.command(["admin", "member", "add", "--workspace", place.workspace, "--email", email])
      guard added.exitCode == 0 else { throw TestFailure(added.errors) }
    }

    private func sessions(_ server: TestServer, _ token: String) throws -> [JSONValue] {
      try server.client(token: token).call(.get, "/api/me/sessions")["sessions"].elements
    }

    private func status(_ server: TestServer, _ token: String) throws -> Int {
      try server.client(token: token).request(.get, "/api/me").status
    }

    @Test func peopleSeeWhereTheyAreSignedInAndEndOneSession() throws {
      let server = try TestServer()
      let place = try server.place()
      let phone = try signIn(server, agent: "Phone/2")
      let laptop = try signIn(server, agent: "Laptop/1")
      try join(server, place)
      let listed = try sessions(server, laptop)
      #expect(listed.map { $0["user_agent"].text } == ["Laptop/1", "Phone/2"])
      #expect(listed.map { $0["current"] } == [.bool(true), .bool(false)])
      #expect(listed.allSatisfy { $0["address"].text == "127.0.0.1" && $0["method"].text == "magic" })
      for key in ["created_at", "last_used_at", "expires_at"] { #expect(!listed[0][key].text.isEmpty, "\(key)") }
      #expect(listed.allSatisfy { $0["token"] == .null })

      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, token: phone)
      let kept = try WebSocketClient(port: server.port, workspace: place.workspace, token: laptop)
      let stream = try EventStreamClient(port: server.port, workspace: place.workspace, token: phone)
      let client = try server.client(token: laptop)
      let path = "/api/me/sessions/\(listed[1]["id"].text)"
      #expect(try server.client(token: try signIn(server, "bob@example.test")).request(.delete, path).status == 404)
      #expect(try status(server, phone) == 200)
      #expect(try client.request(.delete, path).status == 204)
      #expect(try socket.ended().ending == .close(code: 1008))
      #expect(try stream.next()?.json["code"].integer == 1008)
      #expect(try status(server, phone) == 401)
      #expect(try client.request(.delete, path).status == 404)
      let cursor = try client.post("still here", to: place.general)["event"]["cursor"].text
      #expect(try kept.next()?.cursor == cursor)
    }

    @Test func behindATrustedProxyEveryClientHasAnAddressAndAnAllowanceOfItsOwn() throws {
      let server = try TestServer(flags: ["--proxy-trusted", "127.0.0.1"])
      let token = try signIn(server, headers: [("X-Forwarded-For", "192.0.2.200, 192.0.2.1")])
      #expect(try sessions(server, token).map { $0["address"].text } == ["192.0.2.1"])
      let client = try server.client()
      func attempt(from address: String) throws -> Int {
        // Not configured here, which costs an attempt like any other.
        try client.request(.get, "/api/auth/github/start", headers: [("X-Forwarded-For", address)]).status
      }
      // What a client claims about itself stands before what the proxy saw, and gains it nothing.
      let statuses = try (0..<70).map { try attempt(from: "198.51.100.\($0), 192.0.2.1") }
      #expect(statuses.first == 501 && statuses.last == 429)
      #expect(try attempt(from: "192.0.2.2") == 501)
    }

    @Test func signingOutEverywhereSparesTheCurrentSessionUnlessAllAreMeant() throws {
      let server = try TestServer()
      let tokens = [try signIn(server), try signIn(server), try signIn(server)]
      let answer = try server.client(token: tokens[0]).request(.delete, "/api/me/sessions")
      #expect(try answer.json()["revoked"].integer == 2 && answer.headers["set-cookie"] == nil)
      #expect(try tokens.map { try status(server, $0) } == [200, 401, 401])
      let all = try server.client(token: tokens[0]).request(.delete, "/api/me/sessions?all=true")
      #expect(try all.json()["revoked"].integer == 1)
      #expect(all.headers["set-cookie"]?.contains("Max-Age=0") == true)
      #expect(try status(server, tokens[0]) == 401)
    }

    @Test func loggingOutEndsTheSessionOfTheCookie() throws {
      let server = try TestServer()
      let token = try signIn(server)
      let other = try signIn(server)
      let cookie = ("Cookie", "cc_session=\(token)")
      let client = try server.client()
      #expect(try client.request(.post, "/api/auth/logout", headers: [cookie]).status == 403, "no proof of its page")
      let answer = try client.request(.post, "/api/auth/logout", headers: [cookie, ("X-ClickClack-CSRF", "1")])
      #expect(answer.status == 204)
      #expect(answer.headers["set-cookie"]?.hasPrefix("cc_session=; Path=/; Max-Age=0;") == true)
      #expect(try client.request(.get, "/api/me", headers: [cookie]).status == 401)
      #expect(try status(server, other) == 200)
    }

    @Test func botsHaveNoSessions() throws {
      let server = try TestServer()
      let place = try server.place()
      let made = try server.command([
        "admin", "bot", "create", "--workspace", place.workspace, "--created-by", place.captain, "--name", "Robot",
        "--plain",
      ])
      let bot = try server.client(token: String(made.output.filter { !$0.isWhitespace }))
      #expect(try bot.request(.get, "/api/me/sessions").status == 403)
      #expect(try bot.request(.delete, "/api/me/sessions").status == 403)
      #expect(try bot.request(.post, "/api/auth/logout").status == 403)
    }

    @Test func socketsEndWhenTheirSessionExpires() throws {
      let server = try TestServer()
      let place = try server.place()
      _ = try signIn(server)
      try join(server, place)
      // Lifetimes of a few seconds can't be configured, so the session is made where the server keeps it.
      let ada = try server.client(token: try signIn(server)).call(.get, "/api/me")["user"]["id"].text
      let session = try SQLiteEngine(directory: server.data).writeOnce(ids: IDGenerator()) {
        try Sessions.create(for: ada, lasting: 3, from: SessionOrigin(method: "magic"), $0)
      }
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, token: session.token)
      let stream = try EventStreamClient(port: server.port, workspace: place.workspace, token: session.token)
      #expect(try socket.ended().ending == .close(code: 1008))
      #expect(try stream.next()?.json["code"].integer == 1008)
      #expect(try stream.next() == nil)
      #expect(Timestamp.now() >= session.expiresAt)
    }
  }
}
