import Storage

/// `clickclack messages list`: prints messages of a channel, the newest last.
enum MessagesListCommand {
  /// The options that choose a part of a history.
  static let window = [
    OptionDeclaration(name: "limit", valueName: "int", help: "How many, up to 200.", defaultText: "100"),
    OptionDeclaration(name: "after-seq", valueName: "int", help: "Only messages after this position."),
    OptionDeclaration(name: "before-seq", valueName: "int", help: "Only messages before this position."),
  ]

  static let declaration = CommandDeclaration(
    name: "list", summary: "Print messages of the channel, the newest last: position, id, author, text.",
    options: SettingOptions.client.declarations + [.plain] + window,
    action: { arguments, context in
      let query = try query(arguments)
      let session = try ClientSession(arguments, context)
      let (_, channel) = try session.channel()
      let answer = try session.client.get("channels", channel.text("id"), "messages", query: query)
      let messages = answer["messages"]?.elements ?? []
      let document = JSONValue.object(["channel": channel, "messages": .array(messages)])
      try session.printList(messages, document: document, line: ClientSession.fields(ofMessage:))
    })

  /// What the options of `window` ask the server for.
  static func query(_ arguments: ParsedArguments) throws(UsageError) -> [(String, String?)] {
    [
      ("limit", try arguments.integer("limit", in: 1...200).map(String.init)),
      ("after_seq", try arguments.integer("after-seq", in: 0...Int.max).map(String.init)),
      ("before_seq", try arguments.integer("before-seq", in: 0...Int.max).map(String.init)),
    ]
  }
}
