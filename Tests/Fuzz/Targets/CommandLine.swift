@testable import clickclack

/// Command lines: a usage error has words, and what is accepted fits the declaration. Words are lines.
func fuzzCommandLine(_ bytes: [UInt8]) {
  let words = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 30, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  do throws(UsageError) {
    switch try ArgumentParser.parse(words, root: root) {
    case .help(_, let path): invariant(path.first == "clickclack", "help without a command")
    case .run(let command, let arguments):
      invariant(command.action != nil && arguments.path.first == "clickclack", "a command that does nothing")
      for (name, values) in arguments.options {
        let option = command.options.first { $0.name == name }
        invariant(option != nil && !values.isEmpty, "an unknown option: \(name)")
        if option?.isSwitch == true { invariant(values.allSatisfy { $0 == "true" || $0 == "false" }, "a switch") }
      }
      invariant(
        arguments.positionals.keys.allSatisfy { key in command.positionals.contains { $0.name == key } }, "more")
      _ = outcome { () throws(UsageError) in try arguments.integer("limit", in: 1...10) }
      _ = outcome { () throws(UsageError) in try arguments.duration("wait") }
    }
  } catch {
    invariant(!error.message.isEmpty && error.path.first == "clickclack", "no words")
  }
}

private let root = CommandDeclaration(
  name: "clickclack", summary: "s",
  options: [OptionDeclaration(name: "verbose", short: "v", help: "h")],
  subcommands: [
    CommandDeclaration(
      name: "send", aliases: ["s"], summary: "s",
      options: [
        OptionDeclaration(name: "limit", short: "l", valueName: "n", help: "h"),
        OptionDeclaration(name: "wait", aliases: ["w"], valueName: "duration", help: "h", isRepeated: true),
        OptionDeclaration(name: "dry-run", help: "h"),
      ],
      positionals: [
        PositionalDeclaration(name: "channel", help: "h"), PositionalDeclaration(name: "words", help: "h", count: .any),
      ], action: { _, _ in }),
    CommandDeclaration(
      name: "admin", summary: "s",
      subcommands: [
        CommandDeclaration(
          name: "list", summary: "s",
          options: [OptionDeclaration(name: "limit", valueName: "n", help: "h", isRequired: true)], action: { _, _ in })
      ]),
  ])
