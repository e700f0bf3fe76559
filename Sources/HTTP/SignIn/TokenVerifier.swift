import Runtime
import Storage

/// Checks tokens of one issuer with the keys that it publishes.
struct TokenVerifier: Sendable {
  private let keys: CachedDocument<JSONWebKeySet>

  /// A verifier that finds the keys where `location` says.
  init(
    loop: EventLoop, client: ProviderClient, location: @escaping @Sendable () async throws -> String
  ) {
    keys = CachedDocument(loop: loop) {
      let bytes = try await client.get(try await location(), accept: "application/jwk-set+json, application/json")
      do throws(JSONWebTokenError) {
        return try JSONWebKeySet(parsing: bytes)
      } catch {
        throw ProviderFailure.broken("a sign-in provider's keys can't be read: \(error)")
      }
    }
  }

  /// The claims of a token whose signature and claims are right. A key that is not known yet is looked for once more:
  /// issuers change their keys.
  /// - Throws: `JSONWebTokenError`; `ProviderFailure` when the keys can't be had.
  func claims(of text: String, _ rules: TokenRules) async throws -> TokenClaims {
    let token = try JSONWebToken(parsing: text)
    var known = try await keys.current()
    if !known.mayVerify(token) { known = try await keys.renewed() }
    try known.verify(token)
    let claims = try TokenClaims(parsing: token.payload)
    try rules.check(claims, at: Double(Timestamp.now().microseconds) / 1_000_000)
    return claims
  }
}
