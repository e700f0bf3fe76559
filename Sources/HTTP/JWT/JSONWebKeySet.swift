import Storage

/// The keys that an issuer publishes (RFC 7517, section 5). Keys of kinds or for uses that are not known are left out, as
/// the standard asks.
struct JSONWebKeySet: Sendable, Equatable {
  /// Keys of a set at most; the rest is ignored.
  static let keysMax = 64

  /// One key of a set.
  struct Key: Sendable, Equatable {
    /// Names it; nil in a set that names none.
    let id: String?
    /// The only algorithm that it is for, if it says so.
    let algorithm: SignatureAlgorithm?
    /// The key itself.
    let publicKey: PublicKey
  }

  private struct Document: Decodable {
    let keys: [Lenient]
  }

  /// One entry that may be of any shape: one that can't be read must not spoil the others.
  private struct Lenient: Decodable {
    let entry: Entry?
    init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
  }

  private struct Entry: Decodable {
    let kty: String
    let kid: String?
    let use: String?
    let alg: String?
    let keyOps: [String]?
    let n: String?
    let e: String?
    let crv: String?
    let x: String?
    let y: String?

    enum CodingKeys: String, CodingKey {
      case kty, kid, use, alg, n, e, crv, x, y
      case keyOps = "key_ops"
    }
  }

  /// The usable keys, in the order of the document.
  let keys: [Key]

  /// Reads a set.
  /// - Throws: `JSONWebTokenError` when it is no JSON object with a list of keys.
  init(parsing bytes: [UInt8]) throws(JSONWebTokenError) {
    guard let document = try? JSONText.decode(Document.self, from: bytes) else {
      throw JSONWebTokenError("the key set is malformed")
    }
    keys = document.keys.prefix(Self.keysMax).compactMap { $0.entry.flatMap(Self.key) }
  }

  /// Whether it may have the key of a token. False tells to look whether the issuer has published a new one.
  func mayVerify(_ token: JSONWebToken) -> Bool { !candidates(for: token).isEmpty }

  /// Checks the signature.
  /// - Throws: `JSONWebTokenError` when no key of the set made it.
  func verify(_ token: JSONWebToken) throws(JSONWebTokenError) {
    let isGood = candidates(for: token).contains {
      $0.publicKey.verifies(token.signature, of: token.signedBytes, token.algorithm)
    }
    guard isGood else { throw JSONWebTokenError("the token's signature is wrong") }
  }

  private func candidates(for token: JSONWebToken) -> [Key] {
    keys.filter { key in
      key.publicKey.fits(token.algorithm) && (key.algorithm.map { $0 == token.algorithm } ?? true)
        && (token.keyID.map { $0 == key.id } ?? true)
    }
  }

  private static func key(_ entry: Entry) -> Key? {
    guard entry.use.map({ $0 == "sig" }) ?? true, entry.keyOps.map({ $0.contains("verify") }) ?? true else {
      return nil
    }
    var algorithm: SignatureAlgorithm?
    if let name = entry.alg {
      // A key for something else is not for this.
      guard let known = SignatureAlgorithm(rawValue: name) else { return nil }
      algorithm = known
    }
    guard let publicKey = try? publicKey(entry), algorithm.map(publicKey.fits) ?? true else { return nil }
    return Key(id: entry.kid, algorithm: algorithm, publicKey: publicKey)
  }

  private static func publicKey(_ entry: Entry) throws(JSONWebTokenError) -> PublicKey {
    switch entry.kty {
    case "RSA":
      return try PublicKey.rsa(checkingModulus: try bytes(entry.n), exponent: try bytes(entry.e))
    case "EC" where entry.crv == "P-256":
      return try PublicKey.p256(checkingX: try bytes(entry.x), y: try bytes(entry.y))
    default: throw JSONWebTokenError("the kind of key is not known")
    }
  }

  private static func bytes(_ text: String?) throws(JSONWebTokenError) -> [UInt8] {
    guard let text, let bytes = Base64URL.decode(text.utf8) else {
      throw JSONWebTokenError("a number of a key is missing or malformed")
    }
    return bytes
  }
}
