import Storage

/// `clickclack dms open`: opens a direct conversation, or one that was hidden.
enum DMsOpenCommand {
  static let declaration = CommandDeclaration(
    name: "open", summary: "Open a direct conversation and print its id.",
    discussion: "With one other person there is only ever one; groups may be several. The id of a hidden conversation "
      + "shows it again.",
    options: SettingOptions.client.declarations + [.plain],
    positionals: [
      PositionalDeclaration(name: "person", help: "'@handle', the id of a person, or that of a hidden conversation."),
      PositionalDeclaration(name: "more", help: "More people, for a group.", count: .any),
    ],
    action: { arguments, context in
      let first = try arguments.requiredPositional("person")
      let more = arguments.positionals["more"] ?? []
      let session = try ClientSession(arguments, context)
      let conversation =
        first.hasPrefix("dm_") && more.isEmpty
        ? try session.client.post("dms", first, "open", body: [:])["conversation"] ?? .null
        : try Conversation.open([first] + more, session)
      if case .json = session.output {
        try context.print(JSONValue.object(["conversation": conversation]).line)
      } else {
        try session.printLine(conversation.text("id"))
      }
    })
}
