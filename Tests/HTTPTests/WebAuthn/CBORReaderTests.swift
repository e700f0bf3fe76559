import PasskeyAuthenticator
import SeededRandom
import Testing

@testable import HTTP

@Suite struct CBORReaderTests {
  private func read(_ bytes: [UInt8]) throws -> CBORValue {
    var reader = CBORReader(bytes[...])
    let value = try reader.next()
    #expect(reader.isAtEnd)
    return value
  }

  /// Examples of RFC 8949, appendix A.
  @Test func readsTheExamplesOfTheStandard() throws {
    let examples: [([UInt8], CBORValue)] = [
      ([0x00], .integer(0)), ([0x17], .integer(23)), ([0x18, 0x18], .integer(24)),
      ([0x19, 0x03, 0xe8], .integer(1_000)),
      ([0x1a, 0x00, 0x0f, 0x42, 0x40], .integer(1_000_000)),
      ([0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00], .integer(1_000_000_000_000)),
      ([0x20], .integer(-1)), ([0x38, 0x63], .integer(-100)), ([0x39, 0x03, 0xe7], .integer(-1_000)),
      ([0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .integer(.min)),
      ([0xf4], .bool(false)), ([0xf5], .bool(true)), ([0xf6], .null),
      ([0x40], .bytes([])), ([0x44, 1, 2, 3, 4], .bytes([1, 2, 3, 4])),
      ([0x60], .text("")), ([0x64, 0x49, 0x45, 0x54, 0x46], .text("IETF")), ([0x62, 0xc3, 0xbc], .text("ü")),
      ([0x80], .array([])), ([0x83, 1, 2, 3], .array([.integer(1), .integer(2), .integer(3)])),
      ([0xa0], .map([])), ([0xa2, 1, 2, 3, 4], .map([(.integer(1), .integer(2)), (.integer(3), .integer(4))])),
      ([0xa1, 0x61, 0x61, 0x82, 1, 2], .map([(.text("a"), .array([.integer(1), .integer(2)]))])),
    ]
    for (bytes, value) in examples { #expect(try read(bytes) == value, "\(bytes)") }
    #expect(try read([0xa2, 1, 2, 0x61, 0x61, 4])["a"] == .integer(4))
    #expect(try read([0xa1, 0x20, 2])[-1] == .integer(2))
  }

  @Test func refusesOtherForms() {
    let refused: [[UInt8]] = [
      [], [0x18], [0x18, 0x17], [0x19, 0x00, 0xff], [0x1a, 0, 0, 0xff, 0xff],
      [0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
      // Beyond 64 bits with a sign.
      [0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0],
      [0x1c], [0x1f], [0x41], [0x44, 1, 2, 3], [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      // Not UTF-8, indefinite lengths, tags, floats, undefined, other simple values.
      [0x61, 0xff], [0x5f, 0xff], [0x7f, 0xff], [0x9f, 0xff], [0xbf, 0xff], [0xc0, 0x00], [0xf9, 0, 0], [0xf7],
      [0xf8, 0xff], [0xff],
      // Keys twice, or of other kinds; entries that are missing; too many.
      [0xa2, 1, 2, 1, 3], [0xa2, 0x61, 0x61, 1, 0x61, 0x61, 1], [0xa1, 0x80, 1], [0xa1, 0x41, 1, 1], [0xa1, 1],
      [0x82, 1],
      [0x98, 0x41] + [UInt8](repeating: 0, count: 65), [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      // Five deep.
      [0x81, 0x81, 0x81, 0x81, 0x81, 0x00],
    ]
    for bytes in refused {
      #expect(throws: WebAuthnError.self, "\(bytes)") {
        var reader = CBORReader(bytes[...])
        _ = try reader.next()
      }
    }
  }

  /// Whatever is read has one encoding only, which is what was read.
  @Test(arguments: [UInt64(1), 2, 3]) func readsOnlyTheShortestForm(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var readable = 0
    for _ in 0..<20_000 {
      let bytes = generator.bytes(Int.random(in: 1...24, using: &generator))
      var reader = CBORReader(bytes[...])
      guard let value = try? reader.next() else { continue }
      readable += 1
      #expect(encode(value) == Array(bytes[..<reader.index]), "\(bytes), seed \(seed)")
    }
    #expect(readable > 1_000)
  }

  private func encode(_ value: CBORValue) -> [UInt8] {
    switch value {
    case .integer(let number): CBOR.integer(Int(number))
    case .bytes(let bytes): CBOR.bytes(bytes)
    case .text(let text): CBOR.text(text)
    case .array(let values): CBOR.array(values.map(encode))
    case .map(let pairs): CBOR.map(pairs.map { (encode($0.key), encode($0.value)) })
    case .bool(let isTrue): [isTrue ? 0xf5 : 0xf4]
    case .null: [0xf6]
    }
  }
}
