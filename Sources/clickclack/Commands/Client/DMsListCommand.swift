/// `clickclack dms list`: prints the caller's direct conversations.
enum DMsListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "Print your direct conversations: id, unread messages, members.",
    options: SettingOptions.client.declarations + [.plain],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let workspace = try session.workspace()
      let answer = try session.client.get("dms", query: [("workspace_id", workspace.text("id"))])
      try session.printList(answer["conversations"]?.elements ?? [], document: answer) { conversation in
        let names = (conversation["members"]?.elements ?? []).map { $0.text("display_name") }
        let unread = conversation["unread_count"]?.integer ?? 0
        return [conversation.text("id"), "\(unread)", names.joined(separator: ", ")]
      }
    })
}
