import Storage

/// `clickclack threads list`: prints the messages of a channel that have replies.
enum ThreadsListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "Print recent threads of the channel: id, replies, last reply, author, text.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(
        name: "limit", valueName: "int", help: "How many messages of the channel to look at, up to 200.",
        defaultText: "100"),
      OptionDeclaration(name: "before-seq", valueName: "int", help: "Only messages before this position."),
    ],
    action: { arguments, context in
      let limit = try arguments.integer("limit", in: 1...200)
      let before = try arguments.integer("before-seq", in: 0...Int.max)
      let session = try ClientSession(arguments, context)
      let (_, channel) = try session.channel()
      let answer = try session.client.get(
        "channels", channel.text("id"), "messages",
        query: [("limit", limit.map(String.init)), ("before_seq", before.map(String.init))])
      let roots = (answer["messages"]?.elements ?? []).filter { replyCount($0) > 0 }
      let document = JSONValue.object(["channel": channel, "messages": .array(roots)])
      try session.printList(roots, document: document) { root in
        [
          root.text("id"), "\(replyCount(root))", root["thread_state"]?.text("last_reply_at") ?? "",
          root["author"]?.text("display_name") ?? "", root.text("body"),
        ]
      }
    })

  private static func replyCount(_ root: JSONValue) -> Int64 {
    root["thread_state"]?["reply_count"]?.integer ?? 0
  }
}
