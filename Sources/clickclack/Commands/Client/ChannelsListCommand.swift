import Storage

/// `clickclack channels list`: prints the channels of a workspace.
enum ChannelsListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "Print the channels of the workspace: id, name, kind.",
    options: SettingOptions.client.declarations + [.plain],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let workspace = try session.workspace()
      let channels = try session.channels(of: workspace)
      let document = JSONValue.object(["workspace": workspace, "channels": .array(channels)])
      try session.printList(channels, document: document) { [$0.text("id"), $0.text("name"), $0.text("kind")] }
    })
}
