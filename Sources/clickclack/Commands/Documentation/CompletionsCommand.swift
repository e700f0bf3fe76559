/// `clickclack completions`: prints a script that makes a shell complete command lines.
enum CompletionsCommand {
  /// A shell that there is a script for.
  enum Shell: String, CaseIterable {
    case bash, zsh, fish

    func script(for root: CommandDeclaration) -> String {
      let tree = CompletionTree(root)
      return switch self {
      case .bash: BashCompletion.script(for: tree)
      case .zsh: ZshCompletion.script(for: tree)
      case .fish: FishCompletion.script(for: tree)
      }
    }
  }

  static let declaration = CommandDeclaration(
    name: "completions", summary: "Print a script with which your shell completes command lines.",
    discussion: "In bash: source <(clickclack completions bash). In zsh: clickclack completions zsh > _clickclack, in "
      + "a directory of fpath. In fish: clickclack completions fish | source.",
    positionals: [
      PositionalDeclaration(
        name: "shell", help: "One of \(Shell.allCases.map(\.rawValue).joined(separator: ", ")).",
        values: .words(Shell.allCases.map(\.rawValue)))
    ],
    action: { arguments, context in
      let name = try arguments.requiredPositional("shell")
      guard let shell = Shell(rawValue: name) else {
        let names = Shell.allCases.map(\.rawValue)
        throw UsageError(
          "there is no script for '\(name)', but for \(names.joined(separator: ", "))"
            + Suggestion.text(for: name, among: names),
          path: arguments.path)
      }
      try context.print(shell.script(for: CommandTable.root))
    })
}
