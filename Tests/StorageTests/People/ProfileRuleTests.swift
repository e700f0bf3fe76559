import Testing

@testable import Storage

@Suite struct ProfileRuleTests {
  @Test(arguments: [
    ("ace", "ace"), ("ACE", "ace"), ("@Alice-C", "alice-c"), (" b_0-b ", "b_0-b"), ("", ""), ("   ", ""), ("00", "00"),
    (String(repeating: "b", count: 32), String(repeating: "b", count: 32)),
    ("@" + String(repeating: "b", count: 32), String(repeating: "b", count: 32)),
  ])
  func handlesAreNormalized(text: String, handle: String) throws {
    #expect(try Handle.validated(text) == handle)
  }

  @Test(arguments: [
    "a", "@", "@a", "@@ab", "@\u{301}ab", "-bob", "_bob", "b ob", "böb", "bob!", "a.b", "ſs", "\u{212A}k", "a\u{0}b",
    String(repeating: "a", count: 33),
  ])
  func otherHandlesAreRefused(text: String) {
    expectRefusal(.invalid) { try Handle.validated(text) }
  }

  @Test(arguments: [
    ("a\u{200b}b", "ab"), ("\u{202e}ab", "ab"), ("a\u{0}b", "a b"), ("a\u{2028}b", "a b"), ("a\u{ad}b", "ab"),
    ("a\u{200d}b", "ab"), ("\u{e0061}a", "a"), ("\u{fe0f}a", "a"), ("ab\u{200d}", "ab"), ("é\u{200d}", "é"),
    ("👩\u{200d}🚀", "👩\u{200d}🚀"), ("❤\u{fe0f}", "❤\u{fe0f}"), ("🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}\u{200d}🌈"),
    ("é\u{200d}\u{2000}", "é"), ("\u{2000}\u{200d}é", "é"), ("\u{2000}\u{fe0f}é", "é"),
    ("می\u{200c}خو", "می\u{200c}خو"), ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
  ])
  func namesHaveNothingInvisible(given: String, shown: String) throws {
    #expect(Array(try DisplayName.validated(given).utf8) == Array(shown.utf8))
  }

  @Test func addressesOfMailDoNotBecomeASCII() throws {
    #expect(try EmailAddress.validated(" Kim@Example.TEST ") == "kim@example.test")
    #expect(Array(try EmailAddress.validated("\u{212a}im@example.test").utf8) != Array("kim@example.test".utf8))
    #expect(try EmailAddress.validated("Ä@example.test") == "ä@example.test")
  }

  @Test func displayNamesAreTrimmedAndBoundedInBytes() throws {
    #expect(try DisplayName.validated("\u{2003} Alice Cooper\n") == "Alice Cooper")
    #expect(try DisplayName.validated(String(repeating: "n", count: 80)).utf8.count == 80)
    for text in [
      "", "  \t", "\u{2800}", " \u{2800}\u{200b}\u{2800} ", String(repeating: "n", count: 81),
      String(repeating: "ä", count: 41),
    ] {
      expectRefusal(.invalid) { try DisplayName.validated(text) }
    }
  }

  @Test func longTextIsCutBetweenCharacters() {
    #expect(PlainText.prefix("ääää", bytesMax: 5) == "ää")
    #expect(PlainText.prefix("abc", bytesMax: 3) == "abc")
    #expect(PlainText.prefix("👩‍👩‍👧x", bytesMax: 4) == "")
  }

  @Test(arguments: [
    "https://example.com/a.png", "http://example.com", "HTTPS://example.com:8443/x?y#z", "https://[::1]/a",
  ])
  func avatarURLs(text: String) throws {
    #expect(try AvatarURL.validated(" \(text) ") == text)
  }

  @Test(arguments: [
    "ftp://example.com/a.png", "https://", "http:///a", "https://?x", "https://:80/", "https://user@/x", "javascript:1",
    "//example.com/a", "example.com/a.png", "https://exa mple.com", "https://example.com/\u{7}",
    "https://example.com/" + String(repeating: "a", count: 2_048),
  ])
  func otherAvatarURLsAreRefused(text: String) {
    expectRefusal(.invalid) { try AvatarURL.validated(text) }
  }

  @Test func addressesHaveNoCase() throws {
    #expect(try EmailAddress.validated(" New.User@Example.TEST ") == "new.user@example.test")
    for text in [
      "", " ", "alice", "@example.test", "alice@", "a@b@c", "a b@c", String(repeating: "a", count: 255) + "@b",
    ] {
      expectRefusal(.invalid) { try EmailAddress.validated(text) }
    }
  }

  @Test func theGeneratedPictureDependsOnTheAddressOnly() throws {
    let one = AvatarURL.generated(email: "a@b.c", id: "usr_1")
    #expect(one == AvatarURL.generated(email: "a@b.c", id: "usr_2"))
    #expect(one != AvatarURL.generated(email: nil, id: "usr_1"))
    #expect(one.hasPrefix("https://www.gravatar.com/avatar/"))
    #expect(!one.contains("a@b.c"))
  }
}
