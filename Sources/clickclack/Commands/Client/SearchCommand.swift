/// `clickclack search`: finds messages in a workspace.
enum SearchCommand {
  static let declaration = CommandDeclaration(
    name: "search", summary: "Find messages in the workspace: id, place, author, excerpt.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(name: "newest", help: "Newest first instead of best first."),
      OptionDeclaration(name: "limit", valueName: "int", help: "How many, up to 100.", defaultText: "50"),
    ],
    positionals: [
      PositionalDeclaration(name: "query", help: "The words to look for."),
      PositionalDeclaration(name: "words", help: "More words.", count: .any),
    ],
    action: { arguments, context in
      let words = [try arguments.requiredPositional("query")] + (arguments.positionals["words"] ?? [])
      let limit = try arguments.integer("limit", in: 1...100)
      let session = try ClientSession(arguments, context)
      let isChannelNamed = !session.client.configuration.channel.isEmpty
      let place = isChannelNamed ? try session.channel() : (workspace: try session.workspace(), channel: .null)
      let answer = try session.client.get(
        "search",
        query: [
          ("workspace_id", place.workspace.text("id")), ("q", words.joined(separator: " ")),
          ("channel_id", isChannelNamed ? place.channel.text("id") : nil),
          ("sort", arguments.isOn("newest") ? "newest" : nil), ("limit", limit.map(String.init)),
        ])
      try session.printList(answer["results"]?.elements ?? [], document: answer) { result in
        let channel = result.text("channel_name")
        return [
          result.text("id"), channel.isEmpty ? result.text("direct_conversation_id") : "#\(channel)",
          result["author"]?.text("display_name") ?? "", result.text("snippet"),
        ]
      }
    })
}
