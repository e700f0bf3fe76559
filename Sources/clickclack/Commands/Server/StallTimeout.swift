/// How long a command that holds the state of one instant may get no further.
enum StallTimeout {
  private static let standardSeconds: Int64 = 300

  /// The option.
  static let option = OptionDeclaration(
    name: "stall-timeout", valueName: "duration",
    help:
      "Kill this command when it gets no further for so long, stopped or not: the server's log grows while it reads.",
    defaultText: DurationText.text(.seconds(standardSeconds)))

  /// What was asked for, in seconds.
  /// - Throws: `UsageError`.
  static func seconds(_ arguments: ParsedArguments) throws(UsageError) -> Int64 {
    try arguments.duration("stall-timeout")?.components.seconds ?? standardSeconds
  }
}
