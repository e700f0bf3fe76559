import Testing

@testable import Runtime

@Suite struct MailAddressTests {
  @Test(arguments: ["a@b", "ada@example.org", "ada.lovelace+chat@mail.example.org", "!#$%&'*+-/=?^_`{|}~@x-1.example"])
  func addressesAreTakenAsTheyAre(text: String) throws {
    #expect(try #require(MailAddress(text)).text == text)
  }

  @Test(arguments: [
    "", "@", "a@", "@b", "a b@c.d", "a@b c", "a@b.", "a@.b", "a..b@c.d", ".a@b.c", "a.@b.c", "a@-b.c", "a@b-.c",
    "a@b\r\nRCPT TO:<x@y>", "a\r\n@b", "a\u{0}@b", "<a@b>", "a@b>", "\"a b\"@c.d", "a@[127.0.0.1]", "ä@b.c", "a@ä.b",
    "a,b@c.d", "a;b@c", "a:b@c", "a@b@c", "a(b)@c", "a@b_c",
  ])
  func whatCouldLeaveItsPlaceIsRefused(text: String) { #expect(MailAddress(text) == nil) }

  @Test func lengthsAreBounded() {
    let local = String(repeating: "a", count: 64)
    #expect(MailAddress("\(local)@b") != nil && MailAddress("\(local)a@b") == nil)
    let label = String(repeating: "b", count: 63)
    #expect(MailAddress("a@\(label)") != nil && MailAddress("a@\(label)b") == nil)
    #expect(MailAddress("a@" + Array(repeating: label, count: 4).joined(separator: ".")) == nil)
  }
}
