/// `clickclack threads open`: prints a message and its replies.
enum ThreadsOpenCommand {
  static let declaration = CommandDeclaration(
    name: "open", summary: "Print a message and the replies to it.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(name: "limit", valueName: "int", help: "How many replies, up to 200.", defaultText: "100")
    ],
    positionals: [PositionalDeclaration(name: "message-id", help: "The message that the thread hangs on.")],
    action: { arguments, context in
      let id = try arguments.requiredPositional("message-id")
      let limit = try arguments.integer("limit", in: 1...200)
      let session = try ClientSession(arguments, context)
      let answer = try session.client.get("messages", id, "thread", query: [("limit", limit.map(String.init))])
      let root = answer["root"] ?? .null
      let replies = answer["replies"]?.elements ?? []
      if case .people = session.output { try session.printLine(root.text("id"), root.text("body")) }
      if case .identifiers = session.output { try session.printLine(root.text("id")) }
      try session.printList(replies, document: answer) {
        [$0.text("id"), $0["author"]?.text("display_name") ?? "", $0.text("body")]
      }
    })
}
