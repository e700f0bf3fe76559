/// Says what is wrong with a command line, naming the argument; ends the process with `exitCode`.
struct UsageError: Error, Equatable, CustomStringConvertible {
  static let exitCode = ExitCode.usage

  let message: String
  /// The command whose usage helps, for instance `["clickclack", "serve"]`.
  var path: [String] = ["clickclack"]

  init(_ message: String, path: [String] = ["clickclack"]) {
    self.message = message
    self.path = path
  }

  var description: String { message }
}
