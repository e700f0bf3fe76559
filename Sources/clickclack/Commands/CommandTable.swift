/// The tree of commands; the only place that lists them all.
enum CommandTable {
  static let root = CommandDeclaration(
    name: "clickclack",
    summary: "Self-hosted team chat: the server, its administration and a scriptable client.",
    discussion: "Options may stand before or after the command they belong to; '--' ends them.",
    subcommands: server + client)

  private static let server = [
    ServeCommand.declaration, MigrateCommand.declaration, ConfigCommand.declaration, HealthcheckCommand.declaration,
    VersionCommand.declaration, AdminCommand.declaration, BackupCommand.declaration, ExportCommand.declaration,
    DoctorCommand.declaration,
  ]

  private static let client = [
    WhoamiCommand.declaration,
    StatusCommand.declaration,
    CommandDeclaration(
      name: "workspaces", summary: "Workspaces.", subcommands: [WorkspacesListCommand.declaration]),
    CommandDeclaration(name: "channels", summary: "Channels.", subcommands: [ChannelsListCommand.declaration]),
    SendCommand.declaration,
    CommandDeclaration(
      name: "messages", summary: "Messages of channels.",
      subcommands: [MessagesListCommand.declaration, SendCommand.declaration]),
    CommandDeclaration(
      name: "threads", aliases: ["thread"], summary: "Threads.",
      subcommands: [ThreadsOpenCommand.declaration, ThreadsReplyCommand.declaration]),
    ThreadsReplyCommand.declaration,
    TailCommand.declaration,
    CommandDeclaration(
      name: "reactions", summary: "Reactions.", subcommands: [ReactionsCommand.add, ReactionsCommand.remove]),
    SearchCommand.declaration,
    CommandDeclaration(name: "dms", summary: "Direct conversations.", subcommands: [DMsListCommand.declaration]),
  ]

  /// The command with this path, or the nearest one above it.
  static func command(at path: [String]) -> CommandDeclaration {
    path.dropFirst().reduce(root) { command, name in command.subcommand(named: name) ?? command }
  }
}
