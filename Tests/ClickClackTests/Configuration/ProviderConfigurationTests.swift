import Testing

@testable import clickclack

@Suite struct ProviderConfigurationTests {
  private func resolve(_ file: String, _ environment: [String: String] = [:]) throws -> ResolvedConfiguration {
    try ConfigurationResolver.resolve(
      flags: [], arguments: ParsedArguments(path: []), environment: environment,
      file: ConfigurationResolver.File(path: "c.toml", bytes: Array(file.utf8)))
  }

  @Test func providersHaveTablesAndVariablesOfTheirOwn() throws {
    let resolved = try resolve(
      """
      [oidc.acme]
      issuer = "https://id.example/x/"
      client_id = "chat"
      allowed_domains = ["a.example", "b.example"]
      [oidc.google]
      client_id = "g"
      """, ["CLICKCLACK_OIDC_ACME_CLIENT_SECRET": "secret"])
    let settings = resolved.configuration.signInSettings.openID
    #expect(settings.map(\.id) == ["acme", "google"])
    #expect(settings.map(\.name) == ["acme", "Google"])
    #expect(settings.map(\.issuer) == ["https://id.example/x/", "https://accounts.google.com"])
    #expect(settings.first?.clientSecret == "secret")
    #expect(settings.first?.allowedDomains == ["a.example", "b.example"])
    let masked = resolved.values.first { $0.key == "oidc_acme_client_secret" }
    #expect(masked?.text == "********")
    #expect(masked?.source == .environment("CLICKCLACK_OIDC_ACME_CLIENT_SECRET"))
  }

  @Test(arguments: [
    "[oidc.acme]\nissuer = \"https://id.example\"", "[oidc.acme]\nclient_id = \"chat\"",
    "[oidc.acme]\nissuer = \"http://id.example\"\nclient_id = \"chat\"",
    "[oidc.acme]\nissuer = \"https://user@id.example\"\nclient_id = \"chat\"",
    "[oidc.acme]\nissuer = \"https://id.example?x\"\nclient_id = \"chat\"",
    "[oidc.Acme]\nclient_id = \"chat\"", "[oidc.acme]\nclientid = \"chat\"", "oidc_acme = \"chat\"",
    "github_client_id = \"x\"", "github_client_secret = \"x\"",
    "github_client_id = \"x\"\ngithub_client_secret = \"x\"\ngithub_url = \"https://github.example\"",
    "proxy_header = \"X-A\"", "newcomer_role = \"owner\"", "proxy_header = \"a b\"",
    "[proxy]\nheader = \"Authorization\"\nissuer = \"https://id.example\"\naudience = \"a\"\ntrusted = [\"::1\"]",
    "[proxy]\nheader = \"X-A\"\nissuer = \"https://id.example\"\naudience = \"a\"",
  ])
  func refuses(file: String) {
    #expect(throws: ConfigurationError.self) { try resolve(file) }
  }

  @Test func servicesOnThisMachineNeedNoTLS() throws {
    for host in ["localhost", "127.0.0.1:9000", "[::1]:9000"] {
      _ = try resolve("[oidc.acme]\nissuer = \"http://\(host)/x\"\nclient_id = \"chat\"")
    }
  }

  @Test func nothingIsOfferedUnlessConfigured() throws {
    let settings = try resolve("").configuration.signInSettings
    #expect(settings.github == nil)
    #expect(settings.openID.isEmpty)
    #expect(settings.proxy == nil)
  }
}
