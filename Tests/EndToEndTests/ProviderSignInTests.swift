import FoundationEssentials
import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Signing in at other services, with a provider that signs with another implementation.
  @Suite struct ProviderSignIn {
    private let provider: TestIdentityProvider
    private let acme = "/api/auth/oidc/acme/start"
    private let github = "/api/auth/github/start"

    init() throws { provider = try TestIdentityProvider() }

    private func server(_ more: String = "", configuration: String? = nil) throws -> TestServer {
      let directory = try TestDirectory()
      let path = directory.path + "/server.toml"
      try Data((configuration ?? provider.configuration(more)).utf8).write(to: URL(filePath: path))
      return try TestServer(in: directory, flags: ["--config", path])
    }

    private func browser(_ server: TestServer, _ headers: [(String, String)] = []) -> TestBrowser {
      TestBrowser(server, provider, headers: headers)
    }

    @Test func anOpenIDProviderSignsAPersonIn() throws {
      let server = try server()
      let browser = browser(server)
      let done = try browser.signIn(acme + "?return_to=/app/c/x")
      #expect(done.status == 302, "\(done.text)")
      #expect(done.headers["location"] == "/app/c/x")
      #expect(done.headers["cache-control"] == "no-store")
      #expect(Array(browser.cookies.keys) == ["cc_session"])
      let person = try browser.person()
      #expect(person["display_name"].text == "Ada Lovelace")
      // Newcomers wait as guests in the oldest workspace.
      let workspaces = try browser.get("/api/workspaces").json()["workspaces"].elements
      #expect(workspaces.map { $0["role"].text } == ["guest"])
      // The same person again, whose address has changed meanwhile.
      try provider.behave(#"{"person":{"email":"ada@second.example.test"},"claims":{"email":"x@example.test"}}"#)
      let again = self.browser(server)
      #expect(try again.signIn(acme).headers["location"] == "/app")
      #expect(try again.person()["id"].text == person["id"].text)
      // The contract's own paths lead to the same account, since the issuer is the same.
      let openClaw = self.browser(server)
      #expect(try openClaw.signIn("/api/auth/openclaw/start").status == 302)
      #expect(try openClaw.person()["id"].text == person["id"].text)
    }

    @Test func everyAlgorithmIsAccepted() throws {
      let server = try server()
      for algorithm in ["RS256", "PS256", "ES256"] {
        try provider.behave(#"{"algorithm":"\#(algorithm)","authentication":["client_secret_post"]}"#)
        #expect(try browser(server).signIn(acme).status == 302, "\(algorithm)")
      }
    }

    @Test func anExistingPersonIsFoundByTheAddressInAnySpelling() throws {
      let server = try server()
      let place = try server.place()
      let ada = try server.makeUser("ada", in: place.workspace)
      for start in [acme, github] {
        let browser = browser(server)
        #expect(try browser.signIn(start).status == 302)
        #expect(try browser.person()["id"].text == ada)
      }
    }

    @Test func theMethodsAreListed() throws {
      let server = try server()
      let methods = try server.client().call(.get, "/api/auth/methods")
      #expect(methods["providers"].elements.map { $0["id"].text } == ["github", "acme", "openclaw"])
      #expect(methods["providers"].elements.map { $0["name"].text } == ["GitHub", "Acme", "OpenClaw"])
      #expect(methods["providers"].elements.map { $0["start_url"].text } == [github, acme, "/api/auth/openclaw/start"])
      #expect(methods["development"] == .bool(true))
    }

    @Test func aStateWorksOnceInTheBrowserThatBegan() throws {
      let server = try server()
      let browser = browser(server)
      let callback = try browser.cross(from: acme)
      // Another browser, which spends the state.
      #expect(try self.browser(server).get(callback).status == 400)
      #expect(try browser.get(callback).status == 400)
      // A browser that began something else.
      let other = self.browser(server)
      _ = try other.cross(from: acme)
      #expect(try other.get(try browser.cross(from: acme)).status == 400)
      // Replayed.
      let good = try browser.cross(from: acme)
      #expect(try browser.get(good).status == 302)
      #expect(try browser.get(good).status == 400)
      // At another provider, invented, and missing.
      let stray = try browser.cross(from: acme).replacing("oidc/acme", with: "github")
      #expect(try browser.get(stray).status == 400)
      #expect(
        try browser.get("/api/auth/oidc/acme/callback?code=x&state=\(String(repeating: "a", count: 43))").status == 400)
      #expect(try browser.get("/api/auth/oidc/acme/callback").status == 400)
      #expect(try provider.count("/oidc/token") == 1)
    }

    @Test func twoWindowsOfOneBrowserDoNotDisturbEachOther() throws {
      let browser = browser(try server())
      let first = try browser.cross(from: acme)
      let second = try browser.cross(from: github)
      #expect(try browser.get(first).status == 302)
      _ = second
      #expect(try browser.signIn(github).status == 302)
    }

    @Test func aSignInExpires() throws {
      let server = try server("sign_in_timeout = \"1s\"")
      let browser = browser(server)
      let began = ContinuousClock.now
      let callback = try browser.cross(from: acme)
      _ = try eventually("the time is over") { ContinuousClock.now - began > .milliseconds(1_100) ? true : nil }
      #expect(try browser.get(callback).status == 400)
      #expect(try provider.count("/oidc/token") == 0)
    }

    @Test func signInsUnderWayAreBounded() throws {
      let server = try server("sign_ins_pending_max = 2")
      for _ in 0..<2 { #expect(try browser(server).get(acme).status == 302) }
      let refused = try browser(server).get(github)
      #expect(refused.status == 503)
      #expect(refused.headers["retry-after"] != nil)
    }

    @Test func aTokenThatIsNotMeantForThisSignInIsRefused() throws {
      let server = try server()
      let behaviours = [
        #"{"claims":{"nonce":"other"}}"#, #"{"claims":{"nonce":null}}"#, #"{"claims":{"aud":"other"}}"#,
        #"{"claims":{"aud":["chat","other"]}}"#, #"{"claims":{"azp":"other"}}"#,
        #"{"claims":{"iss":"https://evil.example"}}"#, #"{"claims":{"exp":1000}}"#, #"{"claims":{"iat":4000000000}}"#,
        #"{"claims":{"sub":null}}"#, #"{"algorithm":"none"}"#, #"{"algorithm":"HS256"}"#, #"{"key":"foreign"}"#,
        #"{"claims":{"email":null},"userinfo":{"sub":"other","email":"eve@example.test","email_verified":true}}"#,
      ]
      for behaviour in behaviours {
        let browser = browser(server)
        try provider.behave(behaviour)
        let refused = try browser.signIn(acme)
        #expect(refused.status == 502, "\(behaviour) \(refused.text)")
        #expect(browser.cookies["cc_session"] == nil)
        #expect(!refused.text.contains("evil"))
      }
      try provider.behave()
      #expect(try browser(server).signIn(acme).status == 302)
    }

    @Test func onlyVerifiedAddressesCount() throws {
      let server = try server()
      for behaviour in [
        #"{"person":{"email_verified":false}}"#,
        #"{"claims":{"email":null,"email_verified":null},"userinfo":{"sub":"248289761001"}}"#,
        #"{"person":{"email":"ada@elsewhere.test"}}"#, #"{"person":{"email":"ada@example.test.evil.test"}}"#,
      ] {
        try provider.behave(behaviour)
        #expect(try browser(server).signIn(acme).status == 403, "\(behaviour)")
      }
      try provider.behave(#"{"person":{"email_verified":false}}"#)
      #expect(try browser(server).signIn(github).status == 403)
    }

    @Test func theProviderIsAskedWhenTheTokenHasNoAddress() throws {
      let browser = browser(try server())
      try provider.behave(#"{"claims":{"email":null,"email_verified":null}}"#)
      #expect(try browser.signIn(acme).status == 302)
      #expect(try provider.count("/oidc/userinfo") == 1)
    }

    @Test func rotatedKeysAreFetchedOnceTheyAreNeeded() throws {
      let server = try server()
      for _ in 0..<3 { #expect(try browser(server).signIn(acme).status == 302) }
      #expect(try provider.count("/oidc/keys") == 1)
      try provider.rotate()
      for _ in 0..<2 { #expect(try browser(server).signIn(acme).status == 302) }
      #expect(try provider.count("/oidc/keys") == 2)
      #expect(try provider.count("/oidc/.well-known/openid-configuration") == 1)
    }

    @Test func anIssuerThatCallsItselfOtherwiseIsRefused() throws {
      let server = try server()
      try provider.behave(#"{"issuer_claimed":"https://accounts.google.com"}"#)
      #expect(try browser(server).get(acme).status == 503)
    }

    @Test func errorsOfTheProviderAreAnswered() throws {
      let server = try server()
      let browser = browser(server)
      func callback(_ change: (String) -> String) throws -> Int {
        let path = try browser.cross(from: acme)
        return try browser.get(change(path)).status
      }
      let code = { (path: String) in
        String(path[path.index(after: path.lastIndex(of: "?") ?? path.startIndex)...].prefix { $0 != "&" })
      }
      #expect(try callback { $0.replacing(code($0), with: "error=access_denied") } == 403)
      #expect(try callback { $0.replacing(code($0), with: "error=server_error") } == 502)
      #expect(try callback { $0.replacing(code($0), with: "code=invented") } == 400)
      #expect(try callback { $0.replacing(code($0), with: "code=") } == 400)
      #expect(try browser.get(acme + "?return_to=//evil.example").status == 400)
      #expect(try browser.get("/api/auth/oidc/unknown/start").status == 404)
      let down = try self.server(
        configuration: "[oidc.acme]\nissuer = \"http://127.0.0.1:1/x\"\nclient_id = \"chat\"")
      #expect(try self.browser(down).get(acme).status == 503)
      #expect(try self.browser(down).get(github).status == 501)
    }

    @Test func behindTLSTheCookieIsBoundToTheHost() throws {
      let response = try browser(try server(), [("X-Forwarded-Proto", "https")]).get(acme)
      let cookie = try #require(response.headers["set-cookie"])
      #expect(cookie.hasPrefix("__Host-cc-signin="))
      for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        #expect(cookie.contains("; \(attribute)"))
      }
      #expect(!cookie.contains("Domain"))
      #expect(response.headers["location"]?.contains("redirect_uri=https%3A%2F%2F") == true)
    }

    @Test func membersOfOrganisationsSignInWithGitHub() throws {
      let server = try server(
        "newcomer_role = \"member\"\ngithub_allowed_orgs = [\"Crew\", \"ops\"]\ngithub_moderator_orgs = [\"OPS\"]")
      let many = (0..<150).map { "\"org\($0)\"" }.joined(separator: ",")
      for (number, (organizations, role)) in [
        ("", nil), ("\"other\"", nil), ("\(many),\"crew\"", "member"), ("\"Ops\"", "moderator"),
      ]
      .enumerated() {
        try provider.behave(
          #"{"person":{"id":\#(number),"email":"p\#(number)@example.test","login":"p","name":null,"orgs":[\#(organizations)]}}"#
        )
        let browser = browser(server)
        let done = try browser.signIn(github)
        #expect(done.status == (role == nil ? 403 : 302), "\(done.text)")
        guard let role else { continue }
        #expect(try browser.person()["display_name"].text == "p")
        let workspaces = try browser.get("/api/workspaces").json()["workspaces"].elements
        #expect(workspaces.map { $0["role"].text } == [role])
      }
    }

    @Test(arguments: ["1", "2"]) func aDesktopClientCollectsItsSession(version: String) throws {
      let server = try server()
      let browser = browser(server)
      // RFC 7636, appendix B.
      let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
      let start = "/api/auth/github/desktop/start?code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
      func code() throws -> String {
        let done = try browser.signIn("\(start)&desktop_protocol=\(version)")
        #expect(done.status == 302, "\(done.text)")
        let location = try #require(done.headers["location"])
        #expect(location.hasPrefix("clickclack://auth/github?code="))
        return String(location.split(separator: "=").last ?? "")
      }
      func collect(_ code: String, _ verifier: String) throws -> Response {
        try server.client().request(
          .post, "/api/auth/github/desktop/consume", json: #"{"code":"\#(code)","code_verifier":"\#(verifier)"}"#)
      }
      // The browser itself is not signed in.
      let wrong = try code()
      #expect(browser.cookies.isEmpty)
      #expect(wrong.utf8.count == (version == "1" ? 32 : 43))
      // A code is spent by the first who shows it.
      #expect(try collect(wrong, String(repeating: "a", count: 43)).status == 400)
      #expect(try collect(wrong, verifier).status == 400)
      let good = try code()
      let session = try collect(good, verifier)
      #expect(session.status == 200, "\(session.text)")
      #expect(session.headers["cache-control"] == "no-store")
      #expect(session.headers["set-cookie"]?.contains("cc_session=sst_") == true)
      let token = try session.json()["token"].text
      let me = try server.client(token: token).call(.get, "/api/me")
      #expect(me["user"]["display_name"].text == "Ada Lovelace")
      #expect(try collect(good, verifier).status == 400)
      #expect(try browser.get(start).status == 426)
      #expect(try browser.get("\(start)&desktop_protocol=3").status == 400)
    }

    @Test func aTrustedProxySignsPeopleIn() throws {
      let server = try server(
        configuration: """
          [proxy]
          header = "X-Assertion"
          issuer = "\(provider.issuer)"
          audience = "tag"
          trusted = ["127.0.0.1"]
          """)
      let iss = #""iss":"\#(provider.issuer)""#
      func me(_ assertion: String, _ headers: [(String, String)] = []) throws -> Response {
        try server.client().request(.get, "/api/me", headers: [("X-Assertion", assertion)] + headers)
      }
      let good = try provider.sign(#"{\#(iss),"sub":"7","aud":["tag"],"email":"ada@example.test","name":"Ada"}"#)
      let first = try me(good)
      #expect(first.status == 200, "\(first.text)")
      #expect(try first.json()["user"]["display_name"].text == "Ada")
      for _ in 0..<5 { #expect(try me(good).status == 200) }
      #expect(try provider.count("/oidc/keys") == 1)
      // The development user is somebody else, and stands in for nobody.
      let development = try server.client().call(.get, "/api/me")["user"]["id"].text
      #expect(try first.json()["user"]["id"].text != development)
      let refused = [
        "", "x", good + "x", String(good.dropLast(4)),
        try provider.sign(#"{\#(iss),"sub":"7","aud":"other","email":"ada@example.test"}"#),
        try provider.sign(#"{\#(iss),"sub":"7","aud":"tag","email":"ada@example.test","exp":1000}"#),
        try provider.sign(#"{\#(iss),"sub":"7","aud":"tag","email":"ada@example.test","email_verified":false}"#),
        try provider.sign(#"{\#(iss),"sub":"7","aud":"tag"}"#),
        try provider.sign(#"{"iss":"https://evil.example","sub":"7","aud":"tag","email":"ada@example.test"}"#),
        try provider.sign(#"{\#(iss),"sub":"7","aud":"tag","email":"ada@example.test"}"#, algorithm: "HS256"),
        try provider.sign(#"{\#(iss),"sub":"7","aud":"tag","email":"ada@example.test"}"#, algorithm: "none"),
        try provider.sign(
          #"{\#(iss),"sub":"7","aud":"tag","email":"ada@example.test"}"#, algorithm: "RS256", key: "foreign"),
      ]
      for assertion in refused { #expect(try me(assertion).status == 401, "\(assertion)") }
      // A change needs the proof that an own page sent it.
      let change = try server.client().request(
        .post, "/api/workspaces", json: #"{"name":"x"}"#, headers: [("X-Assertion", good)])
      #expect(change.status == 403)
      let made = try server.client().request(
        .post, "/api/workspaces", json: #"{"name":"x"}"#,
        headers: [("X-Assertion", good), ("X-ClickClack-CSRF", "1"), ("Origin", "http://localhost")])
      // Newcomers are guests, and guests can't make workspaces: but they are known.
      #expect(made.status == 403)
      #expect(made.text.contains("guests"))
    }

    @Test func anAssertionFromElsewhereIsRefused() throws {
      let server = try server(
        configuration: """
          [proxy]
          header = "X-Assertion"
          issuer = "\(provider.issuer)"
          audience = "tag"
          trusted = ["10.0.0.0/8"]
          """)
      let good = try provider.sign(
        #"{"iss":"\#(provider.issuer)","sub":"7","aud":"tag","email":"ada@example.test"}"#)
      #expect(try server.client().request(.get, "/api/me", headers: [("X-Assertion", good)]).status == 401)
      #expect(try server.client().request(.get, "/api/me").status == 200)
      #expect(try provider.count("/oidc/keys") == 0)
    }
  }
}
