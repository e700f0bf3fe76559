import Storage

/// Ties a code to whoever asked for it (PKCE, RFC 7636): only the challenge leaves, the verifier is shown at the end.
enum ProofKey {
  /// Characters of a verifier (section 4.1).
  static let verifierCount = 43...128
  /// Characters of a challenge: a SHA-256 hash in URL-safe base 64.
  static let challengeCount = 43...43

  /// The challenge of a verifier by the method S256 (section 4.2).
  static func challenge(of verifier: String) -> String { Base64URL.encode(Token.hash(of: verifier)) }
}
