/// `clickclack threads reply`, also `clickclack reply`: posts a reply in a message's thread.
enum ThreadsReplyCommand {
  static let declaration = CommandDeclaration(
    name: "reply", summary: "Reply in the thread of a message.",
    options: SettingOptions.client.declarations + [.plain] + MessageBody.options,
    positionals: [
      PositionalDeclaration(name: "message-id", help: "The message that the thread hangs on."), MessageBody.words,
    ],
    action: { arguments, context in
      let root = try arguments.requiredPositional("message-id")
      let session = try ClientSession(arguments, context)
      let body = try MessageBody.fields(arguments, context)
      let answer = try session.client.post("messages", root, "thread", "replies", body: body)
      try session.printSent(answer, to: "in thread \(root)")
    })
}
