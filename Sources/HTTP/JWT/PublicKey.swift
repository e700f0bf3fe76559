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
  /// is a DER sequence.
  private func encoded(_ signature: [UInt8]) -> [UInt8]? {
    switch self {
    case .rsa(let modulus, _): return signature.count == modulus.count ? signature : nil
    case .p256:
      guard signature.count == 2 * Self.coordinateBytes, let pair = ECDSA_SIG_new() else { return nil }
      defer { ECDSA_SIG_free(pair) }
      guard let r = Self.number(signature[..<Self.coordinateBytes]) else { return nil }
      guard let s = Self.number(signature[Self.coordinateBytes...]) else {
        BN_free(r)
        return nil
      }
      // The pair owns both from here on.
      guard ECDSA_SIG_set0(pair, r, s) == 1 else {
        BN_free(r)
        BN_free(s)
        return nil
      }
      let count = i2d_ECDSA_SIG(pair, nil)
      guard count > 0 else { return nil }
      return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
        var next = buffer.baseAddress
        written = Int(i2d_ECDSA_SIG(pair, &next))
      }
    }
  }

  private static func number(_ bytes: some Collection<UInt8>) -> OpaquePointer? {
    let bytes = Array(bytes)
    return BN_bin2bn(bytes, Int32(bytes.count), nil)
  }

  private func makeKey() -> OpaquePointer? {
    guard let builder = OSSL_PARAM_BLD_new() else { return nil }
    defer { OSSL_PARAM_BLD_free(builder) }
    switch self {
    case .rsa(let modulus, let exponent):
      guard let n = Self.number(modulus) else { return nil }
      defer { BN_free(n) }
      guard let e = Self.number(exponent) else { return nil }
      defer { BN_free(e) }
      guard OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1,
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1
      else { return nil }
      return Self.key(builder, type: "RSA")
    case .p256(let x, let y):
      // Uncompressed (SEC 1, section 2.3.3).
      let point = [4] + x + y
      return "prime256v1".withCString { group in
        guard OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1,
          OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, point.count) == 1
        else { return nil }
        return Self.key(builder, type: "EC")
      }
    }
  }

  private static func key(_ builder: OpaquePointer, type: String) -> OpaquePointer? {
    guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
    defer { OSSL_PARAM_free(parameters) }
    guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &key, clickclack_pkey_public, parameters) == 1
    else { return nil }
    return key
  }
}
