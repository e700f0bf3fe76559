import HTTP
import Storage
import Testing

extension EndToEnd {
  @Suite struct PasswordsOfPeople {
    private let cheap = ["--password-hash-memory", "7MiB", "--password-hash-passes", "1"]
    private let first = "correct horse battery"
    private let second = "staple correct horse"

    /// A server as in production: nobody acts without credentials.
    private func server(_ flags: [String] = []) throws -> TestServer {
      let directory = try TestDirectory()
      let made = try TestServer.command(["admin", "bootstrap", "--email", "ada@example.test"], in: directory)
      guard made.exitCode == 0 else { throw TestFailure(made.errors) }
      return try TestServer(
        in: directory, flags: ["--dev-bootstrap=false", "--public-url", "https://chat.example"] + cheap + flags)
    }

    private func setPassword(_ server: TestServer, _ password: String, flags: [String]? = nil) throws {
      let set = try server.command(
        ["admin", "user", "set-password", "ada@example.test"] + (flags ?? cheap), input: password + "\n")
      guard set.exitCode == 0 else { throw TestFailure(set.errors) }
    }

    private func logIn(_ server: TestServer, _ password: String, email: String = "Ada@example.test") throws -> Response
    {
      try server.client().request(
        .post, "/api/auth/password/login", json: "{\"email\":\"\(email)\",\"password\":\"\(password)\"}")
    }

    private func token(_ response: Response) throws -> String {
      guard response.status == 200 else { throw TestFailure("\(response.status) \(response.text)") }
      return try response.json()["token"].text
    }

    private func status(_ server: TestServer, _ token: String) throws -> Int {
      try server.client(token: token).request(.get, "/api/me").status
    }

    private func hash(_ server: TestServer) throws -> String {
      try SQLiteEngine(directory: server.data).readOnce { db in
        try db.first("SELECT hash FROM passwords") { $0.text(0) } ?? ""
      }
    }

    @Test func peopleSignInWithThePasswordThatTheOperatorSet() throws {
      let server = try server()
      let before = try logIn(server, first)
      try setPassword(server, first)
      let answer = try logIn(server, first)
      let token = try token(answer)
      #expect(token.hasPrefix("sst_"))
      #expect(answer.headers["set-cookie"]?.contains("HttpOnly") == true)
      #expect(answer.headers["cache-control"] == "no-store")
      let me = try server.client(token: token).call(.get, "/api/me/sessions")["sessions"].elements
      #expect(me.map { $0["method"].text } == ["password"])
      #expect(try hash(server).hasPrefix("$argon2id$v=19$m=7168,t=1,p=1$"))
      // Nobody learns whether an address is known.
      let refusals = [before, try logIn(server, second), try logIn(server, first, email: "nobody@example.test")]
      #expect(refusals.map(\.status) == [401, 401, 401])
      #expect(Set(refusals.map(\.text)).count == 1)
      #expect(!server.directory.read("server.log").contains(first))
    }

    @Test func malformedSignInsAreRefused() throws {
      let server = try server()
      #expect(try logIn(server, String(repeating: "x", count: 1_025)).status == 400)
      #expect(try logIn(server, "tab\\u0009").status == 400)
      #expect(try logIn(server, first, email: "nonsense").status == 400)
      let client = try server.client()
      #expect(try client.request(.post, "/api/auth/password/login", json: "{\"email\":\"a@b.c\"}").status == 400)
      let foreign = [("Origin", "https://evil.example")]
      for path in ["login", "reset"] {
        #expect(try client.request(.post, "/api/auth/password/\(path)", json: "{}", headers: foreign).status == 403)
        #expect(try client.request(.post, "/api/auth/password/\(path)").status == 415)
      }
    }

    @Test func guessesAreLimitedPerAccount() throws {
      let server = try server()
      try setPassword(server, first)
      var statuses: [Int] = []
      for _ in 0..<11 { statuses.append(try logIn(server, second).status) }
      #expect(statuses == Array(repeating: 401, count: 10) + [429])
      #expect(try logIn(server, first).status == 429)
      #expect(try logIn(server, first, email: "other@example.test").status == 401)
    }

    @Test func aHashOfAnotherCostIsRenewedAtTheNextSignIn() throws {
      let server = try server()
      try setPassword(server, first, flags: ["--password-hash-memory", "8MiB", "--password-hash-passes", "2"])
      let old = try hash(server)
      #expect(old.contains("m=8192,t=2"))
      #expect(try logIn(server, second).status == 401)
      #expect(try hash(server) == old)
      _ = try token(try logIn(server, first))
      #expect(try hash(server).contains("m=7168,t=1"))
      _ = try token(try logIn(server, first))
    }

