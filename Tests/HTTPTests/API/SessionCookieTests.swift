import Testing

@testable import HTTP

@Suite struct SessionCookieTests {
  private func cookie(
    _ headers: HTTPHeaders = ["Host": "127.0.0.1:8080"], isLoopback: Bool = true, isDevelopment: Bool = true,
    namespace: String = ""
  ) -> SessionCookie {
    var settings = APISettings()
    settings.developmentMode = isDevelopment
    settings.cookieNamespace = namespace
    return SessionCookie(RequestProvenance(headers: headers, peerIsLoopback: isLoopback), settings)
  }

  @Test func itIsSecureExceptInDevelopmentOnThisMachine() {
    #expect(!cookie().isSecure)
    #expect(cookie(isDevelopment: false).isSecure)
    #expect(cookie(isLoopback: false).isSecure)
    #expect(cookie(["Host": "chat.example.test"]).isSecure)
    #expect(cookie(["Host": "localhost", "X-Forwarded-Proto": "https"]).isSecure)
    #expect(cookie(["Host": "localhost", "Forwarded": "for=127.0.0.1;Proto=HTTPS"]).isSecure)
    #expect(!cookie(["Host": "localhost", "X-Forwarded-Proto": "http"]).isSecure)
    #expect(cookie(["Host": "localhost", "X-Forwarded-For": "203.0.113.7"]).isSecure)
  }

  @Test func itsNameTellsServersOfOneHostApart() {
    #expect(cookie().name == "cc_session")
    #expect(cookie(isDevelopment: false).name == "cc_session")
    #expect(cookie(namespace: "blue").name == "cc-blue-session")
    #expect(cookie(isDevelopment: false, namespace: "blue").name == "__Host-cc-blue-session")
  }

  @Test func itIsSetForTheWholeServerAndHiddenFromScripts() throws {
    #expect(
      try cookie().setting(token: "sst_x", seconds: 60)
        == "cc_session=sst_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
    #expect(
      try cookie(isDevelopment: false, namespace: "blue").setting(token: "sst_x", seconds: 60)
        == "__Host-cc-blue-session=sst_x; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax")
    #expect(throws: HTTPFieldError.self) { try cookie(namespace: "a;b").setting(token: "sst_x", seconds: 60) }
  }
}
