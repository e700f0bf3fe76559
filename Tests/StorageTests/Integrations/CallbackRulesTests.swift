import Testing

@testable import Storage

@Suite struct CallbackRulesTests {
  // The expected value was computed with another implementation of RFC 2104.
  @Test func signsLikeEveryoneElse() {
    let value = CallbackSignature.value(timestamp: "1700000000", body: Array("{}".utf8), secret: "ccs_test")
    #expect(value == "sha256=48ef126bcff6da59480523f5252da358a189ac0b3397e0ceeb26792ae009555b")
  }

  @Test(arguments: [
    "https://example.com", " http://example.com:8080/a?b#c ", "HTTPS://EXAMPLE.com/", "http://127.0.0.1:1/x",
    "https://[::1]/", "https://[::1]:65535/", "https://example.com:/x:y@z",
  ])
  func urlsThatCanBeCalled(_ url: String) throws {
    #expect(try CallbackURL.validated(url) == PlainText.trimmed(url))
  }

  @Test(arguments: [
    "", " ", "example.com", "ftp://example.com", "https:///x", "https://", "https://:80/", "https://a b/",
    "https://user:secret@example.com/", "//example.com", "https://exa\nmple.com", "javascript:alert(1)",
    "https://example.com:0/", "https://example.com:65536/", "https://example.com:+1/", "https://a:b:1/",
    "https://[::1/",
    "https://[::1]x/", "https://example.com\\@example.org/",
    "https://" + String(repeating: "a", count: 2_048),
  ])
  func urlsThatCanNot(_ url: String) {
    expectRefusal(.invalid) { try CallbackURL.validated(url) }
  }

  @Test func namesOfCommands() {
    for (typed, name) in [("deploy", "/deploy"), (" /De_pl-0y ", "/de_pl-0y"), ("x", "/x")] {
      #expect(CommandName.normalized(typed) == name)
    }
    let tooLong = String(repeating: "x", count: 33)
    for typed in ["", "/", "//x", "a b", "a/b", "ä", "/x\u{0}", tooLong, "x!"] {
      #expect(CommandName.normalized(typed) == nil)
    }
  }
}
