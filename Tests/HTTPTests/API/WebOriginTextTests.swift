import Testing

@testable import HTTP

@Suite struct WebOriginTextTests {
  @Test func letterCaseDefaultPortsAndPathsDontCount() {
    #expect(WebOriginText.normalized("HTTPS://Chat.Example:443/at/all") == "https://chat.example")
    #expect(WebOriginText.normalized("http://[::1]:80") == "http://[::1]")
    #expect(WebOriginText.normalized("http://a:443") == "http://a:443")
    #expect(WebOriginText.matches("https://a", host: "A:443") && !WebOriginText.matches("http://a", host: "a:443"))
  }

  @Test(arguments: [
    "https://", "https:///", "https://:443", "https://:443?\r", "http://:80", "http://:", "ftp://a", "null",
  ])
  func whatHasNoHostIsNoOrigin(_ text: String) {
    #expect(WebOriginText.normalized(text) == nil)
    #expect(!WebOriginText.matches(text, host: ":443") && !WebOriginText.matches(text, host: ""))
  }
}
