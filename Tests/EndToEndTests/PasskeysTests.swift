import HTTP
import PasskeyAuthenticator
import Storage
import Testing

extension EndToEnd {
  @Suite struct Passkeys {
    /// A client that reaches the server under the name that passkeys are bound to, and an authenticator for it.
    private struct Device {
      let server: TestServer
      var authenticator: SoftwareAuthenticator

      init(_ server: TestServer, _ algorithm: SigningKey.Algorithm = .es256) throws {
        self.server = server
        authenticator = try SoftwareAuthenticator(
          algorithm, origin: "http://localhost:\(server.port)", relyingPartyID: "localhost")
      }

      func send(
        _ method: HTTPMethod = .post, _ path: String, _ json: String? = nil, token: String? = nil
      ) throws -> Response {
        try server.client(token: token).request(
          method, path, json: json,
          headers: [("Host", "localhost:\(server.port)"), ("Origin", "http://localhost:\(server.port)")])
      }

      /// Asks for a challenge.
      func challenge(_ path: String, _ json: String = "{}", token: String? = nil) throws -> (
        id: String, options: JSONValue
      ) {
        let answer = try send(.post, path, json, token: token)
        guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text)") }
        return (try answer.json()["challenge_id"].text, try answer.json()["public_key"])
      }

