import FoundationEssentials
import Runtime
import Storage

/// How people sign in with GitHub.
public struct GitHubSettings: Sendable, Equatable {
  /// The OAuth app's identifier.
  public var clientID: String
  /// The OAuth app's secret.
  public var clientSecret: String
  /// Where people sign in, without a slash at the end.
  public var url: String
  /// Where the API is, without a slash at the end.
  public var apiURL: String
  /// Organisations whose members may sign in; empty for everybody.
  public var allowedOrganizations: [String]
  /// Organisations whose members join as moderators.
  public var moderatorOrganizations: [String]

  /// Gathers the settings.
  public init(
    clientID: String, clientSecret: String, url: String, apiURL: String, allowedOrganizations: [String],
    moderatorOrganizations: [String]
  ) {
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.url = url
    self.apiURL = apiURL
    self.allowedOrganizations = allowedOrganizations
    self.moderatorOrganizations = moderatorOrganizations
  }
}

/// GitHub, or a GitHub Enterprise Server: OAuth 2.0 (RFC 6749) with PKCE, and its API for who the person is.
struct GitHubProvider: IdentityProvider {
  /// Pages of organisations that are read at most, 100 on each.
  static let organizationPagesMax = 10

  private struct AccessToken: Decodable {
    let accessToken: String?
    let error: String?

    enum CodingKeys: String, CodingKey {
      case accessToken = "access_token"
      case error
    }
  }

  private struct Account: Decodable {
    let id: Int64
    let login: String
    let name: String?
  }

  private struct Address: Decodable {
    let email: String
    let primary: Bool
    let verified: Bool
  }

  private struct Organization: Decodable {
    let login: String
  }

  let id = "github"
  let name = "GitHub"
  let startPath = "/api/auth/github/start"
  let callbackPath = "/api/auth/github/callback"
  private let settings: GitHubSettings
  private let client: ProviderClient

  init(_ settings: GitHubSettings, client: ProviderClient) {
    self.settings = settings
    self.client = client
  }

  func authorizationURL(_ attempt: SignInAttempt) -> String {
    let scope = "read:user user:email" + (asksForOrganizations ? " read:org" : "")
    let query = URLEncodedParameters([
      ("client_id", settings.clientID), ("redirect_uri", attempt.redirectURL), ("scope", scope),
      ("state", attempt.state), ("code_challenge", ProofKey.challenge(of: attempt.verifier)),
      ("code_challenge_method", "S256"),
    ])
    return "\(settings.url)/login/oauth/authorize?\(query.encoded)"
  }

  func identity(code: String, _ attempt: SignInAttempt) async throws -> VerifiedIdentity {
    let token = try await accessToken(code, attempt)
    let account: Account = try await get("/user", token)
    let addresses: [Address] = try await get("/user/emails?per_page=100", token)
    guard let address = addresses.first(where: { $0.primary && $0.verified }) else {
      throw ProviderFailure.refused("GitHub has not verified the primary e-mail address of this account")
    }
    let organizations = asksForOrganizations ? try await organizations(token) : []
    if !settings.allowedOrganizations.isEmpty {
      guard Self.share(organizations, settings.allowedOrganizations) else {
        throw ProviderFailure.refused("this account is not a member of an organisation that may sign in")
      }
    }
    return VerifiedIdentity(
      issuer: settings.url, subject: String(account.id), email: address.email,
      displayName: account.name.flatMap { $0.isEmpty ? nil : $0 } ?? account.login,
      isModerator: Self.share(organizations, settings.moderatorOrganizations))
  }

  private var asksForOrganizations: Bool {
    !settings.allowedOrganizations.isEmpty || !settings.moderatorOrganizations.isEmpty
  }

  private func accessToken(_ code: String, _ attempt: SignInAttempt) async throws(ProviderFailure) -> String {
    let form = URLEncodedParameters([
      ("client_id", settings.clientID), ("client_secret", settings.clientSecret), ("code", code),
      ("redirect_uri", attempt.redirectURL), ("code_verifier", attempt.verifier),
    ])
    let response = try await client.send(
      OutboundRequest(
        method: "POST", url: "\(settings.url)/login/oauth/access_token",
        headers: [
          OutboundHeader(name: "Accept", value: "application/json"),
          OutboundHeader(name: "Content-Type", value: "application/x-www-form-urlencoded"),
        ], body: Array(form.encoded.utf8)))
    guard response.status < 500 else { throw .unavailable("GitHub answered with status \(response.status)") }
    let answer: AccessToken = try ProviderClient.decode(response.body)
    if let token = answer.accessToken, !token.isEmpty { return token }
    guard answer.error == "bad_verification_code" else {
      throw .broken("GitHub gives no token: \(answer.error.map(LoggedText.shortened) ?? "no reason")")
    }
    throw .badCode
  }

  private func organizations(_ token: String) async throws(ProviderFailure) -> [String] {
    var names: [String] = []
    for page in 1...Self.organizationPagesMax {
      let found: [Organization] = try await get("/user/orgs?per_page=100&page=\(page)", token)
      names += found.map(\.login)
      if found.count < 100 { break }
    }
    return names
  }

  private func get<T: Decodable>(_ path: String, _ token: String) async throws(ProviderFailure) -> T {
    try ProviderClient.decode(
      try await client.get(settings.apiURL + path, accept: "application/vnd.github+json", bearer: token))
  }

  /// Names of organisations have no case.
  private static func share(_ names: [String], _ wanted: [String]) -> Bool {
    !Set(names.map(\.asciiLowercased)).isDisjoint(with: wanted.map(\.asciiLowercased))
  }
}
