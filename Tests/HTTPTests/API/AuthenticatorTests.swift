import Runtime
import SeededRandom
import Storage
import Testing

@testable import HTTP

/// Any token of a kind: authentication looks at its form only.
private func token(_ prefix: String, _ letter: Character = "a") -> String {
  prefix + String(repeating: letter, count: 43)
}

private let session = token("sst_")
private let other = token("sst_", "b")
private let bot = token("ccb_")

/// One request and what has to become of it.
struct AuthenticationCase: Sendable, CustomTestStringConvertible {
  var method = "GET"
  var path = "/api/me"
  var host: String? = "127.0.0.1:8080"
  var headers: [(String, String)]
  var isLoopback = true
  var settings = AuthenticationCase.development
  var outcome: Outcome

  enum Outcome: Sendable, Equatable {
    case presents(Presented)
    case refused(StoreError.Kind)
  }

  static let development: APISettings = {
    var settings = APISettings()
    settings.developmentMode = true
    return settings
  }()

  init(
    _ headers: [(String, String)], _ outcome: Outcome, method: String = "GET", path: String = "/api/me",
    host: String? = "127.0.0.1:8080", isLoopback: Bool = true, settings: APISettings = development
  ) {
    self.method = method
    self.path = path
    self.host = host
    self.headers = headers
    self.isLoopback = isLoopback
    self.settings = settings
    self.outcome = outcome
  }

  var testDescription: String { "\(method) \(path) at \(host ?? "-") \(headers)" }

  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    var fields = HTTPHeaders()
    if let host { fields.append("Host", host) }
    for (name, value) in headers { fields.append(name, value) }
    let peer = SocketAddress(ip: IPAddress(ipv4: isLoopback ? 0x7f00_0001 : 0xc000_0201), port: 50_000)
    let result: Outcome
    do throws(StoreError) {
      result = .presents(
        try Authenticator(settings: settings).authenticate(
          method: method, path: path, headers: fields, peer: peer))
    } catch {
      #expect(!error.message.isEmpty)
      result = .refused(error.kind)
    }
    #expect(result == outcome, sourceLocation: sourceLocation)
  }
}

private func settings(_ change: (inout APISettings) -> Void) -> APISettings {
  var settings = AuthenticationCase.development
  change(&settings)
  return settings
}

@Suite struct AuthenticatorTests {
  private static let production = settings { $0.developmentMode = false }

  @Test(arguments: [
    AuthenticationCase([("Authorization", "Bearer \(session)")], .presents(.bearer(session))),
    .init([("authorization", "bearer   \(bot) ")], .presents(.bearer(bot))),
    .init([("AUTHORIZATION", "BEARER \(bot)")], .presents(.bearer(bot)), host: "chat.example.test", isLoopback: false),
    .init([("Authorization", "Bearer \(bot)"), ("X-ClickClack-User", "usr_a")], .presents(.bearer(bot))),
    .init([("Authorization", "Bearer \(bot)"), ("Cookie", "cc_session=\(session)")], .presents(.bearer(bot))),
    // A bearer needs no proof against forgery: other sites can't send it.
    .init(
      [("Authorization", "Bearer \(bot)"), ("Cookie", "cc_session=\(session)"), ("Origin", "https://evil.example")],
      .presents(.bearer(bot)), method: "POST"),
    .init(
      [("Authorization", "Bearer \(bot)"), ("Cookie", "cc_session=\(session); cc_session=\(session)")],
      .presents(.bearer(bot))),
    // A bad one never falls back to something else.
    .init([("Authorization", "Bearer nope")], .refused(.unauthenticated)),
    .init([("Authorization", "Bearer")], .refused(.unauthenticated)),
    .init([("Authorization", "Bearer ")], .refused(.unauthenticated)),
    .init([("Authorization", "Bearer ccb_nope"), ("X-ClickClack-User", "usr_a")], .refused(.unauthenticated)),
    .init([("Authorization", "Bearer nope"), ("Cookie", "cc_session=\(session)")], .refused(.unauthenticated)),
    .init([("Authorization", "Bearer \(token("mgt_"))")], .refused(.unauthenticated)),
    .init([("Authorization", "Bearer \(token("tok_"))")], .refused(.unauthenticated)),
    .init(
      [("Authorization", "Bearer \(session)"), ("Authorization", "Bearer \(session)")], .refused(.unauthenticated)),
    // Other schemes are not ours.
    .init([("Authorization", "Basic YTpi")], .presents(.developmentUser)),
    .init([("Authorization", "Bearer\(bot)")], .presents(.developmentUser)),
    .init([("Authorization", "Basic YTpi")], .presents(.nobody), settings: production),
    .init([("Authorization", "Basic YTpi"), ("Authorization", "Bearer \(bot)")], .presents(.bearer(bot))),
    .init([("Authorization", "Basic YTpi"), ("Cookie", "cc_session=\(session)")], .presents(.cookie(session))),
  ])
  func bearers(request: AuthenticationCase) { request.check() }

