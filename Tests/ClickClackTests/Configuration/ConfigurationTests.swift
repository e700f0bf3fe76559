import Testing

@testable import clickclack

@Suite struct ConfigurationTests {
  private func resolve(
    _ words: [String] = [], environment: [String: String] = [:], toml: String? = nil, path: String = "c.toml"
  ) throws -> ResolvedConfiguration {
    guard case .run(_, let arguments) = try ArgumentParser.parse(["config"] + words, root: CommandTable.root) else {
      throw UsageError("expected a command")
    }
    return try ConfigurationResolver.resolve(
      flags: Setting.all, arguments: arguments, environment: environment,
      file: toml.map { ConfigurationResolver.File(path: path, bytes: Array($0.utf8)) })
  }

  private func problems(
    _ words: [String] = [], environment: [String: String] = [:], toml: String? = nil, path: String = "c.toml"
  ) -> [String] {
    do {
      _ = try resolve(words, environment: environment, toml: toml, path: path)
      return []
    } catch let error as ConfigurationError {
      return error.problems
    } catch {
      return ["\(error)"]
    }
  }

  private func source(_ key: String, in resolved: ResolvedConfiguration) -> String? {
    resolved.values.first { $0.key == key }?.source.text
  }

  @Test func defaultsAreTheDeclaredOnes() throws {
    let resolved = try resolve()
    #expect(resolved.configuration == Configuration())
    #expect(resolved.values.map(\.text) == Setting.all.map(\.defaultText))
    #expect(resolved.values.allSatisfy { $0.source == .builtIn })
    #expect(resolved.configuration.databasePath == "./data/clickclack.db")
  }

  @Test func everyDefaultSatisfiesItsOwnBounds() {
    for setting in Setting.all {
      var configuration = Configuration()
      #expect(throws: Never.self, "\(setting.key)") { try setting.apply(setting.defaultText, &configuration) }
      #expect(configuration == Configuration(), "\(setting.key)")
    }
  }

