/// The public key of a passkey: an algorithm and a key for it, as a COSE_Key (RFC 9052, section 7; RFC 9053, sections 2.1
/// and 7.1; RFC 8812, section 2).
struct CredentialKey: Sendable, Equatable {
  /// The algorithms that are offered, the preferred one first.
  enum Algorithm: Int64, Sendable, CaseIterable {
    /// ECDSA with P-256 and SHA-256.
    case es256 = -7
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = -257
  }

  /// Labels of a COSE_Key.
  private enum Label {
    static let keyType: Int64 = 1
    static let algorithm: Int64 = 3
    /// The curve, or the modulus.
    static let first: Int64 = -1
    /// The coordinate x, or the exponent.
    static let second: Int64 = -2
    /// The coordinate y.
    static let third: Int64 = -3
  }

  private static let ellipticCurve = CBORValue.integer(2)
  private static let p256 = CBORValue.integer(1)
  private static let rsa = CBORValue.integer(3)

  /// What it signs with.
  let algorithm: Algorithm
  /// The key itself.
  let publicKey: PublicKey

  /// Reads a key, which has the parameters that its kind needs and no others (WebAuthn Level 3, section 6.5.1.1).
  /// - Throws: `WebAuthnError` for other algorithms, and for numbers that are no key.
  init(_ cose: CBORValue) throws(WebAuthnError) {
    guard case .map(let entries) = cose, case .integer(let number) = cose[Label.algorithm],
      let algorithm = Algorithm(rawValue: number)
    else { throw WebAuthnError("the key is not for an algorithm that was offered") }
    self.algorithm = algorithm
    do throws(JSONWebTokenError) {
      switch algorithm {
      case .es256:
        guard cose[Label.keyType] == Self.ellipticCurve, cose[Label.first] == Self.p256, entries.count == 5,
          let x = cose[Label.second]?.byteString, let y = cose[Label.third]?.byteString
        else { throw JSONWebTokenError("it is no key of P-256") }
        publicKey = try PublicKey.p256(checkingX: x, y: y)
      case .rs256:
        guard cose[Label.keyType] == Self.rsa, entries.count == 4, let modulus = cose[Label.first]?.byteString,
          let exponent = cose[Label.second]?.byteString, modulus.first != 0, exponent.first != 0
        else { throw JSONWebTokenError("it is no RSA key") }
        publicKey = try PublicKey.rsa(checkingModulus: modulus, exponent: exponent)
      }
    } catch {
      throw WebAuthnError("the public key is malformed: \(error)")
    }
    guard publicKey.isWellFormed else { throw WebAuthnError("the public key is malformed") }
  }

  /// Reads a key as it was stored.
  /// - Throws: `WebAuthnError`.
  init(stored bytes: [UInt8]) throws(WebAuthnError) {
    var reader = CBORReader(bytes[...])
    let value = try reader.next()
    guard reader.isAtEnd else { throw WebAuthnError("the stored key is malformed") }
    try self.init(value)
  }

  /// Whether the signature is this key's for these bytes.
  func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
    publicKey.verifiesWithSHA256(encoded: signature, of: bytes)
  }
}
