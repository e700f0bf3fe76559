/// `clickclack dms send`: posts in a direct conversation.
enum DMsSendCommand {
  static let declaration = CommandDeclaration(
    name: "send", summary: "Post in a direct conversation.",
    options: SettingOptions.client.declarations + [.plain] + MessageBody.options + [SendCommand.quote],
    positionals: [Conversation.positional, MessageBody.words],
    action: { arguments, context in
      let name = try arguments.requiredPositional("conversation")
      let session = try ClientSession(arguments, context)
      let body = try SendCommand.body(arguments, context)
      let conversation = try Conversation.id(name, session)
      let answer = try session.client.post("dms", conversation, "messages", body: body)
      try session.printSent(answer, to: "in \(conversation)")
    })
}
