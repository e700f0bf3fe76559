import Storage
import Testing

@testable import HTTP

@Suite struct SignInRulesTests {
  @Test(arguments: ["/app", "/app/c/C0123", "/app?x=1", "/app#y", "/app/%2e%2e/x"])
  func goesOnToOwnPages(path: String) throws {
    #expect(try ReturnPath.validated(path) == path)
  }

  @Test(arguments: [
    "//evil.example", "https://evil.example", "/\\evil.example", "/app\\evil", "/apple", "/", "app", "/app/\n",
    "/app/\t",
    "javascript:alert(1)", "/app/é", " /app", "/api/me", String(repeating: "/app", count: 300),
  ])
  func neverGoesElsewhere(path: String) {
    #expect(throws: StoreError.self) { try ReturnPath.validated(path) }
  }

  @Test func goesToTheFirstPageUnlessTold() throws {
    #expect(try ReturnPath.validated(nil) == "/app")
    #expect(try ReturnPath.validated("") == "/app")
  }

  /// RFC 7636, appendix B.
  @Test func theChallengeIsThatOfTheStandard() {
    #expect(
      ProofKey.challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }

  @Test func desktopCodesHaveTheForms() throws {
    #expect(DesktopProtocol.isCode(try DesktopProtocol.first.makeCode()))
    #expect(DesktopProtocol.isCode(try DesktopProtocol.second.makeCode()))
    #expect(try DesktopProtocol.first.makeCode().utf8.count == 32)
    for text in ["", "x", String(repeating: "A", count: 32), String(repeating: "a", count: 44)] {
      #expect(!DesktopProtocol.isCode(text))
    }
  }

  @Test func queriesAreEscaped() throws {
    let pairs = [("a b", "c&d=e+f%"), ("é", "/?#"), ("", "")]
    let encoded = URLEncodedParameters(pairs.map { (name: $0.0, value: $0.1) }).encoded
    #expect(encoded == "a%20b=c%26d%3De%2Bf%25&%C3%A9=%2F%3F%23&=")
    let read = try URLEncodedParameters(parsing: Array(encoded.utf8)).pairs
    #expect(read.map(\.name) == pairs.map(\.0))
    #expect(read.map(\.value) == pairs.map(\.1))
  }
}
