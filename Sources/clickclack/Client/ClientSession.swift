import Storage

/// What every client command starts with: the server, the caller, and which workspace and channel are meant.
struct ClientSession: Sendable {
  /// How the command prints.
  enum Output: Sendable {
    case people, json, identifiers
  }

  let client: APIClient
  let output: Output
  let context: CommandContext
  private var settings: ClientConfiguration { client.configuration }

  /// - Throws: `ConfigurationError`, `CommandFailure` for stored credentials, `UsageError` for contradicting options.
  init(_ arguments: ParsedArguments, _ context: CommandContext) throws {
    let resolved = try ConfigurationResolver.resolveClient(arguments: arguments, environment: context.environment)
    try self.init(arguments, context, resolved.completed(environment: context.environment))
  }

  /// For a caller whose credentials are known already.
  ///
  /// - Throws: `CommandFailure`, `UsageError` for contradicting options.
  init(_ arguments: ParsedArguments, _ context: CommandContext, _ configuration: ClientConfiguration) throws {
    client = try APIClient(configuration, environment: context.environment)
    self.context = context
    switch (arguments.isOn("json"), arguments.isOn("plain")) {
    case (true, true): throw UsageError("'--json' and '--plain' exclude each other", path: arguments.path)
    case (true, false): output = .json
    case (false, true): output = .identifiers
    case (false, false): output = .people
    }
  }

  /// Every workspace of the caller.
  func workspaces() throws(CommandFailure) -> [JSONValue] {
    try client.get("workspaces")["workspaces"]?.elements ?? []
  }

  /// Every channel of a workspace.
  func channels(of workspace: JSONValue) throws(CommandFailure) -> [JSONValue] {
    try client.get("workspaces", workspace.text("id"), "channels")["channels"]?.elements ?? []
  }

  /// The workspace that `--workspace` names by id, route id or slug, or the first one.
  ///
  /// - Throws: `CommandFailure` if there is none.
  func workspace() throws(CommandFailure) -> JSONValue {
    let all = try workspaces()
    let wanted = settings.workspace
    guard !wanted.isEmpty else {
      guard let first = all.first else { throw CommandFailure("you belong to no workspace", exitCode: .notFound) }
      return first
    }
    let found =
      all.first { $0.text("id") == wanted || $0.text("route_id") == wanted }
      ?? all.first { $0.text("slug").lowercased() == wanted.lowercased() }
    guard let found else { throw CommandFailure("you belong to no workspace '\(wanted)'", exitCode: .notFound) }
    return found
  }

  /// The channel that `--channel` names by id, route id or name, or else `general` or the first one.
  ///
  /// - Throws: `CommandFailure` if there is none.
  func channel() throws(CommandFailure) -> (workspace: JSONValue, channel: JSONValue) {
    let workspace = try workspace()
    let all = try channels(of: workspace)
    let wanted = settings.channel.hasPrefix("#") ? String(settings.channel.dropFirst()) : settings.channel
    guard !wanted.isEmpty else {
      guard let found = all.first(where: { $0.text("name") == "general" }) ?? all.first else {
        throw CommandFailure("there is no channel in '\(workspace.text("slug"))'", exitCode: .notFound)
      }
      return (workspace, found)
    }
    if let found = Self.match(wanted, in: all) { return (workspace, found) }
    // An identifier says everything: look for it in the other workspaces, too, if none was named.
    if settings.workspace.isEmpty, wanted.hasPrefix("chn_") {
      for other in try workspaces() where other.text("id") != workspace.text("id") {
        if let found = Self.match(wanted, in: try channels(of: other)) { return (other, found) }
      }
    }
    throw CommandFailure("there is no channel '\(wanted)' in '\(workspace.text("slug"))'", exitCode: .notFound)
  }

  private static func match(_ wanted: String, in channels: [JSONValue]) -> JSONValue? {
    channels.first { $0.text("id") == wanted || $0.text("route_id") == wanted }
      ?? channels.first { $0.text("name").lowercased() == wanted.lowercased() }
  }

  /// Prints fields of a line between tabs.
  func printLine(_ fields: String...) throws { try printLine(fields) }

  /// Prints fields of a line between tabs.
  func printLine(_ fields: [String]) throws {
    try context.print(fields.map(context.displayed).joined(separator: "\t") + "\n")
  }

  /// What is printed of a message: position, id, author, text.
  static func fields(ofMessage message: JSONValue) -> [String] {
    [
      message["channel_seq"]?.integer.map(String.init) ?? "", message.text("id"),
      message["author"]?.text("display_name") ?? "", message.text("body"),
    ]
  }

  /// Prints what came of sending a message.
  func printSent(_ answer: JSONValue, to place: String) throws {
    let id = answer["message"]?.text("id") ?? ""
    switch output {
    case .json: try context.print(answer.line)
    case .identifiers: try printLine(id)
    case .people: try printLine("sent \(id) \(place)")
    }
  }

  /// Prints a list in the form that was asked for: the document, the identifiers, or a line each.
  func printList(_ items: [JSONValue], document: JSONValue, line: (JSONValue) -> [String]) throws {
    switch output {
    case .json: try context.print(document.line)
    case .identifiers: try context.print(items.map { $0.text("id") + "\n" }.joined())
    case .people:
      let lines = items.map { line($0).map(context.displayed).joined(separator: "\t") + "\n" }
      try context.print(lines.joined())
    }
  }
}
