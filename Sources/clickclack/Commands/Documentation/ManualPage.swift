/// Writes the manual page in the macros of man(7).
enum ManualPage {
  /// When the declarations were last revised; pages carry a date, and a build has none that is the same everywhere.
  private static let date = "2026-11-21"

  static func render(_ root: CommandDeclaration) -> String {
    var page = ".TH \(root.name.uppercased()) 1 \(date) \"\(root.name) \(VersionCommand.version)\" \"User Commands\"\n"
    page += ".SH NAME\n\(root.name) \\- \(text(String(root.summary.dropLast())))\n"
    page += ".SH SYNOPSIS\n.B \(root.name)\n.RI [ options ]\n.I command\n.RI [ subcommand ]\n.RI [ argument \" ...]\"\n"
    page += ".SH DESCRIPTION\n\(text(root.discussion))\nCommands take the settings listed under SETTINGS as options, "
    page += "besides their own.\n.SH COMMANDS\n"
    for (path, command) in root.flattened() where command.action != nil { page += section(command, path) }
    page += ".SH SETTINGS\n"
    page += "Each is an option, an environment variable, and, but for those of client commands, a key of a\n"
    page += "configuration file. Options win over the environment, and that over the file.\n"
    for section in Setting.Section.allCases {
      page += ".SS \(text(section.rawValue))\n"
      for setting in Setting.all where setting.section == section { page += entry(setting.option, isFull: true) }
    }
    page += files + ".SH EXIT STATUS\n"
    for code in ExitCode.allCases { page += ".TP\n.B \(code.rawValue)\n\(text(code.meaning))\n" }
    return page
  }

  private static func section(_ command: CommandDeclaration, _ path: [String]) -> String {
    var section = ".SS \(text(HelpText.usage(command, path: path)))\n\(text(command.summary))\n"
    if !command.aliases.isEmpty { section += "Also called \(command.aliases.joined(separator: ", ")).\n" }
    if !command.discussion.isEmpty { section += ".PP\n\(text(command.discussion))\n" }
    for positional in command.positionals {
      section += ".TP\n.I \(text(positional.name))\n\(text(positional.help))\n"
    }
    let settings = Set(Setting.all.map(\.flag))
    for option in command.options where !settings.contains(option.name) { section += entry(option, isFull: false) }
    return section
  }

  private static func entry(_ option: OptionDeclaration, isFull: Bool) -> String {
    let names = option.words.map { "\\fB\(text($0))\\fR" }.joined(separator: ", ")
    let value = option.valueName.map { " \\fI\(text($0))\\fR" } ?? ""
    var notes: [String] = []
    if let value = option.defaultText, !value.isEmpty { notes.append("default \(value)") }
    if let name = option.environment { notes.append(name) }
    let isNoted = !notes.isEmpty && (isFull || option.defaultText != nil)
    let note = isNoted ? "\n(\(text(notes.joined(separator: "; "))))" : ""
    return ".TP\n\(names)\(value)\n\(text(option.help))\(note)\n"
  }

  private static let files = """
    .SH FILES
    .TP
    .I $XDG_CONFIG_HOME/clickclack/credentials.json
    Tokens of \\fBclickclack login\\fR, one for each server; below
    .I ~/.config
    if the variable is not set. Only its owner may read it.

    """

  /// Text of the page: backslashes and hyphens as such, no line that looks like a request, one sentence to a line.
  private static func text(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("`", with: "")
    let lines = escaped.replacing(". ", with: ".\n").split(separator: "\n")
    return lines.map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : String($0) }.joined(separator: "\n")
  }
}
