import Storage

/// `clickclack admin jobs`: the queue of background jobs, also while the server runs.
enum AdminJobsCommand {
  static let declaration = CommandDeclaration(
    name: "jobs", summary: "Background jobs.", subcommands: [list, retry, discard])

  private static let list = CommandDeclaration(
    name: "list", summary: "Print jobs, the newest first: id, state, attempts, time, kind, last error.",
    discussion: "Without '--state', all but the finished ones.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(
        name: "state", valueName: "state", help: Job.State.allCases.map(\.rawValue).joined(separator: ", ") + "."),
      OptionDeclaration(
        name: "limit", valueName: "int", help: "How many, up to \(Jobs.listMax).", defaultText: "\(Jobs.listMax)"),
      .json, .plain,
    ],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let limit = try arguments.integer("limit", in: 1...Jobs.listMax) ?? Jobs.listMax
      let state = try arguments.string("state").map { text throws(UsageError) in
        guard let state = Job.State(rawValue: text) else {
          throw UsageError("'\(text)' is no state of jobs", path: arguments.path)
        }
        return state
      }
      let jobs = try database.read { try Jobs.list(in: state, limit: limit, $0) }
      if arguments.isOn("json") {
        var json = JSONWriter()
        json.object { $0.field("jobs", jobs) }
        return try context.print(String(decoding: json.bytes, as: UTF8.self) + "\n")
      }
      for job in jobs {
        try context.print(arguments.isOn("plain") ? "\(job.id)\n" : line(job, context))
      }
    })

  private static let retry = CommandDeclaration(
    name: "retry", aliases: ["run-now"], summary: "Run a job now that waits or was discarded.",
    options: SettingOptions.data.declarations, positionals: [job],
    action: { arguments, context in
      try change(arguments, context) { try Jobs.retry($0, $1) }
    })

  private static let discard = CommandDeclaration(
    name: "discard", summary: "Give up a job that waits.",
    options: SettingOptions.data.declarations, positionals: [job],
    action: { arguments, context in
      try change(arguments, context) { try Jobs.discard($0, $1) }
    })

  private static let job = PositionalDeclaration(name: "job-id", help: "The job.")

  private static func change(
    _ arguments: ParsedArguments, _ context: CommandContext, _ body: (JobID, Transaction) throws -> Job
  ) throws {
    let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
    let id = try arguments.requiredPositional("job-id")
    try context.print(line(try database.write { try body(id, $0) }, context))
  }

  private static func line(_ job: Job, _ context: CommandContext) -> String {
    let attempts = "\(job.attempts)/\(job.maxAttempts)"
    let fields = [job.id, job.state.rawValue, attempts, job.runAt, job.kind.name, job.lastError]
    return fields.map { context.displayed(oneLine($0)) }.joined(separator: "\t") + "\n"
  }

  /// Errors may have several lines and columns of their own.
  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }
}
