import Storage

/// `clickclack send`: posts a message to a channel.
enum SendCommand {
  static let quote = OptionDeclaration(name: "reply-to", valueName: "message-id", help: "Quote this message.")

  static let declaration = CommandDeclaration(
    name: "send", summary: "Post a message to the channel.",
    options: SettingOptions.client.declarations + [.plain] + MessageBody.options + [quote],
    positionals: [MessageBody.words],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let body = try body(arguments, context)
      let (_, channel) = try session.channel()
      let answer = try session.client.post("channels", channel.text("id"), "messages", body: body)
      try session.printSent(answer, to: "to #\(channel.text("name"))")
    })

  /// The fields of a message that is no reply.
  static func body(_ arguments: ParsedArguments, _ context: CommandContext) throws -> [String: JSONValue] {
    var body = try MessageBody.fields(arguments, context)
    if let quoted = arguments.string(quote.name) { body["quoted_message_id"] = .string(quoted) }
    return body
  }
}
