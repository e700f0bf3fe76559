/// The signatures that are accepted (RFC 7518, section 3.1). What is not listed does not exist: neither `none` nor the
/// keyed hashes, which would make a public key a secret.
enum SignatureAlgorithm: String, Sendable, CaseIterable {
  /// RSASSA-PKCS1-v1_5 with SHA-256.
  case rs256 = "RS256"
  /// RSASSA-PSS with SHA-256.
  case ps256 = "PS256"
  /// ECDSA with P-256 and SHA-256.
  case es256 = "ES256"
}
