import Storage

/// `clickclack reactions list`: prints the reactions to a message.
enum ReactionsListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "Print the reactions to a message: emoji, how many, 'yours' if one is.",
    options: SettingOptions.client.declarations,
    positionals: [PositionalDeclaration(name: "message-id", help: "The message.")],
    action: { arguments, context in
      let message = try arguments.requiredPositional("message-id")
      let session = try ClientSession(arguments, context)
      let reactions = try session.client.get("messages", message)["message"]?["reactions"]?.elements ?? []
      try session.printList(reactions, document: .object(["reactions": .array(reactions)])) { reaction in
        let isMine = reaction["reacted_by_me"] == .bool(true)
        return [reaction.text("emoji"), "\(reaction["count"]?.integer ?? 0)"] + (isMine ? ["yours"] : [])
      }
    })
}
