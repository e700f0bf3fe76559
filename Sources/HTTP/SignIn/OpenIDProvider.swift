import FoundationEssentials
import Runtime
import Storage

/// How people sign in with an OpenID Connect provider.
public struct OpenIDSettings: Sendable, Equatable {
  /// Names it in paths: lower-case letters and digits.
  public var id: String
  /// Names it for people.
  public var name: String
  /// The issuer's URL, letter by letter as its tokens write it.
  public var issuer: String
  /// This server's identifier there.
  public var clientID: String
  /// This server's secret there; empty for a public client, which PKCE alone protects.
  public var clientSecret: String
  /// What is asked for besides `openid`.
  public var scopes: [String]
  /// Domains whose addresses may sign in; empty for all.
  public var allowedDomains: [String]

  /// Gathers the settings.
  public init(
    id: String, name: String, issuer: String, clientID: String, clientSecret: String, scopes: [String],
    allowedDomains: [String]
  ) {
    self.id = id
    self.name = name
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.scopes = scopes
    self.allowedDomains = allowedDomains
  }
}

/// A provider that speaks OpenID Connect Core 1.0, by the authorization code flow with PKCE.
struct OpenIDProvider: IdentityProvider {
  private struct TokenAnswer: Decodable {
    let idToken: String?
    let accessToken: String?
    let error: String?

    enum CodingKeys: String, CodingKey {
      case idToken = "id_token"
      case accessToken = "access_token"
      case error
    }
  }

  private let settings: OpenIDSettings
  private let client: ProviderClient
  private let configuration: CachedDocument<OpenIDConfiguration>
  private let verifier: TokenVerifier

  init(_ settings: OpenIDSettings, loop: EventLoop, client: ProviderClient) {
    self.settings = settings
    self.client = client
    let issuer = settings.issuer
    let configuration = CachedDocument(loop: loop) { try await OpenIDConfiguration.fetch(issuer: issuer, client) }
    self.configuration = configuration
    verifier = TokenVerifier(loop: loop, client: client) { try await configuration.current().keysURL }
  }

  var id: String { settings.id }
  var name: String { settings.name }
  var startPath: String { path("start") }
  var callbackPath: String { path("callback") }

  /// The wire contract has paths of their own for one provider.
  private func path(_ step: String) -> String {
    settings.id == IdentityProviders.openClawID ? "/api/auth/openclaw/\(step)" : "/api/auth/oidc/\(settings.id)/\(step)"
  }

  func authorizationURL(_ attempt: SignInAttempt) async throws -> String {
    let endpoint = try await configuration.current().authorizationEndpoint
    let scopes = ["openid"] + settings.scopes.filter { $0 != "openid" }
    let query = URLEncodedParameters([
      ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", attempt.redirectURL),
      ("scope", scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce),
      ("code_challenge", ProofKey.challenge(of: attempt.verifier)), ("code_challenge_method", "S256"),
    ])
    return endpoint + (endpoint.contains("?") ? "&" : "?") + query.encoded
  }

  func identity(code: String, _ attempt: SignInAttempt) async throws -> VerifiedIdentity {
    let configuration = try await configuration.current()
    let answer = try await tokens(code, attempt, configuration)
    guard let idToken = answer.idToken else {
      throw ProviderFailure.broken("the issuer \(settings.issuer) gives no ID token")
    }
    let claims: TokenClaims
    do {
      claims = try await verifier.claims(
        of: idToken, TokenRules(issuer: settings.issuer, audience: settings.clientID, nonce: attempt.nonce))
    } catch let error as JSONWebTokenError {
      throw ProviderFailure.broken("an ID token of \(settings.issuer) is refused: \(error)")
    }
    let person = try await person(claims, answer.accessToken, configuration)
    guard let email = person.email, person.isEmailVerified == true else {
      throw ProviderFailure.refused("\(settings.name) has not verified an e-mail address of this account")
    }
    try requireAllowed(email)
    return VerifiedIdentity(
      issuer: settings.issuer, subject: claims.subject, email: email,
      displayName: person.displayName ?? claims.person.displayName ?? "")
  }

  /// What the token says of the person, or else what the issuer says when asked (section 5.3).
  private func person(
    _ claims: TokenClaims, _ accessToken: String?, _ configuration: OpenIDConfiguration
  ) async throws -> PersonClaims {
    if claims.person.email != nil, claims.person.isEmailVerified != nil { return claims.person }
    guard let endpoint = configuration.userInfoEndpoint, let accessToken else { return claims.person }
    let person: PersonClaims = try ProviderClient.decode(try await client.get(endpoint, bearer: accessToken))
    // An access token of somebody else must not bring their address (section 5.3.2).
    guard person.subject == claims.subject else {
      throw ProviderFailure.broken("the issuer \(settings.issuer) describes another person than it signed in")
    }
    return person
  }

  private func requireAllowed(_ email: String) throws(ProviderFailure) {
    guard !settings.allowedDomains.isEmpty else { return }
    let domain = email.split(separator: "@", omittingEmptySubsequences: false).last.map { String($0).lowercased() }
    guard settings.allowedDomains.contains(where: { $0.lowercased() == domain }) else {
      throw .refused("addresses of this domain may not sign in here")
    }
  }

  private func tokens(
    _ code: String, _ attempt: SignInAttempt, _ configuration: OpenIDConfiguration
  ) async throws(ProviderFailure) -> TokenAnswer {
    var form: [(name: String, value: String)] = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", attempt.redirectURL),
      ("code_verifier", attempt.verifier), ("client_id", settings.clientID),
    ]
    var headers = [
      OutboundHeader(name: "Accept", value: "application/json"),
      OutboundHeader(name: "Content-Type", value: "application/x-www-form-urlencoded"),
    ]
    if !settings.clientSecret.isEmpty {
      let methods = configuration.tokenAuthenticationMethods ?? ["client_secret_basic"]
      if methods.contains("client_secret_basic") {
        headers.append(OutboundHeader(name: "Authorization", value: "Basic \(basicCredentials)"))
      } else {
        form.append(("client_secret", settings.clientSecret))
      }
    }
    let body = Array(URLEncodedParameters(form).encoded.utf8)
    let response = try await client.send(
      OutboundRequest(method: "POST", url: configuration.tokenEndpoint, headers: headers, body: body))
    guard response.status < 500 else {
      throw .unavailable("the issuer \(settings.issuer) answered with status \(response.status)")
    }
    let answer: TokenAnswer = try ProviderClient.decode(response.body)
    guard response.status == 200 else {
      // Expired, used or of another client (RFC 6749, section 5.2). Everything else is a mistake of the configuration.
      guard answer.error == "invalid_grant" else {
        let reason = answer.error.map(LoggedText.shortened) ?? "status \(response.status)"
        throw .broken("the issuer \(settings.issuer) gives no token: \(reason)")
      }
      throw .badCode
    }
    return answer
  }

  /// Both parts are escaped before they are joined (RFC 6749, section 2.3.1).
  private var basicCredentials: String {
    let parts = [settings.clientID, settings.clientSecret].map(URLEncodedParameters.escaped)
    return Base64.encode(Array(parts.joined(separator: ":").utf8))
  }
}
