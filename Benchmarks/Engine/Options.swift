import Runtime

/// The command line of the engine.
struct Options: Sendable {
  /// What is wrong with a command line.
  struct UsageError: Error, CustomStringConvertible {
    let description: String
  }

  static let help = """
    OVERVIEW: Broadcasts the WebSocket messages that arrive at /pub to every socket at /sub.

    USAGE: FanoutEngine [--addr <host:port>] [--loops <n>]

    OPTIONS:
      --addr <host:port>     Where to listen. (default: 127.0.0.1:7700)
      --loops <n>            Event loops, 1 to 64. (default: 1)
      -h, --help             Show help information.
    """

  private static let loopsMax = 64

  var address = "127.0.0.1:7700"
  var loops = 1

  /// Reads the words of a command line; nil asks for the help.
  init?(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "-h" || word == "--help" { return nil }
      guard word == "--addr" || word == "--loops" else { throw UsageError(description: "Unknown option '\(word)'") }
      guard let value = rest.popFirst() else { throw UsageError(description: "Missing value for '\(word)'") }
      if word == "--addr" {
        address = value
      } else {
        guard let count = Int(value), (1...Self.loopsMax).contains(count) else {
          throw UsageError(description: "The value '\(value)' is invalid for '--loops'")
        }
        loops = count
      }
    }
  }
}
