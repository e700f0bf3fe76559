/// The tree of commands; the only place that lists them all.
enum CommandTable {
  static let root: CommandDeclaration = CommandDeclaration(
    name: "clickclack",
    summary: "Self-hosted team chat: the server, its administration and a scriptable client.",
    discussion: "Options may stand before or after the command they belong to; '--' ends them.",
    subcommands: server + client)

  private static let server = [
    ServeCommand.declaration, MigrateCommand.declaration, ConfigCommand.declaration, HealthcheckCommand.declaration,
    VersionCommand.declaration, AdminCommand.declaration, BackupCommand.declaration, ExportCommand.declaration,
    DoctorCommand.declaration,
  ]

  static let client: [CommandDeclaration] = [
    LoginCommand.declaration,
    LogoutCommand.declaration,
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
      subcommands: [
        ThreadsListCommand.declaration, ThreadsOpenCommand.declaration, ThreadsReplyCommand.declaration,
      ]),
    ThreadsReplyCommand.declaration,
    TailCommand.declaration,
    CommandDeclaration(
      name: "reactions", summary: "Reactions.",
      subcommands: [ReactionsCommand.add, ReactionsCommand.remove, ReactionsListCommand.declaration]),
    SearchCommand.declaration,
    UploadCommand.declaration,
    CommandDeclaration(
      name: "dms", summary: "Direct conversations.",
      subcommands: [
        DMsListCommand.declaration, DMsOpenCommand.declaration, DMsSendCommand.declaration, DMsReadCommand.declaration,
        DMsHideCommand.declaration,
      ]),
    CompletionsCommand.declaration,
    ManualCommand.declaration,
  ]

  /// The command with this path, or the nearest one above it.
  static func command(at path: [String]) -> CommandDeclaration {
    path.dropFirst().reduce(root) { command, name in command.subcommand(named: name) ?? command }
  }
}
