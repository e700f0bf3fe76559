import HTTP
import Storage

/// Follows one channel: prints every message once and in order, across lost connections and restarts of the server.
///
/// Events only say that there is something new; what is printed comes from the channel's history after the last printed
/// position. So nothing is lost or doubled whatever happens between two connections, even if the cursor has expired.
struct ChannelTail {
  private static let pageMax = 200
  private static let waitMilliseconds = 60_000
  private static let backoffMilliseconds = 250...15_000

  let session: ClientSession
  let workspaceID: String
  let channelID: String
  /// Stop after so many messages; nil for never.
  var countMax: Int?
  private var cursor = ""
  private var lastSeq: Int64 = 0
  private var printed = 0

  init(session: ClientSession, workspaceID: String, channelID: String, countMax: Int?) {
    self.session = session
    self.workspaceID = workspaceID
    self.channelID = channelID
    self.countMax = countMax
  }

  private var isDone: Bool { countMax.map { printed >= $0 } ?? false }

  /// Prints the last messages, then new ones as they come; returns only when `countMax` is reached.
  ///
  /// - Throws: `CommandFailure` when another try would not help.
  mutating func run(lines: Int) async throws {
    // The cursor comes first: what happens between it and the history is in both, and positions tell it apart.
    try moveToTail()
    try printHistory(lines: lines)
    var backoff = Self.backoffMilliseconds.lowerBound
    while !isDone {
      do {
        try follow { backoff = Self.backoffMilliseconds.lowerBound }
      } catch let failure as CommandFailure where failure.isTransient {
        session.context.warn("\(failure); trying again")
      }
      guard !isDone else { return }
      // Spread out, so that a restarted server does not meet all of its clients in the same instant.
      try await Task.sleep(for: .milliseconds(Int.random(in: backoff / 2...backoff)))
      backoff = min(backoff * 2, Self.backoffMilliseconds.upperBound)
    }
  }

  /// Lives as long as one connection.
  private mutating func follow(connected: () -> Void) throws {
    let subscription = try EventSubscription(session.client, workspaceID: workspaceID, after: cursor)
    connected()
    try printNew()
    while !isDone {
      switch try subscription.next(milliseconds: Self.waitMilliseconds) {
      case .nothing: continue
      case .event(let event):
        var isNew = note(event)
        // What has arrived together is printed together.
        while case .event(let further) = try subscription.next(milliseconds: 0) { isNew = note(further) || isNew }
        if isNew { try printNew() }
      case .closed(.some(.policyViolation)):
        throw CommandFailure("the server ended the connection: you may no longer read this")
      case .closed(.some(.resyncRequired)):
        try moveToTail()
        return
      case .closed: return
      }
    }
  }

  /// Remembers where the connection stands; true if the channel has a new message.
  private mutating func note(_ event: JSONValue) -> Bool {
    let reached = event.text("cursor")
    if !reached.isEmpty { cursor = reached }
    return event.text("type") == "message.created" && event.text("channel_id") == channelID
  }

  private mutating func moveToTail() throws {
    let answer = try session.client.get(
      "realtime", "events",
      query: [("workspace_id", workspaceID), ("include_tail", "true"), ("limit", "1")])
    cursor = answer.text("tail_cursor")
  }

  private mutating func printHistory(lines: Int) throws {
    let answer = try session.client.get(
      "channels", channelID, "messages", query: [("limit", "\(max(1, lines))")])
    let messages = answer["messages"]?.elements ?? []
    lastSeq = messages.last?["channel_seq"]?.integer ?? 0
    for message in messages.suffix(lines) { try print(message) }
  }

  private mutating func printNew() throws {
    while !isDone {
      let answer = try session.client.get(
        "channels", channelID, "messages", query: [("after_seq", "\(lastSeq)"), ("limit", "\(Self.pageMax)")])
      let messages = answer["messages"]?.elements ?? []
      for message in messages where !isDone {
        lastSeq = max(lastSeq, message["channel_seq"]?.integer ?? 0)
        try print(message)
        printed += 1
      }
      if messages.count < Self.pageMax { return }
    }
  }

  private func print(_ message: JSONValue) throws {
    switch session.output {
    case .json: try session.context.print(message.line)
    case .identifiers: try session.printLine(message.text("id"))
    case .people: try session.printLine(ClientSession.fields(ofMessage: message))
    }
  }
}

extension WebSocketCloseCode {
  /// The contract's code for a cursor that can no longer be resumed.
  fileprivate static let resyncRequired = WebSocketCloseCode(4001)
}
