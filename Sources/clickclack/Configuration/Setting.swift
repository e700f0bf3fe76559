/// Declares one setting: its names, its type and what it is for.
struct Setting: Sendable {
  /// Groups settings in the documentation, in this order.
  enum Section: String, CaseIterable, Sendable {
    case server = "Server"
    case tls = "TLS"
    case access = "Access"
    case providers = "Sign-in by other services"
    case openID = "OpenID Connect providers"
    case mail = "Mail"
    case observability = "Observability"
    case threads = "Threads and shutdown"
    case http = "HTTP"
    case realtime = "Realtime"
    case storage = "Storage"
    case notifications = "Notifications"
    case client = "Client commands"
  }

  /// What a configuration file may hold for it.
  enum FileForm: Sendable {
    case text, integer, number, boolean, textOrInteger, list
  }

  /// Unique, in lower case with underscores: the name in a configuration file.
  let key: String
  let section: Section
  let typeName: String
  let fileForm: FileForm
  let defaultText: String
  let isSecret: Bool
  /// One or two sentences, without line breaks.
  let summary: String
  /// Reads the text into the configuration.
  let apply: @Sendable (String, inout Configuration) throws(BadValue) -> Void
  /// Writes the configuration's value as text.
  let text: @Sendable (Configuration) -> String

  init<Value: Sendable>(
    _ key: String, _ section: Section, _ path: any WritableKeyPath<Configuration, Value> & Sendable,
    _ kind: SettingKind<Value>, isSecret: Bool = false, _ summary: String
  ) {
    self.key = key
    self.section = section
    self.summary = summary
    self.isSecret = isSecret
    typeName = kind.name
    fileForm = kind.fileForm
    defaultText = kind.text(Configuration()[keyPath: path])
    apply = { text, configuration throws(BadValue) in configuration[keyPath: path] = try kind.parse(text) }
    text = { kind.text($0[keyPath: path]) }
  }

  /// The option's name without dashes.
  var flag: String { String(key.map { $0 == "_" ? "-" : $0 }) }

  /// The environment variable.
  var environment: String { "CLICKCLACK_" + key.uppercased() }

  /// Client settings describe a caller, not a server, and do not belong into a server's file.
  var isAllowedInFile: Bool { section != .client }

  static func named(_ key: String) -> Setting? { all.first { $0.key == key } ?? OpenIDProviderSetting.named(key) }

  /// The setting of an environment variable, or nil.
  static func named(environment name: String) -> Setting? {
    guard let setting = named(name.dropFirst(ConfigurationResolver.environmentPrefix.count).lowercased()) else {
      return nil
    }
    return setting.environment == name ? setting : nil
  }
}
