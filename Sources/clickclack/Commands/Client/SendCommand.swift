/// `clickclack send`: posts a message to a channel.
enum SendCommand {
  static let declaration = CommandDeclaration(
    name: "send", summary: "Post a message to the channel.",
    options: SettingOptions.client.declarations + [.plain] + MessageBody.options + [
      OptionDeclaration(name: "reply-to", valueName: "message-id", help: "Quote this message.")
    ],
    positionals: [MessageBody.words],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      var body = try MessageBody.fields(arguments, context)
      if let quoted = arguments.string("reply-to") { body["quoted_message_id"] = .string(quoted) }
      let (_, channel) = try session.channel()
      let answer = try session.client.post("channels", channel.text("id"), "messages", body: body)
      let id = answer["message"]?.text("id") ?? ""
      switch session.output {
      case .json: try context.print(answer.line)
      case .identifiers: try session.printLine(id)
      case .people: try session.printLine("sent \(id) to #\(channel.text("name"))")
      }
    })
}
