import Glibc

/// One that follows everything through all kills, by one of the two ways, and resumes where it was.
enum CrashSubscriber: CaseIterable {
  /// Resumes with the last cursor.
  case webSocket
  /// Resumes with Last-Event-ID.
  case eventStream

  /// Goes on after the last event that it saw.
  /// - Returns: The next event; nil when the server is gone.
  func follow(_ server: TestServer, _ workspace: String, _ ledger: CrashLedger) throws -> () throws -> LiveEvent? {
    let last = ledger.seen(by: self).last
    do {
      return try connect(server, workspace, after: last)
    } catch SocketFailure.call("connect", errno: ECONNREFUSED), SocketFailure.closedInHandshake, SocketFailure.reset {
      // Whoever is slow to come finds a server that was killed already.
      return { nil }
    }
  }

  private func connect(
    _ server: TestServer, _ workspace: String, after last: String?
  ) throws -> () throws -> LiveEvent? {
    switch self {
    case .webSocket:
      let client = try WebSocketClient(port: server.port, workspace: workspace, after: last)
      return { try client.next() }
    case .eventStream:
      let client = try EventStreamClient(port: server.port, workspace: workspace, lastEventID: last)
      return {
        do {
          guard let event = try client.next() else { return nil }
          // What a browser would resume with.
          guard event.cursor.isEmpty || event.cursor == client.lastEventID else {
            throw TestFailure("the event \(event.cursor) has the id \(client.lastEventID)")
          }
          return event
        } catch SocketFailure.reset {
          return nil
        }
      }
    }
  }
}
