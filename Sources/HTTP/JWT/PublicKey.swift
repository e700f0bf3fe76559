import COpenSSL

/// A public key that can check signatures. It holds numbers only; libcrypto's object is made for each check.
enum PublicKey: Sendable, Equatable {
  /// Modulus and exponent, big-endian without leading zeros.
  case rsa(modulus: [UInt8], exponent: [UInt8])
  /// A point of P-256: 32 bytes each.
  case p256(x: [UInt8], y: [UInt8])

  /// Bits of an RSA modulus that are accepted: less is weak, more only costs time.
  static let rsaBits = 2_048...8_192
  private static let coordinateBytes = 32

  /// An RSA key of reasonable size.
  /// - Throws: `JSONWebTokenError`.
  static func rsa(checkingModulus modulus: [UInt8], exponent: [UInt8]) throws(JSONWebTokenError) -> PublicKey {
    let modulus = Array(modulus.drop { $0 == 0 })
    let exponent = Array(exponent.drop { $0 == 0 })
    let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    guard rsaBits.contains(bits) else { throw JSONWebTokenError("an RSA key has \(bits) bits") }
    guard let last = exponent.last, last & 1 == 1, exponent.count <= 8, exponent != [1] else {
      throw JSONWebTokenError("an RSA key has a bad exponent")
    }
    return .rsa(modulus: modulus, exponent: exponent)
  }

  /// A point of P-256. Whether it lies on the curve is found out when it is used.
  /// - Throws: `JSONWebTokenError`.
  static func p256(checkingX x: [UInt8], y: [UInt8]) throws(JSONWebTokenError) -> PublicKey {
    guard x.count == coordinateBytes, y.count == coordinateBytes else {
      throw JSONWebTokenError("a coordinate of P-256 does not have \(coordinateBytes) bytes")
    }
    return .p256(x: x, y: y)
  }

  /// Whether the algorithm is one for this kind of key.
  func fits(_ algorithm: SignatureAlgorithm) -> Bool {
    switch (self, algorithm) {
    case (.rsa, .rs256), (.rsa, .ps256), (.p256, .es256): true
    default: false
    }
  }

  /// Whether the signature is this key's for these bytes. False for a signature of another form, for a key that libcrypto
  /// refuses, and for an algorithm that does not fit.
  func verifies(_ signature: [UInt8], of bytes: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
    guard fits(algorithm), let encoded = encoded(signature) else { return false }
    return verifiesWithSHA256(encoded: encoded, of: bytes, isPSS: algorithm == .ps256)
  }

  /// Whether the signature is this key's for these bytes, hashed with SHA-256. False for a key that libcrypto refuses.
  /// - Parameters:
  ///   - signature: As libcrypto wants it: two numbers in a DER sequence for ECDSA.
  ///   - isPSS: Whether an RSA signature is padded by PSS instead of PKCS #1 v1.5.
  func verifiesWithSHA256(encoded signature: [UInt8], of bytes: [UInt8], isPSS: Bool = false) -> Bool {
    guard let key = makeKey() else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    // Owned by the other context.
    var keyContext: OpaquePointer?
    guard EVP_DigestVerifyInit(context, &keyContext, EVP_sha256(), nil, key) == 1 else { return false }
    if isPSS {
      guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
        // The salt is as long as the hash (RFC 7518, section 3.5).
        EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
      else { return false }
    }
    return EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }

  /// Whether libcrypto takes it; a point must lie on the curve.
  var isWellFormed: Bool {
    guard let key = makeKey() else { return false }
    EVP_PKEY_free(key)
    return true
  }

  /// The signature as libcrypto wants it: an ECDSA signature is two numbers side by side (RFC 7518, section 3.4), there it
  /// is a sequence.
  private func encoded(_ signature: [UInt8]) -> [UInt8]? {
    switch self {
    case .rsa(let modulus, _): return signature.count == modulus.count ? signature : nil
    case .p256:
      guard signature.count == 2 * Self.coordinateBytes else { return nil }
      return DER.sequence(
        DER.integer(signature[..<Self.coordinateBytes]), DER.integer(signature[Self.coordinateBytes...]))
    }
  }

  /// The key as a SubjectPublicKeyInfo (RFC 5280, section 4.1; RFC 3279, section 2.3.1; RFC 5480, section 2).
  private var subjectPublicKeyInfo: [UInt8] {
    switch self {
    case .rsa(let modulus, let exponent):
      DER.sequence(
        DER.sequence(DER.objectIdentifier([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]), DER.null),
        DER.bitString(DER.sequence(DER.integer(modulus), DER.integer(exponent))))
    case .p256(let x, let y):
      DER.sequence(
        DER.sequence(
          DER.objectIdentifier([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
          DER.objectIdentifier([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07])),
        DER.bitString([4] + x + y))
    }
  }

  private func makeKey() -> OpaquePointer? {
    subjectPublicKeyInfo.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return d2i_PUBKEY(nil, &start, bytes.count)
    }
  }
}
