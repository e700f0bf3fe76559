/// Ends a command with a message on standard error.
struct CommandFailure: Error, CustomStringConvertible {
  let message: String
  let exitCode: ExitCode

  init(_ message: String, exitCode: ExitCode = .failure) {
    self.message = message
    self.exitCode = exitCode
  }

  /// Whether the same may succeed later: the server could not be reached or has trouble of its own.
  var isTransient: Bool { exitCode == .unreachable || exitCode == .tryLater }

  var description: String { message }
}
