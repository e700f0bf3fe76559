import Storage

/// `clickclack admin events prune`: shortens the event log; clients that were away longer start afresh.
enum AdminEventsPruneCommand {
  /// Events that one transaction deletes: a running server's writes wait no longer than that takes.
  private static let batch = 1_000

  static let declaration = CommandDeclaration(
    name: "prune", summary: "Delete old events and print how many.",
    discussion: "Events are only the log from which clients catch up: messages stay. A client whose cursor is gone "
      + "is told to start afresh.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(
        name: "older-than", valueName: "duration", help: "Delete events older than this, such as '30d'.",
        isRequired: true)
    ],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      guard let age = try arguments.duration("older-than") else { return }
      let moment = Timestamp.now().adding(seconds: -age.components.seconds)
      var total = 0
      while true {
        let count = try database.write { try Events.prune(before: moment, limit: batch, $0) }
        total += count
        if count < batch { break }
      }
      try context.print("\(total)\n")
    })
}
