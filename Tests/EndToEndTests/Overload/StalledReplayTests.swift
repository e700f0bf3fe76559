import HTTP
import Runtime
import Testing

extension EndToEnd.Overload {
  /// Many clients come back from so far behind that the log is read for them, and read nothing of it.
  @Suite struct StalledReplays {
    private static let turns = 64
    /// More than the kernel and the connection hold for a client that does not read.
    private static let logged = 800

    private func fill(_ server: TestServer, _ place: TestServer.Place) throws -> [String] {
      let first = try server.client().post("first", to: place.general)["event"]["cursor"].text
      let publishers = try TestThreads(8) { _ in
        let client = try server.client()
        for _ in 0..<Self.logged / 8 { try client.post("missed", to: place.general) }
      }
      try publishers.join()
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, after: first)
      return [first] + (try (0..<Self.logged).map { _ in try socket.expect("message.created").cursor })
    }

    @Test func replaysThatNobodyReadsAreBoundedTogetherAndOthersGetTheirTurn() throws {
      try FileDescriptorLimit.raiseToHardLimit()
      let count = EndToEnd.Overload.connections / 2
      let server = try TestServer(
        flags: [
          "--event-ring-max", "16", "--replays-concurrent-max", "\(Self.turns)", "--write-timeout", "1s",
          "--metrics=true",
          // Those that wait for a turn are not to be ended because they answer no ping.
          "--websocket-ping-interval", "10s", "--websocket-dead-peer-timeout", "2h",
        ])
      let place = try server.place()
      let control = try server.client()
      let log = try fill(server, place)
      let before = try server.process.usage()
      let live = try WebSocketClient(port: server.port, workspace: place.workspace, after: log.last)
      let stalled = try StalledReaders(count, server, place, after: log[0])
      // It comes last, and behind all who read nothing.
      let honest = try TestThreads(1) { _ in
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace, after: log[0])
        let events = try socket.events { $0.cursor == log.last }
        #expect(events.map(\.cursor) == Array(log.dropFirst()))
      }
      let posted = try control.post("meanwhile", to: place.general)["event"]["cursor"].text
      #expect(try live.next()?.cursor == posted)
      var peak = before.residentBytes
      _ = try eventually("all stalled replays are ended", seconds: 60 + count / 10) {
        peak = max(peak, try server.process.usage().residentBytes)
        return try control.metric("clickclack_slow_consumers_total") == Double(count) ? true : nil
      }
      try honest.join()
      stalled.wake()
      let endings = try stalled.join()
      #expect(endings.keys.allSatisfy { $0 == .close(code: 1013) || $0 == .reset }, "\(endings)")
      let growth = peak - before.residentBytes
      // What a connection takes, what a replay under way may hold, and what the allocator keeps.
      let bound = count * (16 << 10) + Self.turns * (64 << 10) + (8 << 20)
      #expect(growth < bound, "\(growth) bytes for \(count) stalled replays")
      EndToEnd.Overload.report(
        """
        \(count) stalled replays, \(Self.turns) at a time: before \(before.residentBytes >> 20) MiB, peak \
        \(peak >> 20) MiB, \(growth / max(1, count)) bytes for each; ended: \(endings)
        """)
      #expect(try control.request(.get, "/api/me").status == 200)
      #expect(!server.directory.read("server.log").contains("error"))
    }

    @Test func whoStallsThousandsHoldsUpNobodyElse() throws {
      try FileDescriptorLimit.raiseToHardLimit()
      let count = max(1_000, EndToEnd.Overload.connections / 2)
      let server = try TestServer(
        flags: ["--event-ring-max", "16", "--replays-concurrent-max", "8", "--metrics=true"])
      let place = try server.place()
      let other = try server.makeUser("other", in: place.workspace)
      let control = try server.client()
      let log = try fill(server, place)
      let stalled = try StalledReaders(count, server, place, after: log[0])
      // Whoever waits for one of them to be ended waits for nearly all of them, who came first.
      for _ in 0..<10 {
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace, user: other, after: log[0])
        let events = try socket.events { $0.cursor == log.last }
        #expect(events.map(\.cursor) == Array(log.dropFirst()))
      }
      let ended = try control.metric("clickclack_slow_consumers_total")
      #expect(ended < Double(count / 2), "the replays of another person waited for \(ended) stalled ones")
      EndToEnd.Overload.report(
        "ten replays of a person beside \(count) stalled ones of another, of which \(ended) ended meanwhile")
      try server.killHard()
      stalled.wake()
      _ = try stalled.join()
    }
  }
}
