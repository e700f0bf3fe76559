import Storage

/// `clickclack status`: prints the server, the caller, and the workspace and channel that commands act on.
enum StatusCommand {
  static let declaration = CommandDeclaration(
    name: "status", summary: "Print the server, you, and the workspace and channel that commands act on.",
    options: SettingOptions.client.declarations,
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let user = try session.client.get("me")["user"] ?? .null
      let (workspace, channel) = try session.channel()
      let server = session.client.configuration.server
      if case .json = session.output {
        let members = ["server": .string(server), "user": user, "workspace": workspace, "channel": channel]
        try context.print(JSONValue.object(members).line)
        return
      }
      try session.printLine("server", server)
      try session.printLine("user", user.text("id"), user.text("display_name"))
      try session.printLine("workspace", workspace.text("id"), workspace.text("slug"), workspace.text("name"))
      try session.printLine("channel", channel.text("id"), channel.text("name"))
    })
}
