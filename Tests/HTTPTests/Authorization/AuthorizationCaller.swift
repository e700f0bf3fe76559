import Storage

/// Who asks, in the order of the table's columns.
enum AuthorizationCaller: String, CaseIterable, Sendable {
  /// Without a credential.
  case anonymous
  case owner
  case moderator
  case member
  /// Of the waiting room.
  case guest
  case timedOut = "timed out"
  case blocked
  /// A moderator who is blocked.
  case blockedModerator = "blocked moderator"
  /// Of another workspace only.
  case outsider
  /// A service bot with `bot:admin` and `agent_activity:write`: every scope there is.
  case adminBot = "admin bot"
  /// A service bot with `bot:write`.
  case writeBot = "write bot"
  /// A service bot with `bot:read`.
  case readBot = "read bot"
  /// A service bot whose only scope, `agent_activity:write`, opens nothing by itself.
  case bareBot = "bare bot"
  /// A bot with `bot:write` that the member owns.
  case ownedBot = "owned bot"
  /// A bot of the other workspace, with every scope.
  case foreignBot = "foreign bot"

  /// The roles in the workspace, where they can be given by a member's name.
  static let people: [AuthorizationCaller] = [
    .moderator, .member, .guest, .timedOut, .blocked, .blockedModerator, .outsider,
  ]

  /// What the bots' tokens may do.
  var scopes: [String]? {
    switch self {
    case .adminBot, .foreignBot: ["bot:admin", "agent_activity:write"]
    case .writeBot, .ownedBot: ["bot:write"]
    case .readBot: ["bot:read"]
    case .bareBot: ["agent_activity:write"]
    default: nil
    }
  }
}

/// What an operation answers a caller with.
enum AuthorizationOutcome: Character, Sendable {
  /// It is done.
  case allowed = "."
  /// 401: sign in first.
  case unauthenticated = "1"
  /// 403: known, and not for this caller.
  case forbidden = "3"
  /// 404: not for this caller to know.
  case hidden = "4"

  /// - Parameter allowed: The status that counts as done, when it is none of 200 to 299.
  init?(status: Int, allowed: Int?) {
    switch status {
    case allowed: self = .allowed
    case 200..<300 where allowed == nil: self = .allowed
    case 401: self = .unauthenticated
    case 403: self = .forbidden
    case 404: self = .hidden
    default: return nil
    }
  }

  /// How the table of the documentation shows it.
  var text: String {
    switch self {
    case .allowed: "yes"
    case .unauthenticated: "401"
    case .forbidden: "403"
    case .hidden: "404"
    }
  }
}
