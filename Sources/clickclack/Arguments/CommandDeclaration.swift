/// Declares one command as data: parsing, help and shell completions all read the same table.
struct CommandDeclaration: Sendable {
  /// Runs the command once its arguments are parsed.
  typealias Action = @Sendable (ParsedArguments, CommandContext) async throws -> Void

  let name: String
  var aliases: [String] = []
  /// One sentence for lists of commands.
  let summary: String
  /// Further paragraphs for the command's own help.
  var discussion = ""
  var options: [OptionDeclaration] = []
  var positionals: [PositionalDeclaration] = []
  var subcommands: [CommandDeclaration] = []
  /// Absent for a command that only groups subcommands.
  var action: Action?

  /// Every command of the table with its path, this one first.
  func flattened(path: [String] = []) -> [(path: [String], command: CommandDeclaration)] {
    let path = path + [name]
    return [(path, self)] + subcommands.flatMap { $0.flattened(path: path) }
  }

  func subcommand(named word: String) -> CommandDeclaration? {
    subcommands.first { $0.name == word || $0.aliases.contains(word) }
  }
}
