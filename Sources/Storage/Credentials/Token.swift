import COpenSSL

/// A secret that proves who is asking: a prefix that tells its kind and 256 random bits in URL-safe base 64
/// (RFC 4648, section 5).
///
/// The server stores only the SHA-256 hash. Tokens are looked up by that hash, so how long a comparison takes tells an
/// attacker nothing about a token.
public struct Token: Sendable {
  /// What tokens are for.
  public enum Kind: String, Sendable, CaseIterable {
    /// A person's session.
    case session = "sst_"
    /// A one-time sign-in link.
    case magicLink = "mgt_"
    /// A link with which a person sets a new password.
    case passwordReset = "pwr_"
    /// A bot.
    case bot = "ccb_"
    /// An invitation to a workspace.
    case invite = "tok_"
    /// What a callback is signed with. It is stored in clear, because signing needs it, and is no credential here.
    case signingSecret = "ccs_"
  }

  private static let randomBytes = 32
  private static let randomCharacters = 43
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// The secret itself: shown once, when it is made.
  public let text: String
  /// What is stored.
  public var hash: [UInt8] { Self.hash(of: text) }

  /// Makes a new secret.
  /// - Throws: `StoreError.unavailable` when the system has no randomness.
  public init(_ kind: Kind) throws(StoreError) {
    var random = [UInt8](repeating: 0, count: Self.randomBytes)
    guard RAND_bytes(&random, Int32(random.count)) == 1 else {
      throw StoreError(.unavailable, "no secure random numbers are available")
    }
    var characters = Array(kind.rawValue.utf8)
    var bits: UInt32 = 0
    var bitCount = 0
    for byte in random {
      bits = bits << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        characters.append(Self.alphabet[Int(bits >> UInt32(bitCount) & 63)])
      }
    }
    if bitCount > 0 { characters.append(Self.alphabet[Int(bits << UInt32(6 - bitCount) & 63)]) }
    text = String(decoding: characters, as: UTF8.self)
  }

  /// The hash under which a presented secret would be stored.
  public static func hash(of text: String) -> [UInt8] { SHA256Digest(of: text).bytes }

  /// What kind of token a text could be, or nil when it has not the form of one: nobody needs to look it up then.
  public static func kind(of text: String) -> Kind? {
    guard let kind = Kind.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return nil }
    let secret = text.utf8.dropFirst(kind.rawValue.utf8.count)
    guard secret.count == randomCharacters, secret.allSatisfy(isURLSafe) else { return nil }
    return kind
  }

  private static func isURLSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
