import Storage

/// `clickclack search`: finds messages in a workspace.
enum SearchCommand {
  static let declaration = CommandDeclaration(
    name: "search", summary: "Find messages in the workspace: id, place, author, excerpt.",
    discussion: "In all channels that you may read, or in the one that --channel names. Without --all there is one "
      + "page of results, and standard error says how to get the next one.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(
        name: "direct", valueName: "conversation", help: "Search this direct conversation, by id or '@handle'."),
      OptionDeclaration(name: "newest", help: "Newest first instead of best first."),
      OptionDeclaration(name: "limit", valueName: "int", help: "Results of a page, up to 100.", defaultText: "50"),
      OptionDeclaration(name: "cursor", valueName: "text", help: "The page after this one's 'next_cursor'."),
      OptionDeclaration(name: "all", help: "Print every page; with --json a document for each."),
    ],
    positionals: [
      PositionalDeclaration(name: "query", help: "The words to look for."),
      PositionalDeclaration(name: "words", help: "More words.", count: .any),
    ],
    action: { arguments, context in
      let words = [try arguments.requiredPositional("query")] + (arguments.positionals["words"] ?? [])
      let limit = try arguments.integer("limit", in: 1...100)
      let session = try ClientSession(arguments, context)
      let place = try place(arguments, session)
      var cursor = arguments.string("cursor")
      repeat {
        let answer = try session.client.get(
          "search",
          query: [
            ("workspace_id", place.workspace), ("q", words.joined(separator: " ")), ("channel_id", place.channel),
            ("direct_conversation_id", place.conversation), ("sort", arguments.isOn("newest") ? "newest" : nil),
            ("limit", limit.map(String.init)), ("cursor", cursor),
          ])
        try session.printList(answer["results"]?.elements ?? [], document: answer, line: fields)
        cursor = answer["next_cursor"]?.text
      } while cursor != nil && arguments.isOn("all")
      if let cursor, case .people = session.output {
        context.warn("there is more: add '--cursor \(cursor)', or '--all'")
      }
    })

  private static func place(
    _ arguments: ParsedArguments, _ session: ClientSession
  ) throws -> (workspace: String, channel: String?, conversation: String?) {
    let isChannelNamed = !session.client.configuration.channel.isEmpty
    if let name = arguments.string("direct") {
      guard arguments.string("channel") == nil else {
        throw UsageError("'--channel' and '--direct' exclude each other", path: arguments.path)
      }
      return (try session.workspace().text("id"), nil, try Conversation.id(name, session))
    }
    guard isChannelNamed else { return (try session.workspace().text("id"), nil, nil) }
    let (workspace, channel) = try session.channel()
    return (workspace.text("id"), channel.text("id"), nil)
  }

  private static func fields(_ result: JSONValue) -> [String] {
    let channel = result.text("channel_name")
    return [
      result.text("id"), channel.isEmpty ? result.text("direct_conversation_id") : "#\(channel)",
      result["author"]?.text("display_name") ?? "", result.text("snippet"),
    ]
  }
}
