/// What an issuer says about itself (OpenID Connect Discovery 1.0, section 3).
struct OpenIDConfiguration: Sendable, Equatable, Decodable {
  let issuer: String
  let authorizationEndpoint: String
  let tokenEndpoint: String
  let keysURL: String
  let userInfoEndpoint: String?
  /// How clients may prove who they are; nil means by the Authorization field.
  let tokenAuthenticationMethods: [String]?

  enum CodingKeys: String, CodingKey {
    case issuer
    case authorizationEndpoint = "authorization_endpoint"
    case tokenEndpoint = "token_endpoint"
    case keysURL = "jwks_uri"
    case userInfoEndpoint = "userinfo_endpoint"
    case tokenAuthenticationMethods = "token_endpoint_auth_methods_supported"
  }

  /// Where an issuer publishes it (section 4).
  static func location(of issuer: String) -> String {
    (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
  }

  /// Fetches and checks an issuer's document.
  /// - Throws: `ProviderFailure`.
  static func fetch(issuer: String, _ client: ProviderClient) async throws(ProviderFailure) -> OpenIDConfiguration {
    let found: OpenIDConfiguration = try ProviderClient.decode(try await client.get(location(of: issuer)))
    // Otherwise one issuer could speak for another (section 4.3).
    guard found.issuer == issuer else {
      throw .broken("the issuer \(issuer) calls itself \(LoggedText.shortened(found.issuer))")
    }
    let endpoints = [found.authorizationEndpoint, found.tokenEndpoint, found.keysURL]
    for url in endpoints + [found.userInfoEndpoint].compactMap({ $0 }) where !client.permits(url) {
      throw .broken("the issuer \(issuer) refers to a URL without TLS: \(LoggedText.shortened(url))")
    }
    return found
  }
}
