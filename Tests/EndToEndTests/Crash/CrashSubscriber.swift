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
    switch self {
    case .webSocket:
      do {
        let client = try WebSocketClient(port: server.port, workspace: workspace, after: last)
        return { try client.next() }
      } catch SocketFailure.closedInHandshake, SocketFailure.reset {
        // The event that the other one saw has killed the server already.
        return { nil }
      }
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
