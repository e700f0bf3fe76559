import HTTP

/// One OpenID Connect provider as the operator describes it.
struct OpenIDProviderConfiguration: Equatable, Sendable {
  var issuer: ProviderURL?
  var clientID = ""
  var clientSecret = ""
  var name = ""
  var scopes = ["email", "profile"]
  var allowedDomains: [String] = []
}

/// GitHub as the operator describes it.
struct GitHubConfiguration: Equatable, Sendable {
  var clientID = ""
  var clientSecret = ""
  var url: ProviderURL?
  var apiURL: ProviderURL?
  var allowedOrganizations: [String] = []
  var moderatorOrganizations: [String] = []
}

/// A proxy that signs people in, as the operator describes it.
struct ProxyConfiguration: Equatable, Sendable {
  var header = ""
  var issuer: ProviderURL?
  var audience = ""
  var keysURL: ProviderURL?
  var trusted: [AddressRange] = []
  var clientField = ClientAddressField.xForwardedFor
}

extension Configuration {
  /// The OpenID Connect provider with a name; asking for one that is not there gives an empty one.
  subscript(openID provider: String) -> OpenIDProviderConfiguration {
    get { openIDProviders[provider] ?? OpenIDProviderConfiguration() }
    set { openIDProviders[provider] = newValue }
  }

  /// What is missing or contradicts itself about signing in at other services.
  var providerProblems: [String] {
    var problems: [String] = []
    if github.clientID.isEmpty != github.clientSecret.isEmpty {
      problems.append("'github_client_id' and 'github_client_secret' need each other")
    }
    if let url = github.url, !url.base.hasSuffix("://github.com"), github.apiURL == nil {
      problems.append("'github_url' needs 'github_api_url', such as '\(url.base)/api/v3'")
    }
    for (name, provider) in openIDProviders.sorted(by: { $0.key < $1.key }) {
      if provider.issuer == nil, name != OpenIDProviderSetting.google {
        problems.append("'oidc_\(name)_issuer' is missing")
      }
      if provider.clientID.isEmpty { problems.append("'oidc_\(name)_client_id' is missing") }
    }
    guard !proxy.header.isEmpty else { return problems }
    if ["authorization", "cookie"].contains(proxy.header.lowercased()) {
      problems.append("'proxy_header' must be a field of its own, not '\(proxy.header)'")
    }
    if proxy.issuer == nil { problems.append("'proxy_header' needs 'proxy_issuer'") }
    if proxy.audience.isEmpty { problems.append("'proxy_header' needs 'proxy_audience'") }
    if proxy.trusted.isEmpty { problems.append("'proxy_header' needs 'proxy_trusted'") }
    return problems
  }
}
