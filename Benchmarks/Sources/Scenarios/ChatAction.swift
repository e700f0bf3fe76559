import SeededRandom

/// What people do in a chat, with how often they do it.
enum ChatAction: Int, CaseIterable {
  case post, type, readHistory, markRead, react, reply, search

  /// Share of all actions in percent.
  var share: Int {
    switch self {
    case .post: 30
    case .type: 25
    case .readHistory: 15
    case .markRead: 10
    case .react: 10
    case .reply: 5
    case .search: 5
    }
  }

  var name: String {
    switch self {
    case .post: "post a message"
    case .type: "type"
    case .readHistory: "read history"
    case .markRead: "mark as read"
    case .react: "react"
    case .reply: "reply in a thread"
    case .search: "search"
    }
  }

  /// Statuses that mean success; adding the same reaction twice is 200.
  func accepts(_ status: Int) -> Bool {
    switch self {
    case .post, .reply: status == 201
    case .type: status == 202
    case .readHistory, .markRead, .search: status == 200
    case .react: status == 200 || status == 201
    }
  }

  static func draw(using generator: inout SeededGenerator) -> ChatAction {
    var point = Int.random(in: 0..<100, using: &generator)
    for action in allCases {
      point -= action.share
      if point < 0 { return action }
    }
    return .post
  }
}