  private static let webSocket = "/api/realtime/ws"

  @Test(arguments: [
    AuthenticationCase(
      [("Sec-WebSocket-Protocol", "clickclack.bearer.\(bot)")], .presents(.bearer(bot)), path: webSocket),
    .init([("Sec-WebSocket-Protocol", "chat, clickclack.bearer.\(bot)")], .presents(.bearer(bot)), path: webSocket),
    .init(
      [("Sec-WebSocket-Protocol", "chat"), ("sec-websocket-protocol", "clickclack.bearer.\(bot)")],
      .presents(.bearer(bot)), path: webSocket),
    .init(
      [("Sec-WebSocket-Protocol", "clickclack.bearer.ccb_nope")], .refused(.unauthenticated), path: webSocket),
    .init([("Sec-WebSocket-Protocol", "clickclack.bearer.")], .refused(.unauthenticated), path: webSocket),
    .init(
      [("Sec-WebSocket-Protocol", "clickclack.bearer.\(bot), clickclack.bearer.\(session)")],
      .refused(.unauthenticated), path: webSocket),
    .init([("Sec-WebSocket-Protocol", "chat")], .presents(.developmentUser), path: webSocket),
    .init(
      [("Authorization", "Bearer \(session)"), ("Sec-WebSocket-Protocol", "clickclack.bearer.\(bot)")],
      .presents(.bearer(session)), path: webSocket),
    // Elsewhere a subprotocol is no credential.
    .init([("Sec-WebSocket-Protocol", "clickclack.bearer.\(bot)")], .presents(.developmentUser)),
    // Pages of other sites can open WebSockets with the cookies of this one.
    .init(
      [("Cookie", "cc_session=\(session)"), ("Origin", "http://127.0.0.1:8080")], .presents(.cookie(session)),
      path: webSocket),
    .init([("Cookie", "cc_session=\(session)")], .presents(.cookie(session)), path: webSocket),
    .init(
      [("Cookie", "cc_session=\(session)"), ("Origin", "https://evil.example")], .refused(.forbidden),
      path: webSocket),
    .init(
      [("Cookie", "cc_session=\(session)"), ("Origin", "null")], .refused(.forbidden), path: webSocket),
    .init(
      [("Cookie", "cc_session=\(session)"), ("Sec-Fetch-Site", "same-site")], .refused(.forbidden), path: webSocket),
    .init([("Origin", "https://evil.example")], .presents(.nobody), path: webSocket),
  ])
  func webSockets(request: AuthenticationCase) { request.check() }

