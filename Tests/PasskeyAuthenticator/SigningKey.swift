import COpenSSL

/// A key pair of a software authenticator.
package final class SigningKey: Sendable {
  package enum Algorithm: Int, Sendable, CaseIterable {
    case es256 = -7
    case rs256 = -257
  }

  package let algorithm: Algorithm
  /// PKCS #8 in DER; libcrypto's object is made for each use.
  private let privateKey: [UInt8]
  /// The COSE_Key.
  package let cose: [UInt8]

  package init(_ algorithm: Algorithm) throws {
    self.algorithm = algorithm
    let key = try Self.generate(algorithm)
    defer { EVP_PKEY_free(key) }
    privateKey = try Self.encoded { i2d_PrivateKey(key, $0) }
    let info = try Self.encoded { i2d_PUBKEY(key, $0) }
    switch algorithm {
    case .es256:
      // The uncompressed point ends a SubjectPublicKeyInfo.
      let x = Array(info.suffix(64).prefix(32))
      let y = Array(info.suffix(32))
      cose = CBOR.map([
        (CBOR.integer(1), CBOR.integer(2)), (CBOR.integer(3), CBOR.integer(-7)), (CBOR.integer(-1), CBOR.integer(1)),
        (CBOR.integer(-2), CBOR.bytes(x)), (CBOR.integer(-3), CBOR.bytes(y)),
      ])
    case .rs256:
      // The modulus of 2048 bits, then the exponent with its tag and length.
      let modulus = Array(info.suffix(256 + 5).prefix(256))
      cose = CBOR.map([
        (CBOR.integer(1), CBOR.integer(3)), (CBOR.integer(3), CBOR.integer(-257)),
        (CBOR.integer(-1), CBOR.bytes(modulus)),
        (CBOR.integer(-2), CBOR.bytes([1, 0, 1])),
      ])
    }
  }

  /// Signs with SHA-256; an ECDSA signature is a DER sequence.
  package func sign(_ bytes: [UInt8]) throws -> [UInt8] {
    let key = try privateKey.withUnsafeBufferPointer { buffer -> OpaquePointer in
      var next = buffer.baseAddress
      guard let key = d2i_AutoPrivateKey(nil, &next, buffer.count) else { throw AuthenticatorFailure("no key") }
      return key
    }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { throw AuthenticatorFailure("no memory") }
    defer { EVP_MD_CTX_free(context) }
    var count = 0
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
      EVP_DigestSign(context, nil, &count, bytes, bytes.count) == 1
    else { throw AuthenticatorFailure("can't sign") }
    var signature = [UInt8](repeating: 0, count: count)
    guard EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1 else {
      throw AuthenticatorFailure("can't sign")
    }
    return Array(signature.prefix(count))
  }

  private static func generate(_ algorithm: Algorithm) throws -> OpaquePointer {
    let context = EVP_PKEY_CTX_new_from_name(nil, algorithm == .es256 ? "EC" : "RSA", nil)
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_keygen_init(context) == 1 else { throw AuthenticatorFailure("no key generator") }
    let isReady =
      switch algorithm {
      case .es256: EVP_PKEY_CTX_set_group_name(context, "prime256v1")
      case .rs256: EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048)
      }
    var key: OpaquePointer?
    guard isReady == 1, EVP_PKEY_generate(context, &key) == 1, let key else {
      throw AuthenticatorFailure("can't make a key")
    }
    return key
  }

  private static func encoded(
    _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
  ) throws -> [UInt8] {
    let count = write(nil)
    guard count > 0 else { throw AuthenticatorFailure("can't write a key") }
    return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
      var next = buffer.baseAddress
      written = Int(write(&next))
    }
  }
}

/// Why the software authenticator does not answer.
package struct AuthenticatorFailure: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
