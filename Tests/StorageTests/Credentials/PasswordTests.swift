import Testing

@testable import Storage

@Suite struct PasswordTests {
  private func text(_ password: String) throws -> String {
    String(decoding: try Password(password).bytes, as: UTF8.self)
  }

  /// RFC 8265, section 4.3, and what its rules say of spaces and of composed characters.
  @Test func theSamePasswordIsTheSameOnEveryKeyboard() throws {
    #expect(try text("correct horse battery staple") == "correct horse battery staple")
    #expect(try text("Correct Horse Battery Staple") == "Correct Horse Battery Staple")
    #expect(try text("πß\u{e5}") == "πß\u{e5}")
    #expect(Array(try text("a\u{30a}").unicodeScalars) == ["\u{e5}"])
    #expect(Array(try text("\u{1100}\u{1161}").unicodeScalars) == ["\u{ac00}"])
    #expect(try text("Jack of \u{1680}♦s\u{a0}\u{3000}") == "Jack of  ♦s  ")
    #expect(try text(" not trimmed ") == " not trimmed ")
    #expect(Array(try text("\u{fb01}").unicodeScalars) == ["\u{fb01}"], "no compatibility mapping")
  }

  @Test func whatCanBeNoPasswordIsRefused() throws {
    for bad in ["", "my cat is a \u{9}by", "nul\u{0}", "\u{7f}", "\u{85}", "\u{378}"] {
      #expect(throws: StoreError.self) { try Password(bad) }
    }
    #expect(try Password(String(repeating: "x", count: Password.bytesMax)).bytes.count == Password.bytesMax)
    #expect(throws: StoreError.self) { try Password(String(repeating: "x", count: Password.bytesMax + 1)) }
    // Some characters grow when they are normalized.
    #expect(throws: StoreError.self) { try Password(String(repeating: "\u{1d160}", count: Password.bytesMax / 4)) }
  }

  @Test func aNewPasswordMustBeLongEnough() throws {
    #expect(throws: StoreError.self) { try Password(choosing: "ninechars") }
    #expect(try Password(choosing: "ten chars!").bytes.count == 10)
    #expect(throws: StoreError.self) { try Password(choosing: String(repeating: "e\u{301}", count: 9)) }
    #expect(try Password(choosing: "éèêëēėęěĕȩ").bytes.count == 20)
    #expect(throws: StoreError.self) { try Password(choosing: String(repeating: "a", count: 40)) }
  }

  @Test func preparingTwiceChangesNothing() throws {
    var random = SplitMix64(seed: 20)
    for _ in 0..<2_000 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let ranges: [ClosedRange<UInt32>] = [
          0x20...0x7e, 0xa0...0x36f, 0x1100...0x11ff, 0x2000...0x206f, 0x1f300...0x1f64f,
        ]
        if let scalar = Unicode.Scalar(UInt32.random(in: ranges.randomElement(using: &random)!, using: &random)) {
          scalars.append(scalar)
        }
      }
      let typed = String(scalars)
      guard let prepared = try? Password(typed) else { continue }
      let again = try Password(String(decoding: prepared.bytes, as: UTF8.self))
      #expect(again.bytes == prepared.bytes, "\(Array(scalars))")
    }
  }
}
