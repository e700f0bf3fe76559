import SeededRandom
import Testing

@testable import HTTP

@Suite struct Base64URLTests {
  /// RFC 4648, section 10, without padding.
  @Test func encodesTheExamplesOfTheStandard() {
    for (text, encoded) in [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
      ("foobar", "Zm9vYmFy"),
    ] {
      #expect(Base64URL.encode(Array(text.utf8)) == encoded)
      #expect(Base64URL.decode(encoded.utf8) == Array(text.utf8))
    }
    #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
  }

  @Test func everythingSurvives() {
    var generator = SeededGenerator(seed: 11)
    for count in 0..<200 {
      let bytes = generator.bytes(count)
      let text = Base64URL.encode(bytes)
      #expect(Base64URL.decode(text.utf8) == bytes)
      #expect(Base64URL.isText(text, count: text.utf8.count...text.utf8.count))
    }
  }

  /// Two texts never mean the same bytes.
  @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm9v ", "Zm+v", "Zm/v", "Zm9v\n", "Zm9vZ", "é"])
  func refusesOtherForms(text: String) {
    #expect(Base64URL.decode(text.utf8) == nil)
  }
}
