/// How a process ends. Numbers from 64 on are those of sysexits.h, from 128 on those that shells give for signals.
enum ExitCode: Int32, CaseIterable, Sendable {
  case success = 0
  case failure = 1
  case usage = 64
  case refused = 65
  case notFound = 66
  case unreachable = 69
  case tryLater = 75
  case notUnderstood = 76
  case notPermitted = 77
  case interrupted = 130
  case brokenPipe = 141

  /// For the manual and docs/cli.md.
  var meaning: String {
    switch self {
    case .success: "Done."
    case .failure: "Failed for a reason that has no number of its own."
    case .usage: "The command line or a setting is wrong; nothing was done."
    case .refused: "The server refuses the request as it is, for instance a conflict or a text that is too long."
    case .notFound: "There is no such file, workspace, channel, conversation or message, or not for you."
    case .unreachable: "No answer from the server; the connection failed or was lost."
    case .tryLater: "The server has trouble of its own or asks to slow down; the same may succeed later."
    case .notUnderstood: "What answered is not a ClickClack server."
    case .notPermitted: "Not signed in, or not allowed."
    case .interrupted: "Stopped at the terminal while a password was asked for."
    case .brokenPipe: "Whoever read the output has left, for instance `head`."
    }
  }

  /// What a status code (RFC 9110 section 15) other than success means for a script.
  init(status: Int) {
    switch status {
    case 401, 403: self = .notPermitted
    case 404, 410: self = .notFound
    case 408, 429, 500...: self = .tryLater
    case 400...: self = .refused
    default: self = .notUnderstood
    }
  }
}
