/// `clickclack tail`: prints a channel's messages as they are posted.
enum TailCommand {
  static let declaration = CommandDeclaration(
    name: "tail", summary: "Print the channel's last messages and then new ones as they come.",
    discussion: "A lost connection is resumed where it broke: every message is printed once and in order. Lines are "
      + "those of 'messages list'; with --json every line is a message.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(name: "lines", valueName: "int", help: "How many old messages, up to 200.", defaultText: "10"),
      OptionDeclaration(name: "count", valueName: "int", help: "Exit after so many new messages."),
    ],
    action: { arguments, context in
      let lines = try arguments.integer("lines", in: 0...200) ?? 10
      let count = try arguments.integer("count", in: 1...Int.max)
      let session = try ClientSession(arguments, context)
      let (workspace, channel) = try session.channel()
      var tail = ChannelTail(
        session: session, workspaceID: workspace.text("id"), channelID: channel.text("id"), countMax: count)
      try await tail.run(lines: lines)
    })
}
