import SeededRandom
import Testing

@testable import clickclack

@Suite struct ArgumentParserTests {
  private let root = CommandDeclaration(
    name: "tool", summary: "A tool.",
    subcommands: [
      CommandDeclaration(
        name: "admin", summary: "Administration.",
        subcommands: [
          CommandDeclaration(
            name: "user", summary: "Users.",
            subcommands: [
              CommandDeclaration(
                name: "create", aliases: ["add"], summary: "Make a user.",
                options: [
                  OptionDeclaration(name: "name", valueName: "text", help: "Name.", isRequired: true),
                  OptionDeclaration(name: "tag", valueName: "text", help: "Tag.", isRepeated: true),
                ], action: { _, _ in })
            ])
        ]),
      CommandDeclaration(
        name: "send", summary: "Send words.",
        options: [
          OptionDeclaration(name: "plain", help: "Plain."),
          OptionDeclaration(name: "user-id", aliases: ["user"], valueName: "id", help: "User."),
          OptionDeclaration(name: "limit", valueName: "int", help: "Limit."),
        ],
        positionals: [PositionalDeclaration(name: "words", help: "Words.", count: .any)], action: { _, _ in }),
      CommandDeclaration(
        name: "open", summary: "Open one.",
        positionals: [
          PositionalDeclaration(name: "message", help: "Message."),
          PositionalDeclaration(name: "mode", help: "Mode.", count: .optional),
        ], action: { _, _ in }),
      CommandDeclaration(
        name: "migrate", summary: "Migrate.",
        subcommands: [CommandDeclaration(name: "up", summary: "Up.", action: { _, _ in })], action: { _, _ in }),
    ])

  private func parse(_ words: String...) throws -> ParsedArguments {
    guard case .run(_, let arguments) = try ArgumentParser.parse(words, root: root) else {
      Issue.record("expected a command")
      return ParsedArguments(path: [])
    }
    return arguments
  }

  private func message(_ words: String...) -> String {
    do {
      _ = try ArgumentParser.parse(words, root: root)
      return "no error"
    } catch {
      return error.message
    }
  }

  @Test func nestedCommandsAndAliases() throws {
    let arguments = try parse("admin", "user", "add", "--name", "Ari", "--tag=a", "--tag", "b=c", "--tag=")
    #expect(arguments.path == ["tool", "admin", "user", "create"])
    #expect(arguments.string("name") == "Ari")
    #expect(arguments.strings("tag") == ["a", "b=c", ""])
  }

  @Test func optionsStandAnywhere() throws {
    for words in [
      ["--user", "u", "send", "--plain", "a", "b"], ["send", "a", "--user=u", "b", "--plain"],
      ["--plain", "--user-id", "u", "send", "a", "b"], ["send", "--plain=true", "a", "b", "--user-id=u"],
    ] {
      guard case .run(_, let arguments) = try ArgumentParser.parse(words, root: root) else { continue }
      #expect(arguments.string("user-id") == "u", "\(words)")
      #expect(arguments.isOn("plain"), "\(words)")
      #expect(arguments.positionals["words"] == ["a", "b"], "\(words)")
    }
  }

  @Test func switches() throws {
    #expect(try !parse("send").isOn("plain"))
    #expect(try !parse("send", "--plain=false").isOn("plain"))
    #expect(try !parse("send", "--plain", "--no-plain").isOn("plain"))
    #expect(try parse("send", "--no-plain", "--plain=yes").isOn("plain"))
    #expect(message("send", "--plain=maybe").contains("'--plain' is true or false, not 'maybe'"))
    #expect(message("send", "--no-plain=true").contains("'--no-plain' takes no value"))
  }

  @Test func theTerminatorEndsOptions() throws {
    #expect(try parse("send", "--", "--plain", "--", "-x").positionals["words"] == ["--plain", "--", "-x"])
    #expect(try parse("send", "-", "-5").positionals["words"] == ["-", "-5"])
  }

  @Test func theLastValueWins() throws {
    #expect(try parse("send", "--user", "a", "--user-id", "b").string("user-id") == "b")
  }

