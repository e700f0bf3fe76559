import COpenSSL

/// The secret of a setup code: twelve characters that people can read out, `XXXX-XXXX-XXXX` in Crockford base 32.
///
/// 60 random bits suffice because a code lives for minutes and guesses are limited; only its hash is stored.
struct SetupCodeSecret {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let length = 12

  /// The code as it is shown.
  let text: String

  /// Makes a new code.
  /// - Throws: `StoreError.unavailable` when the system has no randomness.
  init() throws(StoreError) {
    var random = [UInt8](repeating: 0, count: Self.length)
    guard RAND_bytes(&random, Int32(random.count)) == 1 else {
      throw StoreError(.unavailable, "no secure random numbers are available")
    }
    var characters: [UInt8] = []
    for (index, byte) in random.enumerated() {
      if index > 0, index % 4 == 0 { characters.append(UInt8(ascii: "-")) }
      characters.append(Self.alphabet[Int(byte & 31)])
    }
    text = String(decoding: characters, as: UTF8.self)
  }

  /// The hash under which a code is stored, however it was typed: case, white space and hyphens do not count, and the
  /// letters that Crockford's alphabet leaves out are read as the digits they look like. Nil when it can't be a code.
  static func hash(typed text: String) -> [UInt8]? {
    var characters: [UInt8] = []
    for scalar in text.unicodeScalars where !scalar.properties.isWhitespace && scalar != "-" {
      guard scalar.isASCII, characters.count < length else { return nil }
      let byte = UInt8(ascii: scalar)
      let upper = (0x61...0x7a).contains(byte) ? byte & 0xdf : byte
      switch upper {
      case UInt8(ascii: "O"): characters.append(UInt8(ascii: "0"))
      case UInt8(ascii: "I"), UInt8(ascii: "L"): characters.append(UInt8(ascii: "1"))
      default:
        guard alphabet.contains(upper) else { return nil }
        characters.append(upper)
      }
    }
    guard characters.count == length else { return nil }
    return SHA256Digest(of: String(decoding: characters, as: UTF8.self)).bytes
  }
}
