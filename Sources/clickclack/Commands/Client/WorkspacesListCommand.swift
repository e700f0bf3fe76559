/// `clickclack workspaces list`: prints the caller's workspaces.
enum WorkspacesListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "Print your workspaces: id, slug, name.",
    options: SettingOptions.client.declarations + [.plain],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let answer = try session.client.get("workspaces")
      try session.printList(answer["workspaces"]?.elements ?? [], document: answer) {
        [$0.text("id"), $0.text("slug"), $0.text("name")]
      }
    })
}