  @Test func integersAreChecked() throws {
    #expect(try parse("send", "--limit", "7").integer("limit", in: 1...9) == 7)
    #expect(try parse("send").integer("limit", in: 1...9) == nil)
    for bad in ["0", "10", "x", "", "1.5", "-1"] {
      let arguments = try parse("send", "--limit=\(bad)")
      #expect(throws: UsageError.self) { try arguments.integer("limit", in: 1...9) }
    }
  }

  @Test func errorsNameTheArgument() {
    #expect(message("sned") == "unknown command 'sned'; did you mean 'send'?")
    #expect(message("admin", "usr") == "unknown command 'admin usr'; did you mean 'user'?")
    #expect(message("admin", "user") == "missing command after 'tool admin user': one of create")
    #expect(message() == "missing command after 'tool': one of admin, send, open, migrate")
    #expect(message("send", "--plian") == "unknown option '--plian' for 'tool send'; did you mean '--plain'?")
    #expect(message("open", "m", "--limit", "3") == "unknown option '--limit' for 'tool open'")
    #expect(message("send", "-x") == "unknown option '-x'")
    #expect(message("send", "--limit") == "missing value for '--limit <int>'")
    #expect(
      message("send", "--user", "--plain")
        == "missing value for '--user <id>'; write '--user=--plain' if '--plain' is the value")
    #expect(message("admin", "user", "create") == "missing option '--name <text>'")
    #expect(message("open") == "missing argument '<message>'")
    #expect(message("open", "a", "b", "c") == "unexpected argument 'c'")
    #expect(message("migrate", "down") == "unknown command 'migrate down'")
  }

  @Test func aCommandMayRunOrGroup() throws {
    #expect(try parse("migrate").path == ["tool", "migrate"])
    #expect(try parse("migrate", "up").path == ["tool", "migrate", "up"])
  }

  @Test func helpWinsOverErrors() throws {
    for words in [
      ["help", "send"], ["send", "--help"], ["send", "-h"], ["send", "--bogus", "--help"], ["--help", "send"],
      ["send", "--limit", "--help"],
    ] {
      guard case .help(let command, _) = try ArgumentParser.parse(words, root: root) else {
        Issue.record("\(words) is no help")
        continue
      }
      #expect(command.name == "send", "\(words)")
    }
    #expect(message("send", "--bogus", "--", "--help").contains("--bogus"))
  }

  @Test func helpListsEverything() {
    let text = HelpText.render(root.subcommands[1], path: ["tool", "send"])
    #expect(
      text == """
        OVERVIEW: Send words.

        USAGE: tool send [<options>] [<words> ...]

        ARGUMENTS:
          <words>                 Words.

        OPTIONS:
          --plain                 Plain.
          --user-id, --user <id>  User.
          --limit <int>           Limit.
          -h, --help              Show help information.

        """)
  }

  @Test func distances() {
    #expect(Suggestion.distance("kitten", "sitting") == 3)
    #expect(Suggestion.distance("abcd", "abdc") == 1)
    #expect(Suggestion.distance("", "abc") == 3)
    #expect(Suggestion.closest(to: "zzzzzz", among: ["send", "open"]) == nil)
    #expect(Suggestion.closest(to: "send", among: []) == nil)
  }

  @Test func anyWordsEitherParseOrFail() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    let words = [
      "send", "open", "admin", "user", "create", "--name", "--name=x", "--plain", "--no-plain", "--", "-h", "help", "-",
      "--=", "--no-", "-1", "", "=", "--user", "👍", "migrate", "up",
    ]
    var parsed = 0
    for _ in 0..<3000 {
      let line = (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random)! }
      if case .success(.run(_, let arguments)) = Result(catching: { () throws(UsageError) in
        try ArgumentParser.parse(line, root: root)
      }) {
        parsed += 1
        #expect(arguments.path.first == "tool", "seed \(seed): \(line)")
      }
    }
    #expect(parsed > 0, "seed \(seed)")
  }
}
