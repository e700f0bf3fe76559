/// Which settings a kind of command takes as options.
enum SettingOptions {
  /// `serve`: everything about a server.
  case server
  /// Commands that work on the data directory beside a running server.
  case data
  /// The same, for a command that makes sign-in links.
  case magicLinks
  /// The same, for a command that makes invitations.
  case invites
  /// The same, for commands that set passwords.
  case passwords
  /// The same, for a command that makes links to set passwords.
  case passwordResets
  /// `healthcheck`: only where the server listens.
  case address
  /// Commands that talk to a server.
  case client
  /// `config`, which explains all of them.
  case all

  var settings: [Setting] {
    switch self {
    case .server: Setting.all.filter { $0.section != .client }
    case .data: Setting.all.filter { $0.key == "data" }
    case .magicLinks: Setting.all.filter { ["data", "magic_link_lifetime"].contains($0.key) }
    case .invites: Setting.all.filter { ["data", "public_url", "invite_lifetime"].contains($0.key) }
    case .passwords:
      Setting.all.filter { ["data", "password_hash_memory", "password_hash_passes"].contains($0.key) }
    case .passwordResets:
      Setting.all.filter { ["data", "addr", "public_url", "password_reset_lifetime"].contains($0.key) }
    case .address: Setting.all.filter { ["addr", "tls_cert", "tls_key"].contains($0.key) }
    case .client: Setting.all.filter { $0.section == .client }
    case .all: Setting.all
    }
  }

  var declarations: [OptionDeclaration] {
    var options = settings.map(\.option)
    if case .client = self {
      options.append(.json)
    } else {
      options.insert(.configurationFile, at: 0)
    }
    return options
  }
}

extension Setting {
  /// The setting as a command-line option.
  var option: OptionDeclaration {
    OptionDeclaration(
      name: flag, aliases: key == "user_id" ? ["user"] : [],
      valueName: fileForm == .boolean ? nil : valueName, help: summary, values: values, defaultText: defaultText,
      environment: environment)
  }

  private var values: ValueHint {
    if typeName == "path" { return .files }
    return typeName.contains(", ") ? .words(typeName.split(separator: ", ").map(String.init)) : .text
  }

  private var valueName: String {
    let first = typeName.prefix { $0 != " " && $0 != "," }
    return typeName.contains(", ") ? "choice" : String(first)
  }
}

extension OptionDeclaration {
  static let configurationFile = OptionDeclaration(
    name: ConfigurationResolver.fileFlag, valueName: "path", help: "Configuration file, TOML or JSON by its name.",
    values: .files,
    environment: ConfigurationResolver.fileEnvironment)
  static let json = OptionDeclaration(name: "json", help: "Print the server's answer as JSON.")
  static let plain = OptionDeclaration(name: "plain", help: "Print only the identifier, for scripts.")
}
