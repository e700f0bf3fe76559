/// `clickclack dms hide`: takes a direct conversation off the caller's list.
enum DMsHideCommand {
  static let declaration = CommandDeclaration(
    name: "hide", summary: "Take a direct conversation off your list until somebody posts in it.",
    options: SettingOptions.client.declarations, positionals: [Conversation.positional],
    action: { arguments, context in
      let name = try arguments.requiredPositional("conversation")
      let session = try ClientSession(arguments, context)
      let conversation = try Conversation.id(name, session)
      let answer = try session.client.delete("dms", conversation)
      if case .json = session.output {
        try context.print(answer.line)
      } else {
        try session.printLine("hidden \(conversation)")
      }
    })
}