  @Test(arguments: [
    AuthenticationCase([("Cookie", "cc_session=\(session)")], .presents(.cookie(session))),
    .init([("cookie", "theme=dark; cc_session=\(session); x=y")], .presents(.cookie(session))),
    .init([("Cookie", "theme=dark"), ("Cookie", "cc_session=\(session)")], .presents(.cookie(session))),
    .init([("Cookie", "cc_session=\"\(session)\"")], .presents(.cookie(session))),
    .init(
      [("Cookie", "cc_session=\(session)")], .presents(.cookie(session)), host: "chat.example.test",
      isLoopback: false, settings: production),
    .init([("Cookie", "cc_session=\(session)"), ("X-ClickClack-User", "usr_a")], .presents(.cookie(session))),
    .init([("Cookie", "theme=dark")], .presents(.developmentUser)),
    .init([("Cookie", "xcc_session=\(session)")], .presents(.developmentUser)),
    .init([("Cookie", "CC_SESSION=\(session)")], .presents(.developmentUser)),
    .init([("Cookie", "theme=dark")], .presents(.nobody), settings: production),
    .init([("Cookie", "cc_session=")], .presents(.developmentUser)),
    .init([("Cookie", "cc_session=")], .presents(.developmentUser), method: "POST"),
    .init([("Cookie", "cc_session=; cc_session=\(session)")], .presents(.cookie(session))),
    .init([("Cookie", "cc_session=sst_nope")], .refused(.unauthenticated)),
    .init([("Cookie", "cc_session=\(bot)")], .refused(.unauthenticated)),
    .init([("Cookie", "cc_session=sst_nope"), ("X-ClickClack-User", "usr_a")], .refused(.unauthenticated)),
    .init([("Cookie", "cc_session=\(session); cc_session=\(session)")], .refused(.unauthenticated)),
    .init([("Cookie", "cc_session=\(session); cc_session=\(other)")], .refused(.unauthenticated)),
    .init(
      [("Cookie", "cc_session=\(session)"), ("Cookie", "cc_session=\(session)")], .refused(.unauthenticated)),
  ])
  func cookies(request: AuthenticationCase) { request.check() }

