/// Matches a command line against the command table.
///
/// Options may stand anywhere before `--`, also before the subcommand they belong to. Which options take a value is
/// therefore decided by the whole table: a name means the same kind of option in every command.
struct ArgumentParser {
  /// What a command line asks for.
  enum Outcome {
    case run(CommandDeclaration, ParsedArguments)
    case help(CommandDeclaration, path: [String])
  }

  private let root: CommandDeclaration
  private let kinds: [String: OptionDeclaration]
  private var command: CommandDeclaration
  private var path: [String]
  private var options: [(declaration: OptionDeclaration, spelling: String, value: String)] = []
  private var operands: [String] = []
  private var isHelpWanted = false

  /// Parses the words after the program's name.
  static func parse(_ words: [String], root: CommandDeclaration) throws(UsageError) -> Outcome {
    var parser = ArgumentParser(root: root)
    do {
      try parser.read(words)
    } catch {
      // Help answers better than a complaint about another argument of the same line.
      let isHelpAsked = words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
      guard isHelpAsked else { throw error }
      parser.isHelpWanted = true
    }
    if parser.isHelpWanted { return .help(parser.command, path: parser.path) }
    return .run(parser.command, try parser.finish())
  }

  private init(root: CommandDeclaration) {
    self.root = root
    command = root
    path = [root.name]
    var kinds: [String: OptionDeclaration] = [:]
    for (_, command) in root.flattened() {
      for option in command.options {
        for spelling in option.spellings where kinds[spelling] == nil { kinds[spelling] = option }
      }
    }
    kinds["help"] = .help
    self.kinds = kinds
  }

  private mutating func read(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        return
      }
      if word.hasPrefix("--") {
        try readLong(word.dropFirst(2), rest: &rest)
      } else if word.hasPrefix("-"), word.count > 1, Double(word) == nil {
        try readShort(word)
      } else {
        try readOperand(word)
      }
    }
  }

  private mutating func readLong(_ text: Substring, rest: inout ArraySlice<String>) throws(UsageError) {
    let name = String(text.prefix { $0 != "=" })
    let attached = name.count < text.count ? String(text.dropFirst(name.count + 1)) : nil
    if let option = kinds[name] {
      if option.isSwitch {
        try add(option, spelling: name, value: Self.boolean(attached ?? "true", spelling: name, path: path))
      } else if let attached {
        add(option, spelling: name, value: attached)
      } else if let value = rest.first, !value.hasPrefix("--") {
        rest.removeFirst()
        add(option, spelling: name, value: value)
      } else {
        let hint = rest.first.map { "; write '--\(name)=\($0)' if '\($0)' is the value" } ?? ""
        throw UsageError("missing value for '--\(name) <\(option.valueName ?? "value")>'\(hint)", path: path)
      }
    } else if name.hasPrefix("no-"), let option = kinds[String(name.dropFirst(3))], option.isSwitch {
      guard attached == nil else { throw UsageError("'--\(name)' takes no value", path: path) }
      add(option, spelling: name, value: "false")
    } else {
      throw unknownOption(name)
    }
  }

  private mutating func readShort(_ word: String) throws(UsageError) {
    let declared = kinds.values.first { $0.short.map { "-\($0)" } == word && $0.isSwitch }
    guard let option = declared else { throw UsageError("unknown option '\(word)'", path: path) }
    add(option, spelling: option.name, value: "true")
  }

  private mutating func readOperand(_ word: String) throws(UsageError) {
    guard operands.isEmpty, !command.subcommands.isEmpty else {
      operands.append(word)
      return
    }
    if let found = command.subcommand(named: word) {
      command = found
      path.append(found.name)
    } else if command.name == root.name, word == "help" {
      isHelpWanted = true
    } else if command.positionals.isEmpty {
      let names = command.subcommands.flatMap { [$0.name] + $0.aliases }
      throw UsageError(
        "unknown command '\((path.dropFirst() + [word]).joined(separator: " "))'"
          + Suggestion.text(for: word, among: names), path: path)
    } else {
      operands.append(word)
    }
  }

  private mutating func add(_ option: OptionDeclaration, spelling: String, value: String) {
    if option.name == OptionDeclaration.help.name {
      isHelpWanted = value == "true"
    } else {
      options.append((option, spelling, value))
    }
  }

  private func finish() throws(UsageError) -> ParsedArguments {
    guard command.action != nil else {
      let names = command.subcommands.map(\.name).joined(separator: ", ")
      throw UsageError("missing command after '\(path.joined(separator: " "))': one of \(names)", path: path)
    }
    var parsed = ParsedArguments(path: path)
    for (option, spelling, value) in options {
      let bare = spelling.hasPrefix("no-") ? String(spelling.dropFirst(3)) : spelling
      guard let own = command.options.first(where: { $0.spellings.contains(spelling) || $0.spellings.contains(bare) })
      else { throw unknownOption(spelling) }
      guard own.isSwitch == option.isSwitch else { throw unknownOption(spelling) }
      parsed.add(value, option: own.name)
    }
    for option in command.options where option.isRequired && parsed.string(option.name) == nil {
      throw UsageError("missing option '--\(option.name) <\(option.valueName ?? "value")>'", path: path)
    }
    try assignOperands(to: &parsed)
    return parsed
  }

  private func assignOperands(to parsed: inout ParsedArguments) throws(UsageError) {
    var rest = operands[...]
    for positional in command.positionals {
      switch positional.count {
      case .one:
        guard let word = rest.popFirst() else {
          throw UsageError("missing argument '<\(positional.name)>'", path: path)
        }
        parsed.add(word, positional: positional.name)
      case .optional:
        if let word = rest.popFirst() { parsed.add(word, positional: positional.name) }
      case .any:
        while let word = rest.popFirst() { parsed.add(word, positional: positional.name) }
      }
    }
    if let extra = rest.first { throw UsageError("unexpected argument '\(extra)'", path: path) }
  }

  private func unknownOption(_ spelling: String) -> UsageError {
    let candidates = command.action == nil ? Array(kinds.keys) : command.options.flatMap(\.spellings) + ["help"]
    return UsageError(
      "unknown option '--\(spelling)' for '\(path.joined(separator: " "))'"
        + Suggestion.text(for: spelling, among: candidates.sorted(), prefix: "--"), path: path)
  }

  private static func boolean(_ text: String, spelling: String, path: [String]) throws(UsageError) -> String {
    guard let value = BooleanText.parse(text) else {
      throw UsageError("'--\(spelling)' is true or false, not '\(text)'", path: path)
    }
    return value ? "true" : "false"
  }
}
