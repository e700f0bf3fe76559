import Storage

/// The text of a message to send, from whichever source the arguments name.
enum MessageBody {
  /// The server accepts far less; this only bounds what is read.
  static let bytesMax = 1024 * 1024

  static let options = [
    OptionDeclaration(name: "body", valueName: "text", help: "Text of the message."),
    OptionDeclaration(name: "file", valueName: "path", help: "File that holds the text.", values: .files),
    OptionDeclaration(name: "stdin", help: "Read the text from standard input."),
    OptionDeclaration(
      name: "nonce", valueName: "text", help: "Makes sending repeatable: the server keeps one message per nonce."),
  ]

  static let words = PositionalDeclaration(name: "words", help: "The text, word by word.", count: .any)

  /// - Throws: `UsageError` unless exactly one source is named and it holds something; `CommandFailure` if it cannot be
  ///   read.
  static func read(_ arguments: ParsedArguments, _ context: CommandContext) throws -> String {
    let words = arguments.positionals["words"] ?? []
    let sources = [
      arguments.string("body") != nil, arguments.string("file") != nil, arguments.isOn("stdin"), !words.isEmpty,
    ]
    guard sources.count(where: { $0 }) == 1 else {
      throw UsageError("give the text by one of '--body', '--file', '--stdin' or words", path: arguments.path)
    }
    let text: String
    if let body = arguments.string("body") {
      text = body
    } else if let path = arguments.string("file") {
      text = try decode(FileReading.contents(ofFile: path, bytesMax: bytesMax), name: path)
    } else if words.isEmpty {
      text = try decode(context.readInput(bytesMax), name: "standard input")
    } else {
      text = words.joined(separator: " ")
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw UsageError("the text of the message is empty", path: arguments.path)
    }
    return text
  }

  /// The fields that every kind of message has.
  static func fields(_ arguments: ParsedArguments, _ context: CommandContext) throws -> [String: JSONValue] {
    var fields: [String: JSONValue] = ["body": .string(try read(arguments, context))]
    if let nonce = arguments.string("nonce") { fields["nonce"] = .string(nonce) }
    return fields
  }

  private static func decode(_ bytes: [UInt8], name: String) throws(CommandFailure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("\(name) is not UTF-8 text")
    }
    return text
  }
}
