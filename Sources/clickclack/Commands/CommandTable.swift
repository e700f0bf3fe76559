/// The tree of commands; the only place that lists them all.
enum CommandTable {
  static let root = CommandDeclaration(
    name: "clickclack",
    summary: "Self-hosted team chat: the server, its administration and a scriptable client.",
    discussion: "Options may stand before or after the command they belong to; '--' ends them.",
    subcommands: [
      ServeCommand.declaration, MigrateCommand.declaration, ConfigCommand.declaration, HealthcheckCommand.declaration,
      VersionCommand.declaration, AdminCommand.declaration, BackupCommand.declaration,
    ])

  /// The command with this path, or the nearest one above it.
  static func command(at path: [String]) -> CommandDeclaration {
    path.dropFirst().reduce(root) { command, name in command.subcommand(named: name) ?? command }
  }
}
