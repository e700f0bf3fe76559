/// Renders the help of a command in the layout of swift-argument-parser.
enum HelpText {
  private static let columnsMax = 80
  private static let labelColumns = 26

  static func render(_ command: CommandDeclaration, path: [String]) -> String {
    var text = "OVERVIEW: \(command.summary)\n"
    if !command.discussion.isEmpty { text += "\n\(wrap(command.discussion, indent: 0))\n" }
    text += "\nUSAGE: \(usage(command, path: path))\n"
    if !command.positionals.isEmpty {
      text += "\nARGUMENTS:\n"
      for positional in command.positionals { text += row("<\(positional.name)>", positional.help) }
    }
    text += "\nOPTIONS:\n"
    for option in command.options + [.help] { text += row(label(option), details(option)) }
    if !command.subcommands.isEmpty {
      text += "\nSUBCOMMANDS:\n"
      for subcommand in command.subcommands {
        text += row(([subcommand.name] + subcommand.aliases).joined(separator: ", "), subcommand.summary)
      }
      let words = ([path[0], "help"] + path.dropFirst() + ["<subcommand>"]).joined(separator: " ")
      text += "\n  See '\(words)' for detailed help.\n"
    }
    return text
  }

  static func usage(_ command: CommandDeclaration, path: [String]) -> String {
    var words = path
    words += command.options.filter(\.isRequired).map { "--\($0.name) <\($0.valueName ?? "value")>" }
    if command.options.contains(where: { !$0.isRequired }) { words.append("[<options>]") }
    words += command.positionals.map(\.usage)
    if !command.subcommands.isEmpty { words.append(command.action == nil ? "<subcommand>" : "[<subcommand>]") }
    return words.joined(separator: " ")
  }

  private static func label(_ option: OptionDeclaration) -> String {
    var spellings = option.spellings.map { "--\($0)" }
    if let short = option.short { spellings.insert("-\(short)", at: 0) }
    return spellings.joined(separator: ", ") + (option.valueName.map { " <\($0)>" } ?? "")
  }

  private static func details(_ option: OptionDeclaration) -> String {
    var notes: [String] = []
    if let text = option.defaultText, !text.isEmpty { notes.append("default: \(text)") }
    if let name = option.environment { notes.append("env: \(name)") }
    return notes.isEmpty ? option.help : "\(option.help) (\(notes.joined(separator: "; ")))"
  }

  private static func row(_ label: String, _ help: String) -> String {
    let wrapped = wrap(help, indent: labelColumns)
    guard label.count + 4 <= labelColumns else { return "  \(label)\n\(wrapped)\n" }
    let padding = String(repeating: " ", count: labelColumns - label.count - 2)
    return "  \(label)\(padding)\(wrapped.drop { $0 == " " })\n"
  }

  private static func wrap(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    let paragraphs = text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(separator: " ") {
        if !line.isEmpty, indent + line.count + 1 + word.count > columnsMax {
          lines.append(margin + line)
          line = ""
        }
        line += line.isEmpty ? String(word) : " \(word)"
      }
      lines.append(line.isEmpty ? "" : margin + line)
      return lines.joined(separator: "\n")
    }
    return paragraphs.joined(separator: "\n")
  }
}
