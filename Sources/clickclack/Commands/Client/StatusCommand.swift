import Storage

/// `clickclack status`: prints the server, the caller, and the workspace and channel that commands act on.
enum StatusCommand {
  static let declaration = CommandDeclaration(
    name: "status", summary: "Print the server, you, and the workspace and channel that commands act on.",
    discussion: "Also this program's version, and that of the server where you administer it.",
    options: SettingOptions.client.declarations + [.plain],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let user = try session.client.get("me")["user"] ?? .null
      let server = session.client.configuration.server
      if case .people = session.output {
        // Also of use to somebody who belongs to no workspace yet.
        try session.printLine("server", server)
        try session.printLine("user", user.text("id"), user.text("display_name"))
      }
      let (workspace, channel) = try session.channel()
      switch session.output {
      case .json:
        let members = ["server": .string(server), "user": user, "workspace": workspace, "channel": channel]
        try context.print(JSONValue.object(members).line)
      case .identifiers:
        for item in [user, workspace, channel] { try session.printLine(item.text("id")) }
      case .people:
        try session.printLine("workspace", workspace.text("id"), workspace.text("slug"), workspace.text("name"))
        try session.printLine("channel", channel.text("id"), channel.text("name"))
        try session.printLine("client version", VersionCommand.version)
        if let version = try serverVersion(session.client) { try session.printLine("server version", version) }
      }
    })

  /// Nil for those whom the server does not tell.
  private static func serverVersion(_ client: APIClient) throws(CommandFailure) -> String? {
    do throws(CommandFailure) {
      return try client.get("admin", "status")["version"]?.text
    } catch  where error.exitCode == .notPermitted || error.exitCode == .notFound {
      return nil
    }
  }
}
