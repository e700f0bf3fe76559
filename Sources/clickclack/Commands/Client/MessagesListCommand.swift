import Storage

/// `clickclack messages list`: prints messages of a channel, the newest last.
enum MessagesListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "Print messages of the channel, the newest last: position, id, author, text.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(name: "limit", valueName: "int", help: "How many, up to 200.", defaultText: "100"),
      OptionDeclaration(name: "after-seq", valueName: "int", help: "Only messages after this position."),
      OptionDeclaration(name: "before-seq", valueName: "int", help: "Only messages before this position."),
    ],
    action: { arguments, context in
      let limit = try arguments.integer("limit", in: 1...200)
      let after = try arguments.integer("after-seq", in: 0...Int.max)
      let before = try arguments.integer("before-seq", in: 0...Int.max)
      let session = try ClientSession(arguments, context)
      let (_, channel) = try session.channel()
      let answer = try session.client.get(
        "channels", channel.text("id"), "messages",
        query: [
          ("limit", limit.map(String.init)), ("after_seq", after.map(String.init)),
          ("before_seq", before.map(String.init)),
        ])
      let messages = answer["messages"]?.elements ?? []
      let document = JSONValue.object(["channel": channel, "messages": .array(messages)])
      try session.printList(messages, document: document) { message in
        [
          message["channel_seq"]?.integer.map(String.init) ?? "", message.text("id"),
          message["author"]?.text("display_name") ?? "", message.text("body"),
        ]
      }
    })
}