      /// Registers the authenticator as somebody's passkey.
      mutating func register(token: String, name: String = "Key") throws -> Response {
        let (id, options) = try challenge("/api/me/passkeys/options", token: token)
        authenticator.userHandle = URLSafeBase64.decode(options["user"]["id"].text)
        let answer = try authenticator.register(challenge: options["challenge"].text)
        return try send(
          .post, "/api/me/passkeys",
          #"{"challenge_id":"\#(id)","name":"\#(name)","credential":\#(answer.registrationJSON)}"#, token: token)
      }

      func signIn() throws -> Response {
        let (id, options) = try challenge("/api/auth/passkey/options")
        let answer = try authenticator.assert(challenge: options["challenge"].text)
        return try send(
          .post, "/api/auth/passkey/login", #"{"challenge_id":"\#(id)","credential":\#(answer.assertionJSON)}"#)
      }

      /// Makes an account with an invitation.
      mutating func accept(_ token: String, displayName: String) throws -> Response {
        let (id, options) = try challenge("/api/auth/invite/options", #"{"token":"\#(token)"}"#)
        authenticator.userHandle = URLSafeBase64.decode(options["user"]["id"].text)
        let answer = try authenticator.register(challenge: options["challenge"].text)
        return try send(
          .post, "/api/auth/invite/accept",
          #"{"token":"\#(token)","challenge_id":"\#(id)","display_name":"\#(displayName)","#
            + #""credential":\#(answer.registrationJSON)}"#)
      }
    }

    private func invite(_ server: TestServer, _ place: TestServer.Place, _ more: [String] = []) throws -> String {
      let made = try server.command(["admin", "invite", "create", "--workspace", place.workspace] + more)
      guard made.exitCode == 0 else { throw TestFailure(made.errors) }
      return String(made.output.filter { !$0.isWhitespace })
    }

    @Test(arguments: SigningKey.Algorithm.allCases)
    func aPersonAddsAPasskeyAndSignsInWithIt(algorithm: SigningKey.Algorithm) throws {
      let server = try TestServer()
      let place = try server.place()
      var device = try Device(server, algorithm)
      let session = try device.accept(try invite(server, place), displayName: "Ada").json()["token"].text
      var second = try Device(server, algorithm)
      let added = try second.register(token: session, name: "Laptop")
      #expect(added.status == 201)
      #expect(try added.json()["passkey"]["name"].text == "Laptop")
      #expect(second.authenticator.userHandle == device.authenticator.userHandle)

      let signedIn = try second.signIn()
      #expect(signedIn.status == 200)
      #expect(signedIn.headers["cache-control"] == "no-store")
      #expect(signedIn.headers["set-cookie"]?.contains("cc_session=sst_") == true)
      let user = try signedIn.json()["user"]["id"].text
      let token = try signedIn.json()["token"].text
      #expect(try server.client(token: token).call(.get, "/api/me")["user"]["id"].text == user)
      let sessions = try server.client(token: token).call(.get, "/api/me/sessions")["sessions"].elements
      #expect(sessions.map { $0["method"].text } == ["passkey", "invite"])

      let client = try server.client(token: token)
      let passkeys = try client.call(.get, "/api/me/passkeys")["passkeys"].elements
      #expect(passkeys.map { $0["name"].text } == ["Passkey", "Laptop"])
      #expect(passkeys[0]["last_used_at"] == .null && !passkeys[1]["last_used_at"].text.isEmpty)
      let path = "/api/me/passkeys/\(passkeys[1]["id"].text)"
      #expect(try client.call(.patch, path, json: #"{"name":"Old laptop"}"#)["passkey"]["name"].text == "Old laptop")
      #expect(try client.request(.delete, path).status == 204)
      #expect(try second.signIn().status == 401)
      #expect(try device.signIn().status == 200)
      // The last passkey of somebody without an address stays.
      let last = "/api/me/passkeys/\(passkeys[0]["id"].text)"
      #expect(try client.request(.delete, last).status == 409)
      #expect(try device.signIn().status == 200)
    }

    @Test func challengesAreGoodOnceAndForOneThing() throws {
      let server = try TestServer()
      let place = try server.place()
      var device = try Device(server)
      let token = try device.accept(try invite(server, place), displayName: "Ada").json()["token"].text

      let (id, options) = try device.challenge("/api/auth/passkey/options")
      let answer = try device.authenticator.assert(challenge: options["challenge"].text)
      let login = #"{"challenge_id":"\#(id)","credential":\#(answer.assertionJSON)}"#
      #expect(try device.send(.post, "/api/auth/passkey/login", login).status == 200)
      #expect(try device.send(.post, "/api/auth/passkey/login", login).status == 400)

      // Somebody else's challenge, and one for something else.
      let (own, ownOptions) = try device.challenge("/api/me/passkeys/options", token: token)
      let registration = try Device(server).authenticator.register(challenge: ownOptions["challenge"].text)
      let body = #"{"challenge_id":"\#(own)","credential":\#(registration.registrationJSON)}"#
      #expect(try device.send(.post, "/api/me/passkeys", body).status == 400, "the captain's request")
      #expect(try device.send(.post, "/api/me/passkeys", body, token: token).status == 400, "used up")
      let (other, otherOptions) = try device.challenge("/api/auth/passkey/options")
      let wrong = try Device(server).authenticator.register(challenge: otherOptions["challenge"].text)
      #expect(
        try device.send(
          .post, "/api/me/passkeys", #"{"challenge_id":"\#(other)","credential":\#(wrong.registrationJSON)}"#,
          token: token
        ).status == 400)

      // What the server offers leaves no room for weaker answers.
      #expect(options["rpId"].text == "localhost")
      #expect(options["allowCredentials"].elements.isEmpty)
      #expect(ownOptions["attestation"].text == "none")
      #expect(ownOptions["authenticatorSelection"]["residentKey"].text == "required")
      #expect(
        ownOptions["excludeCredentials"].elements.map { $0["id"].text }
          == [URLSafeBase64.encode(device.authenticator.credentialID)])
      #expect(URLSafeBase64.decode(ownOptions["user"]["id"].text) == device.authenticator.userHandle)
    }

    @Test func refusesWithOneAnswerWhoIsNotTheOwner() throws {
      let server = try TestServer(flags: ["--passkey-verification", "required"])
      let place = try server.place()
      var device = try Device(server)
      device.authenticator.signatureCount = 5
      #expect(try device.accept(try invite(server, place), displayName: "Ada").status == 200)
      let changes: [(inout SoftwareAuthenticator) -> Void] = [
        { $0.origin = "https://evil.example" }, { $0.relyingPartyID = "evil.example" }, { $0.flags &= ~0x01 },
        { $0.flags &= ~0x04 }, { $0.userHandle = [1, 2, 3] }, { $0.userHandle = [] }, { $0.credentialID[0] ^= 1 },
        // Its counter has not grown: a copy.
        { $0.signatureCount = 5 }, { $0.signatureCount = 0 },
      ]
      device.authenticator.signatureCount = 6
      for (index, change) in changes.enumerated() {
        var other = device
        change(&other.authenticator)
        let answer = try other.signIn()
        #expect(answer.status == 401, "change \(index)")
        #expect(try answer.json()["error"].text == "this passkey does not sign anybody in here")
      }
      var stranger = try Device(server)
      stranger.authenticator.credentialID = device.authenticator.credentialID
      stranger.authenticator.userHandle = device.authenticator.userHandle
      #expect(try stranger.signIn().status == 401)
      #expect(try device.signIn().status == 200)
      #expect(try device.signIn().status == 401, "the counter did not grow")
      #expect(try device.send(.post, "/api/auth/passkey/login", "{}").status == 400)
      #expect(try device.send(.post, "/api/auth/passkey/login", "not JSON").status == 400)
      let client = try server.client()
      #expect(
        try client.request(
          .post, "/api/auth/passkey/options", json: "{}", headers: [("Origin", "https://evil.example")]
        ).status == 403)
      #expect(
        try client.request(
          .post, "/api/auth/passkey/options", json: "{}", headers: [("Host", "127.0.0.1:\(server.port)")]
        ).status == 400, "by an address, not a name")
    }

