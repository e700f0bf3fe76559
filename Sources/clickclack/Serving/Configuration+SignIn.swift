import HTTP
import Storage

extension Configuration {
  private static let gitHubURL = "https://github.com"
  private static let gitHubAPIURL = "https://api.github.com"
  private static let googleIssuer = "https://accounts.google.com"
  /// What well-known providers are called unless the operator says otherwise.
  private static let providerNames = [
    OpenIDProviderSetting.google: "Google", IdentityProviders.openClawID: "OpenClaw",
  ]

  /// What concerns signing in at other services.
  var signInSettings: SignInSettings {
    var settings = SignInSettings()
    if !github.clientID.isEmpty {
      settings.github = GitHubSettings(
        clientID: github.clientID, clientSecret: github.clientSecret, url: github.url?.base ?? Self.gitHubURL,
        apiURL: github.apiURL?.base ?? Self.gitHubAPIURL, allowedOrganizations: github.allowedOrganizations,
        moderatorOrganizations: github.moderatorOrganizations)
    }
    settings.openID = openIDProviders.sorted { $0.key < $1.key }.map { id, provider in
      OpenIDSettings(
        id: id, name: provider.name.isEmpty ? Self.providerNames[id] ?? id : provider.name,
        issuer: provider.issuer?.text ?? Self.googleIssuer, clientID: provider.clientID,
        clientSecret: provider.clientSecret, scopes: provider.scopes, allowedDomains: provider.allowedDomains)
    }
    settings.proxy = proxyAssertions
    settings.joinRule = JoinRule(workspace: newcomerWorkspace, role: Role(newcomer: newcomerRole))
    settings.pendingMax = signInsPendingMax
    settings.pendingSeconds = signInTimeout.components.seconds
    return settings
  }

  /// The proxy that signs people in, if there is one.
  var proxyAssertions: ProxyAssertionSettings? {
    guard !proxy.header.isEmpty, let issuer = proxy.issuer else { return nil }
    return ProxyAssertionSettings(
      header: proxy.header, issuer: issuer.text, audience: proxy.audience, keysURL: proxy.keysURL?.text ?? "",
      trustedProxies: proxy.trusted.map(\.range))
  }
}

extension Role {
  /// The role of a newcomer, or nil for none.
  fileprivate init?(newcomer: NewcomerRole) {
    switch newcomer {
    case .none: return nil
    case .guest: self = .guest
    case .member: self = .member
    }
  }
}
