/// Puts the layers of configuration together: flags over environment over file over defaults.
///
/// Everything wrong is reported at once and by name: unknown keys in the file, unknown `CLICKCLACK_` variables, values
/// that do not fit. Reading the file is the caller's duty, so this is a pure function.
struct ConfigurationResolver {
  /// Names the file, so it cannot stand in the file.
  static let fileFlag = "config"
  static let fileEnvironment = "CLICKCLACK_CONFIG"
  static let environmentPrefix = "CLICKCLACK_"

  /// A configuration file that was read, or none.
  struct File {
    let path: String
    let bytes: [UInt8]
  }

  private var configuration = Configuration()
  private var sources: [String: ResolvedConfiguration.Source] = [:]
  private var problems: [String] = []

  /// Resolves every setting.
  ///
  /// - Parameter flags: The settings that the command takes as options; it may use other names for itself.
  /// - Throws: `ConfigurationError` with all problems found.
  static func resolve(
    flags: [Setting], arguments: ParsedArguments, environment: [String: String], file: File?
  ) throws(ConfigurationError) -> ResolvedConfiguration {
    var resolver = ConfigurationResolver()
    if let file { resolver.apply(file) }
    resolver.apply(environment)
    resolver.apply(arguments, flags: flags)
    resolver.check()
    return try resolver.finish()
  }

  /// Resolves what client commands need. Variables of a server that runs in the same environment are none of their
  /// business, so unknown ones are not refused.
  static func resolveClient(
    arguments: ParsedArguments, environment: [String: String]
  ) throws(ConfigurationError) -> ResolvedClient {
    var resolver = ConfigurationResolver()
    let settings = Setting.all.filter { $0.section == .client }
    let names = settings.map(\.environment)
    resolver.apply(environment.filter { names.contains($0.key) })
    resolver.apply(arguments, flags: settings)
    return ResolvedClient(
      configuration: try resolver.finish().configuration.client, isServerGiven: resolver.sources["server"] != nil,
      isCallerGiven: resolver.sources["token"] != nil || resolver.sources["user_id"] != nil)
  }

  /// The path of the file to read, if one is named.
  static func filePath(arguments: ParsedArguments, environment: [String: String]) -> String? {
    let path = arguments.string(fileFlag) ?? environment[fileEnvironment]
    return path == "" ? nil : path
  }

  private mutating func apply(_ file: File) {
    guard let syntax = ConfigurationFile.Syntax(path: file.path) else {
      problems.append("\(file.path): the name of a configuration file ends in .toml or .json")
      return
    }
    let entries: [ConfigurationFile.Entry]
    do {
      entries = try ConfigurationFile.parse(file.bytes, syntax: syntax)
    } catch {
      problems.append("\(file.path):\(error.line): \(error.message)")
      return
    }
    let known = Setting.all.filter(\.isAllowedInFile)
    for entry in entries {
      let place = "\(file.path):\(entry.node.line)"
      guard let setting = Setting.named(entry.key), setting.isAllowedInFile else {
        let suggestion = Suggestion.text(for: entry.key, among: known.map(\.key))
        problems.append("\(place): unknown setting '\(entry.writtenKey)'\(suggestion)")
        continue
      }
      if case .file(_, let line) = sources[setting.key] {
        problems.append("\(place): '\(entry.writtenKey)' was set in line \(line) already")
        continue
      }
      do {
        let text = try ConfigurationFile.text(of: entry.node.value, form: setting.fileForm)
        try setting.apply(text, &configuration)
      } catch {
        problems.append("\(place): '\(entry.writtenKey)' \(error)")
      }
      sources[setting.key] = .file(path: file.path, line: entry.node.line)
    }
  }

  private mutating func apply(_ environment: [String: String]) {
    let names = environment.keys.filter { $0.hasPrefix(Self.environmentPrefix) }.sorted()
    for name in names where name != Self.fileEnvironment && !Self.isServiceLink(name, environment[name]) {
      guard let setting = Setting.named(environment: name) else {
        let candidates = Setting.all.map(\.environment) + [Self.fileEnvironment]
        problems.append("unknown environment variable \(name)\(Suggestion.text(for: name, among: candidates))")
        continue
      }
      set(setting, to: environment[name] ?? "", from: .environment(name), name: "environment variable \(name)")
    }
  }

  private mutating func apply(_ arguments: ParsedArguments, flags: [Setting]) {
    for setting in flags {
      guard let text = arguments.string(setting.flag) else { continue }
      set(setting, to: text, from: .flag(setting.flag), name: "'--\(setting.flag)'")
    }
  }

  private mutating func set(
    _ setting: Setting, to text: String, from source: ResolvedConfiguration.Source, name: String
  ) {
    do {
      try setting.apply(text, &configuration)
    } catch {
      problems.append("\(name) \(setting.isSecret ? "has a bad value" : error.message)")
    }
    sources[setting.key] = source
  }

  private mutating func check() {
    if configuration.websocketDeadPeerTimeout <= configuration.websocketPingInterval {
      problems.append("'websocket_dead_peer_timeout' must be longer than 'websocket_ping_interval'")
    }
    checkMail()
    if configuration.tlsCertificateFile.isEmpty != configuration.tlsKeyFile.isEmpty {
      problems.append("'tls_cert' and 'tls_key' need each other")
    }
    problems += configuration.providerProblems
  }

  private mutating func checkMail() {
    guard let server = configuration.smtpURL else { return }
    if configuration.publicURL == nil { problems.append("'smtp_url' needs 'public_url', for the links in mails") }
    if configuration.mailFrom.isEmpty { problems.append("'smtp_url' needs 'mail_from'") }
    if configuration.isPlainSMTPAllowed, server.isEncrypted || !server.isLocal {
      problems.append("'smtp_allow_plain' is for an smtp:// server on this machine only")
    }
    if configuration.smtpUsername.isEmpty != configuration.smtpPassword.isEmpty {
      problems.append("'smtp_username' and 'smtp_password' belong together")
    }
  }

  private func finish() throws(ConfigurationError) -> ResolvedConfiguration {
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    let providers = configuration.openIDProviders.keys.sorted().flatMap(OpenIDProviderSetting.all)
    let values = (Setting.all + providers).map { setting in
      let text = setting.text(configuration)
      return ResolvedConfiguration.Value(
        key: setting.key, text: setting.isSecret && !text.isEmpty ? "********" : text,
        source: sources[setting.key] ?? .builtIn)
    }
    return ResolvedConfiguration(configuration: configuration, values: values)
  }

  /// Kubernetes describes a service named clickclack by variables of its own, such as `CLICKCLACK_SERVICE_HOST` and
  /// `CLICKCLACK_PORT_8080_TCP_ADDR`; none of them is meant as a setting.
  private static func isServiceLink(_ name: String, _ value: String?) -> Bool {
    let rest = name.dropFirst(environmentPrefix.count)
    if rest == "SERVICE_HOST" || rest == "SERVICE_PORT" || rest.hasPrefix("SERVICE_PORT_") { return true }
    if rest == "PORT" { return value?.contains("://") ?? false }
    return rest.hasPrefix("PORT_") && (rest.contains("_TCP") || rest.contains("_UDP"))
  }
}
