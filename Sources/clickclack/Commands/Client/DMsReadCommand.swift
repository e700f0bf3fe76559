import Storage

/// `clickclack dms read`: prints messages of a direct conversation.
enum DMsReadCommand {
  static let declaration = CommandDeclaration(
    name: "read", summary: "Print messages of a direct conversation, the newest last.",
    discussion: "Lines are those of 'messages list'.",
    options: SettingOptions.client.declarations + [.plain] + MessagesListCommand.window + [
      OptionDeclaration(name: "mark", help: "Mark the conversation as read up to the last message printed.")
    ],
    positionals: [Conversation.positional],
    action: { arguments, context in
      let name = try arguments.requiredPositional("conversation")
      let query = try MessagesListCommand.query(arguments)
      let session = try ClientSession(arguments, context)
      let conversation = try Conversation.id(name, session)
      let answer = try session.client.get("dms", conversation, "messages", query: query)
      let messages = answer["messages"]?.elements ?? []
      try session.printList(messages, document: answer, line: ClientSession.fields(ofMessage:))
      if arguments.isOn("mark"), let last = messages.last?["channel_seq"]?.integer {
        _ = try session.client.post("dms", conversation, "read", body: ["seq": .integer(last)])
      }
    })
}
