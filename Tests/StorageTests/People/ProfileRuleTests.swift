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

  @Test func displayNamesAreTrimmedAndBoundedInBytes() throws {
    #expect(try DisplayName.validated("\u{2003} Alice Cooper\n") == "Alice Cooper")
    #expect(try DisplayName.validated(String(repeating: "n", count: 80)).utf8.count == 80)
    for text in ["", "  \t", String(repeating: "n", count: 81), String(repeating: "ä", count: 41)] {
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
