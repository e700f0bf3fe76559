/// Ends a command with a message on standard error.
struct CommandFailure: Error, CustomStringConvertible {
  let message: String
  var exitCode: Int32 = 1

  init(_ message: String, exitCode: Int32 = 1) {
    self.message = message
    self.exitCode = exitCode
  }

  var description: String { message }
}