    @Test func peopleSetChangeAndRemoveTheirPassword() throws {
      let server = try server()
      try setPassword(server, first)
      let tokens = [try token(try logIn(server, first)), try token(try logIn(server, first))]
      let client = try server.client(token: tokens[0])
      func change(_ json: String) throws -> Response { try client.request(.put, "/api/me/password", json: json) }
      #expect(try change("{\"new_password\":\"\(second)\"}").status == 400)
      #expect(try change("{\"current_password\":\"wrong wrong\",\"new_password\":\"\(second)\"}").status == 403)
      #expect(try change("{\"current_password\":\"\(first)\",\"new_password\":\"short\"}").status == 400)
      #expect(try change("{\"current_password\":\"\(first)\",\"new_password\":\"\(second)\"}").status == 204)
      #expect(try tokens.map { try status(server, $0) } == [200, 401])
      #expect(try logIn(server, first).status == 401)
      _ = try token(try logIn(server, second))
      let removal = "{\"current_password\":\"\(second)\"}"
      #expect(
        try client.request(.delete, "/api/me/password", json: "{\"current_password\":\"\(first)\"}").status == 403)
      #expect(try client.request(.delete, "/api/me/password", json: removal).status == 204)
      #expect(try client.request(.delete, "/api/me/password", json: removal).status == 404)
      #expect(try logIn(server, second).status == 401)
      #expect(try change("{\"new_password\":\"\(first)\"}").status == 204)
      _ = try token(try logIn(server, first))
    }

    @Test func aLinkOfTheOperatorResetsThePasswordAndEndsEverySession() throws {
      let server = try server()
      try setPassword(server, first)
      let place = try server.client(token: try token(try logIn(server, first))).call(.get, "/api/workspaces")
      let workspace = try #require(place["workspaces"].elements.first)["id"].text
      let old = try token(try logIn(server, first))
      let socket = try WebSocketClient(port: server.port, workspace: workspace, token: old)
      let made = try server.command([
        "admin", "user", "reset-password", "ada@example.test", "--public-url", "https://chat.example",
      ])
      #expect(made.exitCode == 0, "\(made.errors)")
      let link = made.output.dropLast()
      #expect(link.hasPrefix("https://chat.example/app/reset#pwr_"))
      let secret = link.split(separator: "#")[1]
      func reset(_ password: String) throws -> Response {
        try server.client().request(
          .post, "/api/auth/password/reset", json: "{\"token\":\"\(secret)\",\"password\":\"\(password)\"}")
      }
      _ = try token(try logIn(server, first))
      #expect(try reset("short").status == 400, "a weak password does not use the link up")
      let session = try token(try reset(second))
      #expect(try socket.ended().ending == .close(code: 1008))
      #expect(try status(server, old) == 401 && status(server, session) == 200)
      #expect(try reset(second).status == 400)
      #expect(try logIn(server, first).status == 401)
      _ = try token(try logIn(server, second))
      #expect(try server.command(["admin", "user", "reset-password", "nobody@example.test"]).exitCode == 1)
    }

    @Test func aPasswordThatTheOperatorSetEndsTheSocketsOfTheRunningServer() throws {
      let server = try server()
      try setPassword(server, first)
      let session = try token(try logIn(server, first))
      let workspaces = try server.client(token: session).call(.get, "/api/workspaces")["workspaces"].elements
      let workspace = try #require(workspaces.first)["id"].text
      let socket = try WebSocketClient(port: server.port, workspace: workspace, token: session)
      try setPassword(server, second)
      #expect(try socket.ended().ending == .close(code: 1008))
      #expect(try status(server, session) == 401)
      let weak = try server.command(["admin", "user", "set-password", "ada@example.test"], input: "short\n")
      #expect(weak.exitCode == 1 && weak.errors.contains("at least 10 characters"))
    }

    @Test func passwordsCanBeTurnedOff() throws {
      let server = try server(["--passwords=false"])
      try setPassword(server, first)
      #expect(try logIn(server, first).status == 501)
      let reset = try server.client().request(
        .post, "/api/auth/password/reset", json: "{\"token\":\"x\",\"password\":\"y\"}")
      #expect(reset.status == 501)
    }
  }
}
