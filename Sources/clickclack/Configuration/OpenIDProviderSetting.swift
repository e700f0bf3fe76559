/// The settings of OpenID Connect providers. Each provider has a name, which is part of the settings' names:
/// `oidc_google_client_id`.
enum OpenIDProviderSetting {
  /// The provider whose issuer is known.
  static let google = "google"
  private static let prefix = "oidc_"
  private static let nameMax = 32

  /// The settings of one provider, in the order of the documentation.
  static func all(of provider: String) -> [Setting] {
    let path = "\(prefix)\(provider)_"
    return [
      Setting(
        path + "issuer", .openID, \.[openID: provider].issuer, .providerURL,
        "Issuer, letter by letter as the provider's tokens name it; for `google` it is known."),
      Setting(
        path + "client_id", .openID, \.[openID: provider].clientID, .text,
        "This server's identifier at the provider."),
      Setting(
        path + "client_secret", .openID, \.[openID: provider].clientSecret, .text, isSecret: true,
        "This server's secret at the provider; empty for a public client."),
      Setting(
        path + "name", .openID, \.[openID: provider].name, .text,
        "What people read on the button; the provider's own name in these settings if empty."),
      Setting(
        path + "scopes", .openID, \.[openID: provider].scopes, .words("scopes"),
        "What is asked for besides `openid`."),
      Setting(
        path + "allowed_domains", .openID, \.[openID: provider].allowedDomains, .words("domains"),
        "Domains whose e-mail addresses may sign in; all if empty."),
    ]
  }

  /// The setting with a name such as `oidc_google_client_id`, or nil.
  static func named(_ key: String) -> Setting? {
    guard key.hasPrefix(prefix) else { return nil }
    let provider = String(key.dropFirst(prefix.count).prefix { $0 != "_" })
    let isName = provider.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
    guard isName, (1...nameMax).contains(provider.utf8.count) else { return nil }
    return all(of: provider).first { $0.key == key }
  }
}
