/// Says what a setting's value must be; whoever knows the setting puts its name before.
struct BadValue: Error, Equatable, CustomStringConvertible {
  let message: String

  /// Credentials in a URL that is quoted as wrong stay out of it: messages end in logs.
  init(_ message: String) {
    guard let value = message.ranges(of: "not '").last?.upperBound,
      let start = message[value...].firstRange(of: "://")?.upperBound, let end = message[start...].lastIndex(of: "@")
    else {
      self.message = message
      return
    }
    self.message = String(message[..<start]) + "********" + message[end...]
  }

  var description: String { message }
}