    @Test func anInvitationMakesOneAccount() throws {
      let server = try TestServer()
      let place = try server.place()
      let token = try invite(server, place, ["--name", "Ada Lovelace", "--role", "guest"])
      var device = try Device(server)
      let looked = try device.send(.post, "/api/auth/invite/options", #"{"token":"\#(token)"}"#).json()
      #expect(looked["invite"]["display_name"].text == "Ada Lovelace")
      #expect(looked["invite"]["workspace_name"].text == "ClickClack")
      #expect(!looked["invite"]["expires_at"].text.isEmpty)
      #expect(looked["public_key"]["user"]["displayName"].text == "Ada Lovelace")

      let accepted = try device.accept(token, displayName: "")
      #expect(accepted.status == 200)
      let session = try accepted.json()["token"].text
      #expect(try accepted.json()["user"]["display_name"].text == "Ada Lovelace")
      let joined = try server.client(token: session).call(.get, "/api/workspaces")["workspaces"].elements
      #expect(joined.map { $0["id"].text } == [place.workspace])
      #expect(try device.signIn().status == 200)
      #expect(try device.send(.post, "/api/auth/invite/options", #"{"token":"\#(token)"}"#).status == 400)

      let listed = try server.command(["admin", "invite", "list", "--workspace", place.workspace]).output
      #expect(listed.contains("used") && listed.contains("guest") && listed.contains("Ada Lovelace"))
      #expect(!listed.contains("tok_"))
      let second = try invite(server, place)
      let id = try #require(
        server.command(["admin", "invite", "list"]).output.split(separator: "\n").first?.split(separator: "\t").first)
      #expect(try server.command(["admin", "invite", "revoke", "--invite", String(id)]).exitCode == 0)
      #expect(try device.send(.post, "/api/auth/invite/options", #"{"token":"\#(second)"}"#).status == 400)
      let link = try server.command([
        "admin", "invite", "create", "--workspace", place.workspace, "--public-url", "https://chat.example",
      ])
      #expect(link.errors == "link: https://chat.example/app/invite#\(link.output)")
    }

    @Test func challengesAreBounded() throws {
      let server = try TestServer(flags: ["--passkey-challenges-max", "16"])
      let device = try Device(server)
      for _ in 0..<16 { _ = try device.challenge("/api/auth/passkey/options") }
      #expect(try device.send(.post, "/api/auth/passkey/options", "{}").status == 503)
    }

    @Test func attemptsAreLimited() throws {
      let server = try TestServer()
      let device = try Device(server)
      let statuses = try (0..<70).map { _ in try device.send(.post, "/api/auth/passkey/options", "{}").status }
      #expect(statuses.first == 200 && statuses.last == 429)
    }
  }
}