  private static let cookie = ("Cookie", "cc_session=\(session)")
  private static let guarded = ("X-ClickClack-CSRF", "1")

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "PURGE", "post"])
  func changesWithACookieNeedProof(method: String) {
    func check(_ headers: [(String, String)], _ outcome: AuthenticationCase.Outcome, settings: APISettings? = nil) {
      AuthenticationCase(
        [Self.cookie] + headers, outcome, method: method, settings: settings ?? AuthenticationCase.development
      ).check()
    }
    check([Self.guarded], .presents(.cookie(session)))
    check([Self.guarded, ("Origin", "http://127.0.0.1:8080")], .presents(.cookie(session)))
    check([Self.guarded, ("Sec-Fetch-Site", "same-origin")], .presents(.cookie(session)))
    check([Self.guarded, ("Sec-Fetch-Site", "none")], .presents(.cookie(session)))
    // With an Origin that matches, the other field does not matter.
    check(
      [Self.guarded, ("Origin", "http://127.0.0.1:8080"), ("Sec-Fetch-Site", "cross-site")],
      .presents(.cookie(session)))
    check([], .refused(.forbidden))
    check([("Origin", "http://127.0.0.1:8080")], .refused(.forbidden))
    check([("X-ClickClack-CSRF", "true"), ("Origin", "http://127.0.0.1:8080")], .refused(.forbidden))
    check([("X-ClickClack-CSRF", "01")], .refused(.forbidden))
    check([("X-ClickClack-CSRF", "")], .refused(.forbidden))
    check([Self.guarded, Self.guarded], .refused(.forbidden))
    for origin in [
      "https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:8081", "http://127.0.0.1:8080.evil",
      "ftp://127.0.0.1:8080", "http://127.0.0.1:8080@evil.example",
    ] {
      check([Self.guarded, ("Origin", origin)], .refused(.forbidden))
      check([Self.guarded, ("Origin", origin), ("Sec-Fetch-Site", "same-origin")], .refused(.forbidden))
    }
    check(
      [Self.guarded, ("Origin", "http://127.0.0.1:8080"), ("Origin", "http://127.0.0.1:8080")], .refused(.forbidden))
    for site in ["cross-site", "same-site", "", "Same-Origin"] {
      check([Self.guarded, ("Sec-Fetch-Site", site)], .refused(.forbidden))
    }
    // It comes before everything else: a forged request learns nothing about the cookie.
    AuthenticationCase([("Cookie", "cc_session=sst_nope")], .refused(.forbidden), method: method).check()
    AuthenticationCase(
      [("Cookie", "cc_session=\(session); cc_session=\(session)")], .refused(.forbidden), method: method
    ).check()
    // Without a session cookie there is nothing to forge.
    AuthenticationCase([("Cookie", "theme=dark")], .presents(.developmentUser), method: method).check()
  }

  @Test(arguments: ["GET", "HEAD", "OPTIONS"])
  func readingWithACookieNeedsNoProof(method: String) {
    AuthenticationCase(
      [Self.cookie, ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
      .presents(.cookie(session)), method: method
    ).check()
  }

  @Test func originsCompareWithoutCaseAndDefaultPorts() {
    func check(_ origin: String, host: String, _ outcome: AuthenticationCase.Outcome) {
      AuthenticationCase(
        [Self.cookie, Self.guarded, ("Origin", origin)], outcome, method: "POST", host: host, isLoopback: false
      ).check()
    }
    check("https://chat.example.test", host: "chat.example.test", .presents(.cookie(session)))
    check("https://CHAT.example.test", host: "Chat.Example.test:443", .presents(.cookie(session)))
    check("http://chat.example.test:80", host: "chat.example.test", .presents(.cookie(session)))
    check("https://chat.example.test:8443", host: "chat.example.test:8443", .presents(.cookie(session)))
    check("https://chat.example.test", host: "chat.example.test:80", .refused(.forbidden))
    check("https://example.test", host: "chat.example.test", .refused(.forbidden))
    check("https://", host: "chat.example.test", .refused(.forbidden))
  }

  @Test func aPublicURLIsTheOnlyOwnOrigin() {
    let published = settings { $0.publicURL = "https://Chat.Example.test/app/" }
    func check(_ origin: String, _ outcome: AuthenticationCase.Outcome, _ settings: APISettings) {
      AuthenticationCase(
        [Self.cookie, Self.guarded, ("Origin", origin)], outcome, method: "POST", settings: settings
      ).check()
    }
    check("https://chat.example.test", .presents(.cookie(session)), published)
    check("https://chat.example.test:443", .presents(.cookie(session)), published)
    check("http://chat.example.test", .refused(.forbidden), published)
    check("http://127.0.0.1:8080", .refused(.forbidden), published)
    let allowing = settings {
      $0.publicURL = "https://chat.example.test"
      $0.allowedOrigins = ["http://localhost:5173", "nonsense"]
    }
    check("http://localhost:5173", .presents(.cookie(session)), allowing)
    check("https://localhost:5173", .refused(.forbidden), allowing)
    check("nonsense", .refused(.forbidden), allowing)
  }

  @Test(arguments: [
    AuthenticationCase([], .presents(.developmentUser)),
    .init([("X-ClickClack-User", "usr_a")], .presents(.impersonation("usr_a"))),
    .init([("x-clickclack-user", " usr_a ")], .presents(.impersonation("usr_a"))),
    .init([("X-ClickClack-User", "")], .presents(.developmentUser)),
    .init([("X-ClickClack-User", "usr_a"), ("X-ClickClack-User", "usr_b")], .refused(.unauthenticated)),
    .init([], .presents(.developmentUser), method: "POST"),
    .init([("X-ClickClack-User", "usr_a")], .presents(.impersonation("usr_a")), method: "DELETE"),
    .init([], .presents(.nobody), settings: production),
    .init([("X-ClickClack-User", "usr_a")], .presents(.nobody), settings: production),
    .init([], .presents(.nobody), isLoopback: false),
    .init([("X-ClickClack-User", "usr_a")], .presents(.nobody), isLoopback: false),
    .init([], .presents(.nobody), host: nil),
    .init([("X-ClickClack-User", "usr_a")], .presents(.nobody), host: "chat.example.test"),
  ])
  func developmentMode(request: AuthenticationCase) { request.check() }

  @Test(arguments: [
    ("localhost", true), ("localhost:8080", true), ("LOCALHOST", true), ("dev.localhost:9000", true),
    ("a.b.localhost", true), ("127.0.0.1", true), ("127.0.0.1:1", true), ("127.255.0.3:65535", true),
    ("[::1]", true), ("[::1]:8080", true), ("[::ffff:127.0.0.1]:8080", true), ("[0:0:0:0:0:0:0:1]", true),
    ("chat.example.test", false), ("localhost.example.test", false), ("xlocalhost", false), (".localhost", false),
    ("localhost.", false), ("127.0.0.1.example.test", false), ("128.0.0.1", false), ("0.0.0.0", false),
    ("10.0.0.1", false), ("[::2]:80", false), ("::1", false), ("[localhost]", false), ("[127.0.0.1]", false),
    ("[::1", false), ("[::1]x", false), ("", false), (":80", false), ("localhost:", false), ("localhost:x", false),
    ("localhost:80:80", false), ("localhost:99999", false), ("localhost@evil.example", false), (" localhost", false),
    ("2130706433", false), ("127.1", false),
  ])
  func hosts(host: String, isLocal: Bool) {
    AuthenticationCase([], .presents(isLocal ? .developmentUser : .nobody), host: host).check()
  }

  @Test(arguments: [
    ("X-Forwarded-For", "127.0.0.1", true), ("X-Forwarded-For", "127.0.0.1, ::1", true),
    ("X-Forwarded-For", "[::1]:4711", true), ("X-Forwarded-For", "127.0.0.1:4711 , localhost", true),
    ("X-Forwarded-For", "203.0.113.7", false), ("X-Forwarded-For", "127.0.0.1, 203.0.113.7", false),
    ("X-Forwarded-For", "203.0.113.7, 127.0.0.1", false), ("x-forwarded-for", "203.0.113.7", false),
    ("X-Forwarded-For", "", false), ("X-Forwarded-For", "127.0.0.1,", false), ("X-Forwarded-For", "unknown", false),
    ("X-Forwarded-Host", "localhost:8080", true), ("X-Forwarded-Host", "chat.example.test", false),
    ("X-Forwarded-Server", "chat.example.test", false), ("X-Forwarded-Anything", "chat.example.test", false),
    ("X-Forwarded-Proto", "https", true), ("X-Forwarded-Proto", "http", true), ("X-Forwarded-Port", "443", true),
    ("X-Forwarded-Prefix", "/chat", true), ("X-Real-IP", "127.0.0.1", true), ("X-Real-IP", "203.0.113.7", false),
    ("X-Real-Ip", "203.0.113.7", false),
    ("Forwarded", "for=127.0.0.1", true), ("Forwarded", "For=\"[::1]:4711\";proto=https;by=127.0.0.1", true),
    ("Forwarded", "for=127.0.0.1, for=localhost;host=localhost:8080", true), ("Forwarded", "proto=https", true),
    ("Forwarded", "for=203.0.113.7", false), ("Forwarded", "for=127.0.0.1, for=203.0.113.7", false),
    ("Forwarded", "for=127.0.0.1;by=203.0.113.7", false), ("Forwarded", "for=127.0.0.1;host=chat.example.test", false),
    ("Forwarded", "for=unknown", false), ("Forwarded", "for=_hidden", false), ("Forwarded", "", false),
    ("Forwarded", "for", false), ("Forwarded", "=127.0.0.1", false), ("Forwarded", "for=\"127.0.0.1", false),
    ("Forwarded", "for=127.0.0.1,", false), ("Forwarded", "for=\"203.0.113.7\\\"", false),
    ("Origin", "http://127.0.0.1:8080", true), ("Origin", "http://localhost:8080", false),
    ("Origin", "http://127.0.0.1:3000", false), ("Origin", "https://evil.example", false), ("Origin", "null", false),
    ("Sec-Fetch-Site", "none", true), ("Sec-Fetch-Site", "same-origin", true),
    ("Sec-Fetch-Site", "same-site", false), ("Sec-Fetch-Site", "cross-site", false), ("Sec-Fetch-Site", "", false),
  ])
  func whatMakesARequestForeign(name: String, value: String, isLocal: Bool) {
    AuthenticationCase([(name, value)], .presents(isLocal ? .developmentUser : .nobody)).check()
    AuthenticationCase(
      [("X-ClickClack-User", "usr_a"), (name, value)], .presents(isLocal ? .impersonation("usr_a") : .nobody)
    ).check()
    // A foreign hop before or behind a local one counts as much.
    AuthenticationCase(
      [("X-Forwarded-For", "127.0.0.1"), (name, value)], .presents(isLocal ? .developmentUser : .nobody)
    ).check()
  }

  @Test func aNamespaceHasACookieOfItsOwn() {
    let blue = settings { $0.cookieNamespace = "blue" }
    AuthenticationCase([("Cookie", "cc-blue-session=\(session)")], .presents(.cookie(session)), settings: blue).check()
    AuthenticationCase([("Cookie", "cc_session=\(session)")], .presents(.developmentUser), settings: blue).check()
    AuthenticationCase(
      [("Cookie", "cc-blue-session=\(session); cc-blue-session=\(session)")], .refused(.unauthenticated),
      settings: blue
    ).check()
    AuthenticationCase(
      [("Cookie", "cc-blue-session=\(session)")], .refused(.forbidden), method: "POST", settings: blue
    ).check()
    // Where it is Secure, only the name that no other host can set counts.
    let live = settings {
      $0.cookieNamespace = "blue"
      $0.developmentMode = false
    }
    AuthenticationCase(
      [("Cookie", "__Host-cc-blue-session=\(session); cc-blue-session=\(other)")], .presents(.cookie(session)),
      host: "chat.example.test", isLoopback: false, settings: live
    ).check()
    AuthenticationCase(
      [("Cookie", "cc-blue-session=\(session)")], .presents(.nobody), host: "chat.example.test", isLoopback: false,
      settings: live
    ).check()
  }

  @Test func randomHeadersNeverCrashAndNeverMakeAStrangerLocal() {
    var generator = SeededGenerator(seed: 0xC11C)
    let names = [
      "Host", "Origin", "Forwarded", "X-Forwarded-For", "X-Real-IP", "Sec-Fetch-Site", "Cookie", "Authorization",
      "X-ClickClack-User", "X-ClickClack-CSRF", "Sec-WebSocket-Protocol", "X-Forwarded-",
    ]
    let pieces = [
      "127.0.0.1", "[", "]", "::1", ":", "\"", "\\", "=", ";", ",", " ", "for", "localhost", ".", "cc_session",
      "Bearer ", session, "\u{0}", "ä", "http://", "203.0.113.7", "1",
    ]
    for _ in 0..<3_000 {
      let headers = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        (
          names.randomElement(using: &generator) ?? "",
          (0..<Int.random(in: 0...6, using: &generator))
            .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        )
      }
      var fields = HTTPHeaders()
      for (name, value) in headers { fields.append(name, value) }
      let presented: Presented
      do throws(StoreError) {
        presented = try Authenticator(settings: AuthenticationCase.development).authenticate(
          method: "POST", path: "/api/realtime/ws", headers: fields,
          peer: SocketAddress(ip: IPAddress(ipv4: 0xc000_0201), port: 50_000))
      } catch {
        #expect(error.kind == .forbidden || error.kind == .unauthenticated)
        continue
      }
      switch presented {
      case .developmentUser, .impersonation: Issue.record("a stranger became local with \(headers) (seed 0xC11C)")
      case .bearer(let text), .cookie(let text): #expect(text == session)
      case .assertion: Issue.record("an assertion without a proxy (seed 0xC11C)")
      case .nobody: break
      }
    }
  }
}