  @Test func everySettingHasItsOwnPlace() {
    let keys = Setting.all.map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(keys.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
    #expect(!Setting.all.map(\.environment).contains(ConfigurationResolver.fileEnvironment))
    // A field of the configuration that no setting reaches could never be changed.
    func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
    let groups: [Any] = [ClientConfiguration(), GitHubConfiguration(), ProxyConfiguration()]
    // The OpenID Connect providers have settings by their own names.
    let fields = count(Configuration()) - groups.count - 1
    #expect(fields + groups.map(count).reduce(0, +) == Setting.all.count)
    #expect(count(OpenIDProviderConfiguration()) == OpenIDProviderSetting.all(of: "x").count)
  }

  @Test func flagsWinOverEnvironmentOverFile() throws {
    let toml = "loops = 2\nreplay_max = 20\nevent_ring_max = 200\n"
    let environment = ["CLICKCLACK_LOOPS": "3", "CLICKCLACK_REPLAY_MAX": "30", "HOME": "/"]
    let resolved = try resolve(["--loops=4"], environment: environment, toml: toml)
    #expect(resolved.configuration.loopCount == 4)
    #expect(resolved.configuration.replayMax == 30)
    #expect(resolved.configuration.eventRingMax == 200)
    #expect(source("loops", in: resolved) == "--loops")
    #expect(source("replay_max", in: resolved) == "env CLICKCLACK_REPLAY_MAX")
    #expect(source("event_ring_max", in: resolved) == "c.toml:3")
    #expect(source("addr", in: resolved) == "default")
  }

  @Test func everySettingCanComeFromFlagEnvironmentAndFile() throws {
    let samples = [
      "addr": "127.0.0.1:9", "data": "/d", "auto_migrate": "false", "public_url": "https://a.example",
      "dev_bootstrap": "true", "cookie_namespace": "blue", "allowed_origins": "https://b.example,http://c:81",
      "callback_allow": "d.example,10.1.0.0/16", "passkey_verification": "required", "metrics": "true",
      "log_level": "trace", "log_format": "json", "server": "https://e.example/chat", "token": "t", "user_id": "u",
      "workspace": "w", "channel": "c", "pushover_token": "p", "pushover_url": "https://f.example/push",
      "upload_user_bytes_max": "1GiB", "upload_workspace_bytes_max": "2GiB",
      "github_client_id": "i", "github_client_secret": "s",
      "github_url": "https://g.example", "github_api_url": "https://g.example/api", "github_allowed_orgs": "a,b",
      "github_moderator_orgs": "c", "newcomer_role": "member", "newcomer_workspace": "w", "proxy_header": "X-A",
      "proxy_issuer": "https://p.example", "proxy_audience": "a", "proxy_keys_url": "https://p.example/keys",
      "proxy_trusted": "10.0.0.0/8,::1", "passwords": "false", "smtp_url": "smtps://h.example", "smtp_username": "u",
      "smtp_password": "p", "mail_from": "chat@i.example", "smtp_allow_plain": "true", "smtp_ca_file": "/ca.pem",
      "magic_link_sign_up": "true", "tls_cert": "/c.pem", "tls_key": "/k.pem", "proxy_client_field": "forwarded",
      "otlp_endpoint": "http://collector:4318/otlp", "otlp_headers": "x-a=b,x-c=d e", "otlp_service_name": "chat",
      "trace_sample_ratio": "0.25",
    ]
    // What some of them can't be without.
    let companions = [
      "smtp_url": ["CLICKCLACK_PUBLIC_URL": "https://j.example", "CLICKCLACK_MAIL_FROM": "chat@i.example"],
      "tls_cert": ["CLICKCLACK_TLS_KEY": "/k.pem"], "tls_key": ["CLICKCLACK_TLS_CERT": "/c.pem"],
      "github_client_id": ["CLICKCLACK_GITHUB_CLIENT_SECRET": "s"],
      "github_client_secret": ["CLICKCLACK_GITHUB_CLIENT_ID": "i"],
      "github_url": ["CLICKCLACK_GITHUB_API_URL": "https://g.example/api"],
      "proxy_header": [
        "CLICKCLACK_PROXY_ISSUER": "https://p.example", "CLICKCLACK_PROXY_AUDIENCE": "a",
        "CLICKCLACK_PROXY_TRUSTED": "::1",
      ],
    ]
    for setting in Setting.all {
      // Numbers, sizes and durations can all double without leaving their bounds, but for the two WebSocket times.
      let text = try samples[setting.key] ?? doubled(setting)
      func value(_ resolved: ResolvedConfiguration) -> String { setting.text(resolved.configuration) }
      let others = companions[setting.key] ?? [:]
      let environment = others.merging([setting.environment: text]) { _, own in own }
      #expect(value(try resolve(["--\(setting.flag)=\(text)"], environment: others)) == text, "\(setting.key)")
      #expect(value(try resolve(environment: environment)) == text, "\(setting.key)")
      let isBare = [.integer, .number, .boolean].contains(setting.fileForm)
      let list = "[" + text.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ", ") + "]"
      let written = setting.fileForm == .list ? list : isBare ? text : "\"\(text)\""
      if setting.isAllowedInFile {
        let toml = "\(setting.key) = \(written)"
        #expect(value(try resolve(environment: others, toml: toml)) == text, "\(setting.key)")
        let json = "{\"\(setting.key)\": \(written)}"
        #expect(
          value(try resolve(environment: others, toml: json, path: "c.json")) == text, "\(setting.key)")
      } else {
        #expect(problems(toml: "\(setting.key) = \(written)").count == 1, "\(setting.key)")
      }
    }
  }

  private func doubled(_ setting: Setting) throws -> String {
    if setting.key == "websocket_ping_interval" { return "20s" }
    if setting.key == "loops" { return "2" }
    if let number = Int(setting.defaultText) { return "\(number * 2)" }
    if let bytes = Result(catching: { try ByteCount.parse(setting.defaultText) }).success {
      return ByteCount.text(bytes * 2)
    }
    return DurationText.text(try DurationText.parse(setting.defaultText) * 2)
  }

  @Test func tablesInAFileArePrefixes() throws {
    let resolved = try resolve(
      toml: "[log]\nlevel = \"debug\"\nformat = \"text\"\n[websocket]\nping.interval = \"10s\"\n")
    #expect(resolved.configuration.logLevel == .debug)
    #expect(resolved.configuration.websocketPingInterval == .seconds(10))
    #expect(try resolve(toml: "{\"log\": {\"level\": \"error\"}}", path: "c.json").configuration.logLevel == .error)
  }

  @Test func everythingWrongIsNamedAtOnce() {
    let toml = "loop = 2\n\nloops = \"2\"\n[log]\nlevel = \"loud\"\n"
    let environment = ["CLICKCLACK_REPLAY_MAX": "0", "CLICKCLACK_ADRR": ":1", "CLICKCLACK_CONFIG": "c.toml"]
    #expect(
      problems(["--body-bytes-max=1TiB"], environment: environment, toml: toml) == [
        "c.toml:1: unknown setting 'loop'; did you mean 'loops'?",
        "c.toml:3: 'loops' must be an integer, not a string",
        "c.toml:5: 'log.level' must be one of trace, debug, info, notice, warning, error, critical, not 'loud'",
        "unknown environment variable CLICKCLACK_ADRR; did you mean 'CLICKCLACK_ADDR'?",
        "environment variable CLICKCLACK_REPLAY_MAX must be a whole number from 1 to 1000000, not '0'",
        "'--body-bytes-max' must be a size such as '512KiB' or '1MiB', not '1TiB'",
      ])
  }

  @Test func filesMustBeWellFormedAndUnambiguous() {
    #expect(problems(toml: "a = ") == ["c.toml:1: expected a value, found the end of the file"])
    #expect(problems(toml: "{}", path: "c.yaml") == ["c.yaml: the name of a configuration file ends in .toml or .json"])
    #expect(
      problems(toml: "log_level = \"info\"\n[log]\nlevel = \"debug\"")
        == ["c.toml:3: 'log.level' was set in line 1 already"])
    #expect(
      problems(toml: "allowed_origins = [1]") == [
        "c.toml:1: 'allowed_origins' must be a list of strings without commas"
      ])
    #expect(problems(toml: "metrics = 1") == ["c.toml:1: 'metrics' must be a boolean, not an integer"])
    #expect(problems(toml: "body_bytes_max = 2048").isEmpty)
  }

  @Test func settingsMustFitTogether() {
    #expect(
      problems(["--websocket-ping-interval=80s"])
        == ["'websocket_dead_peer_timeout' must be longer than 'websocket_ping_interval'"])
  }

  @Test func variablesThatKubernetesAddsAreNoSettings() {
    let links = [
      "CLICKCLACK_SERVICE_HOST": "10.0.0.1", "CLICKCLACK_SERVICE_PORT": "80", "CLICKCLACK_SERVICE_PORT_HTTP": "80",
      "CLICKCLACK_PORT": "tcp://10.0.0.1:80", "CLICKCLACK_PORT_80_TCP": "tcp://10.0.0.1:80",
      "CLICKCLACK_PORT_80_TCP_ADDR": "10.0.0.1",
    ]
    #expect(problems(environment: links).isEmpty)
    #expect(problems(environment: ["CLICKCLACK_PORT": "80"]).count == 1)
  }

  @Test func secretsAreMasked() throws {
    let resolved = try resolve(["--token", "sst_verysecret"])
    #expect(resolved.configuration.client.token == "sst_verysecret")
    #expect(resolved.values.first { $0.key == "token" }?.text == "********")
    #expect(!ConfigCommand.table(resolved).contains("verysecret"))
    #expect(!ConfigCommand.json(resolved).contains("verysecret"))
  }

  @Test func cookieNamespacesAreRestricted() {
    for bad in ["Blue", "a_b", "a b", String(repeating: "a", count: 33), "é"] {
      #expect(problems(["--cookie-namespace=\(bad)"]).count == 1, "\(bad)")
    }
    #expect(problems(["--cookie-namespace=a-1"]).isEmpty)
  }

  @Test func clientCommandsIgnoreAServersVariables() throws {
    guard case .run(_, let arguments) = try ArgumentParser.parse(["config"], root: CommandTable.root) else { return }
    let client = try ConfigurationResolver.resolveClient(
      arguments: arguments,
      environment: ["CLICKCLACK_SERVER": "http://a:1/", "CLICKCLACK_BOGUS": "1", "CLICKCLACK_LOOPS": "x"])
    #expect(client.configuration.server == "http://a:1")
    #expect(client.isServerGiven && !client.isCallerGiven)
    #expect(throws: ConfigurationError.self) {
      try ConfigurationResolver.resolveClient(arguments: arguments, environment: ["CLICKCLACK_SERVER": "a"])
    }
  }
}

extension Result {
  fileprivate var success: Success? {
    if case .success(let value) = self { return value }
    return nil
  }
}
