import Runtime
import Storage
import Testing

@testable import HTTP

/// Which requests may speak with the assertion of a proxy.
@Suite struct ProxyAuthenticationTests {
  private static let session = "sst_" + String(repeating: "a", count: 43)

  private func presented(
    _ headers: [(String, String)], from peer: String = "10.0.0.7", method: String = "GET", path: String = "/api/me"
  ) throws -> Presented {
    var settings = APISettings()
    settings.developmentMode = true
    settings.proxyAssertions = ProxyAssertionSettings(
      header: "X-Assertion", issuer: "https://id.example", audience: "chat", keysURL: "",
      trustedProxies: [try #require(IPRange("10.0.0.0/8")), try #require(IPRange("127.0.0.1"))])
    var fields = HTTPHeaders()
    fields.append("Host", "chat.example")
    for (name, value) in headers { fields.append(name, value) }
    let address =
      peer.isEmpty
      ? SocketAddress(unixPath: "/run/x") : SocketAddress(ip: try #require(IPAddress(peer)), port: 50_000)
    return try Authenticator(settings: settings).authenticate(
      method: method, path: path, headers: fields, peer: address)
  }

  @Test func theProxyIsBelieved() throws {
    #expect(try presented([("x-assertion", " a.b.c ")]) == .assertion("a.b.c"))
    #expect(try presented([("X-Assertion", "a.b.c")], from: "") == .assertion("a.b.c"))
    #expect(try presented([]) == .nobody)
  }

  @Test func nobodyElseIs() {
    for peer in ["192.0.2.1", "127.0.0.2", "::1"] {
      let error = #expect(throws: StoreError.self) { try presented([("X-Assertion", "a.b.c")], from: peer) }
      #expect(error?.kind == .unauthenticated)
    }
  }

  /// Not even with another credential, and not as the development user.
  @Test func aBadOneNeverFallsBack() {
    let cookie = ("Cookie", "cc_session=\(Self.session)")
    for headers in [
      [("X-Assertion", ""), cookie], [("X-Assertion", "a"), ("X-Assertion", "a"), cookie],
      [("X-Assertion", ""), ("Host", "localhost")],
    ] { #expect(throws: StoreError.self) { try presented(headers, from: "127.0.0.1") } }
  }

  @Test func aBearerTokenComesFirst() throws {
    #expect(
      try presented([("X-Assertion", "a"), ("Authorization", "Bearer \(Self.session)")]) == .bearer(Self.session))
  }

  /// A browser that passes the proxy carries its assertion everywhere, as it does with cookies.
  @Test func pagesOfOtherSitesChangeNothing() throws {
    let assertion = ("X-Assertion", "a.b.c")
    #expect(throws: StoreError.self) { try presented([assertion], method: "POST") }
    #expect(throws: StoreError.self) {
      try presented(
        [assertion, ("X-ClickClack-CSRF", "1"), ("Origin", "https://evil.example")], method: "POST")
    }
    #expect(throws: StoreError.self) {
      try presented([assertion, ("Origin", "https://evil.example")], path: "/api/realtime/ws")
    }
    #expect(
      try presented([assertion, ("X-ClickClack-CSRF", "1"), ("Origin", "https://chat.example")], method: "POST")
        == .assertion("a.b.c"))
  }
}
