import HTTP
import Storage
import Synchronization
import Testing

extension EndToEnd {
  /// A reconnecting client is told what it missed, once, in order, or to start afresh.
  @Suite struct Replay {
    private func posted(_ count: Int, _ server: TestServer, _ place: TestServer.Place) throws -> [String] {
      let client = try server.client()
      return try (0..<count).map { try client.post("m\($0)", to: place.general)["event"]["cursor"].text }
    }

    private func ending(_ server: TestServer, _ place: TestServer.Place, user: UserID? = nil, after cursor: String?)
      throws -> WebSocketClient.Ending
    {
      try WebSocketClient(port: server.port, workspace: place.workspace, user: user, after: cursor).ended().ending
    }

    @Test(arguments: [false, true])
    func everyKnownCursorGivesExactlyWhatFollows(offersDeflate: Bool) throws {
      let server = try TestServer(flags: ["--event-ring-max", "16"])
      let place = try server.place()
      let log = try posted(60, server, place)
      // The first 44 are in the database only, the rest also in memory; nil is the whole log.
      for start in [nil, 0, 20, 43, 44, 45, 50, 58] as [Int?] {
        let socket = try WebSocketClient(
          port: server.port, workspace: place.workspace, after: start.map { log[$0] }, offersDeflate: offersDeflate)
        let events = try socket.events { $0.cursor == log.last }
        #expect(events.map(\.cursor) == Array(log[(start.map { $0 + 1 } ?? 0)...]), "from \(String(describing: start))")
      }
      let tail = try WebSocketClient(port: server.port, workspace: place.workspace, after: log.last)
      let next = try posted(1, server, place)
      #expect(try tail.next()?.cursor == next[0])
    }

    @Test func anEmptyLogHasNothingToReplay() throws {
      let server = try TestServer()
      let place = try server.place()
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      let log = try posted(1, server, place)
      #expect(try socket.next()?.cursor == log[0])
    }

    @Test func cursorsThatLeadNowhereMeanResync() throws {
      let server = try TestServer(flags: ["--event-ring-max", "16", "--replay-max", "50"])
      let place = try server.place()
      let alice = try server.makeUser("alice", in: place.workspace)
      let log = try posted(30, server, place)
      let resync = WebSocketClient.Ending.close(code: 4001)
      #expect(try ending(server, place, after: "cur_unknown") == resync)
      #expect(try ending(server, place, after: "zzzz") == resync)
      #expect(try ending(server, place, after: "%e2%82%ac") == resync)
      // The captain's own read pointer is the last event, and alice may not see it: beyond her tail.
      let captain = try server.client()
      _ = try captain.call(.post, "/api/channels/\(place.general)/read", json: "{\"seq\":5}")
      let own = try captain.call(.get, "/api/realtime/events?workspace_id=\(place.workspace)&after_cursor=\(log[29])")
      let pointer = try #require(own["events"].elements.last)
      #expect(pointer["type"].text == "channel.read")
      #expect(try ending(server, place, user: alice, after: pointer["cursor"].text) == resync)
      // Another workspace's cursor is unknown here.
      let other = try captain.call(.post, "/api/workspaces", json: "{\"name\":\"Other\"}")["workspace"]["id"].text
      let elsewhere = TestServer.Place(workspace: other, general: "", captain: place.captain)
      #expect(try ending(server, elsewhere, after: log[0]) == resync)
      let more = try posted(30, server, place)
      #expect(try ending(server, place, after: nil) == resync, "61 events")
      #expect(try ending(server, place, after: log[5]) == resync, "55 events")
      let allowed = try WebSocketClient(port: server.port, workspace: place.workspace, after: log[20])
      #expect(try allowed.events { $0.cursor == more.last }.count == 40)
    }

    @Test func eventsPublishedDuringAReplayFollowItOnceAndInOrder() throws {
      let server = try TestServer(flags: ["--event-ring-max", "16"])
      let place = try server.place()
      let history = try posted(700, server, place)
      let results = Results()
      let subscribers = try TestThreads(12) { index in
        let start = index * 50
        let socket = try WebSocketClient(
          port: server.port, workspace: place.workspace, after: history[start], offersDeflate: index % 3 == 0)
        let events = try socket.events { $0.json["type"].text == "channel.created" }
        results.sequences.withLock { $0[start] = events.map(\.cursor) }
      }
      let writers = try TestThreads(3) { writer in
        let client = try server.client()
        for number in 0..<150 { try client.post("w\(writer)n\(number)", to: place.general) }
      }
      try writers.join()
      _ = try server.client().call(.post, "/api/workspaces/\(place.workspace)/channels", json: "{\"name\":\"the-end\"}")
      try subscribers.join()
      let log = try SQLiteEngine(directory: server.data).readOnce { db in
        try db.all("SELECT cursor FROM events ORDER BY cursor") { $0.text(0) }
      }
      #expect(log.count == 700 + 450 + 1)
      for (start, sequence) in results.sequences.withLock({ $0 }) {
        #expect(sequence == Array(log[(start + 1)...]), "from \(start)")
      }
      #expect(results.sequences.withLock { $0.count } == 12)
    }

    private final class Results: Sendable {
      let sequences = Mutex<[Int: [String]]>([:])
    }
  }
}
