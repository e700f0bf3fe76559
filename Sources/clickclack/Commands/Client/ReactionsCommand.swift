import Storage

/// `clickclack reactions add` and `remove`: put an emoji on a message or take it back.
enum ReactionsCommand {
  static let add = CommandDeclaration(
    name: "add", summary: "Put a reaction on a message.", options: SettingOptions.client.declarations,
    positionals: positionals,
    action: { arguments, context in
      let emoji = try arguments.requiredPositional("emoji")
      try run(arguments, context, done: "reaction added to") { client, message throws(CommandFailure) in
        try client.post("messages", message, "reactions", body: ["emoji": .string(emoji)])
      }
    })

  static let remove = CommandDeclaration(
    name: "remove", summary: "Take your reaction back.", options: SettingOptions.client.declarations,
    positionals: positionals,
    action: { arguments, context in
      let emoji = try arguments.requiredPositional("emoji")
      try run(arguments, context, done: "reaction removed from") { client, message throws(CommandFailure) in
        try client.delete("messages", message, "reactions", emoji)
      }
    })

  private static let positionals = [
    PositionalDeclaration(name: "message-id", help: "The message."),
    PositionalDeclaration(name: "emoji", help: "The emoji, or a word such as 'ok'."),
  ]

  private static func run(
    _ arguments: ParsedArguments, _ context: CommandContext, done: String,
    _ request: (APIClient, String) throws(CommandFailure) -> JSONValue
  ) throws {
    let message = try arguments.requiredPositional("message-id")
    let session = try ClientSession(arguments, context)
    let answer = try request(session.client, message)
    if case .json = session.output {
      try context.print(answer.line)
    } else {
      try session.printLine("\(done) \(message)")
    }
  }
}
