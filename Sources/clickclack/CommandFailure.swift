/// Ends a command with a message on standard error.
struct CommandFailure: Error, CustomStringConvertible {
  let message: String
  var exitCode: Int32 = 1
  /// Whether the same may succeed later: the server could not be reached or has trouble of its own.
  var isTransient = false

  init(_ message: String, exitCode: Int32 = 1, isTransient: Bool = false) {
    self.message = message
    self.exitCode = exitCode
    self.isTransient = isTransient
  }

  var description: String { message }
}
