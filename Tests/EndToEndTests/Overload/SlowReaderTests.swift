import Glibc
import HTTP
import Runtime
import Testing

extension EndToEnd.Overload {
  /// Thousands of subscribers that don't read what they follow, beside some that do.
  @Suite struct SlowReaders {
    private static let backlogKibibytes = 64
    private static let fastCount = 8
    /// Publications in which the quiet server is measured, and the most that it takes to be rid of the slow ones.
    private static let quietCount = 150
    /// Publications that are more than a stalled reader's backlog and its kernel's buffers hold.
    private static let loudCount = 150
    private static let laterCountMax = 2_000

    private func makeServer() throws -> TestServer {
      try FileDescriptorLimit.raiseToHardLimit()
      return try TestServer(flags: ["--outbound-backlog-bytes-max", "\(Self.backlogKibibytes)KiB", "--metrics=true"])
    }

    /// Runs the whole of it: a quiet part, one beside readers that stall, and then, when those wake up, until all of them
    /// are closed.
    private func measure(
      _ what: String, _ server: TestServer, _ place: TestServer.Place, slow count: Int, open: () throws -> Void,
      stall: () throws -> Void, wake: () throws -> Void
    ) throws {
      let control = try server.client()
      let fast = try FastReaders(Self.fastCount, server, place)
      var publisher = try TimedPublisher(server, place, fillerBytes: 2_000, pauseMilliseconds: 10)
      let quiet = try publisher.publish(Self.quietCount)
      let before = try server.process.usage()
      try open()
      let crowded = try publisher.publish(20)
      let opened = try server.process.usage()
      try stall()
      var peak = opened.residentBytes
      var kernelPages = 0
      let loud = try publisher.publish(Self.loudCount) {
        peak = max(peak, try server.process.usage().residentBytes)
        kernelPages = max(kernelPages, Self.kernelPages())
        return true
      }
      try wake()
      _ = try publisher.publish(Self.laterCountMax) {
        try control.metric("clickclack_slow_consumers_total") < Double(count)
      }
      let after = try publisher.publish(50)
      try publisher.end(in: place)
      try fast.join(publisher.published)
      #expect(try control.metric("clickclack_slow_consumers_total") == Double(count), "not all were found out")
      let growth = peak - opened.residentBytes
      #expect(growth < count * (Self.backlogKibibytes << 10), "\(growth) bytes for \(count) slow readers")
      let delay = { (quantile: Double, part: Range<Int>) in
        fast.delay(quantile: quantile, of: part, publisher.published)
      }
      // Times are only asserted where nothing but the readers can be the cause.
      let ratio = delay(0.99, loud) / max(delay(0.99, quiet), 0.001)
      EndToEnd.Overload.report(
        """
        \(count) \(what): p50/p99 of \(Self.fastCount) fast readers quiet \(delay(0.5, quiet))/\(delay(0.99, quiet)) ms, \
        crowded \(delay(0.5, crowded))/\(delay(0.99, crowded)) ms, beside stalled \(delay(0.5, loud))/\(delay(0.99, loud)) \
        ms (\(loud.count) messages), afterwards \(delay(0.5, after))/\(delay(0.99, after)) ms, ratio of p99 \(ratio); \
        before \(before.residentBytes >> 20) MiB, opened \(opened.residentBytes >> 20) MiB, peak \(peak >> 20) MiB, \
        \(growth / max(1, count)) bytes per slow reader, kernel at most \(kernelPages / 256) MiB
        """)
    }

    /// Memory that TCP sockets of this machine take in the kernel, in pages of 4 KiB.
    private static func kernelPages() -> Int {
      let text = TestDirectory(borrowing: "/proc/net").read("sockstat")
      for line in text.split(separator: "\n") where line.hasPrefix("TCP:") {
        return line.split(separator: " ").last.flatMap { Int($0) } ?? 0
      }
      return 0
    }

    @Test func socketsThatNeverReadAreClosedAndHarmNobody() throws {
      let count = EndToEnd.Overload.connections * 4 / 5
      let server = try makeServer()
      let place = try server.place()
      var stalled: StalledReaders?
      try measure("sockets that never read", server, place, slow: count) {
        stalled = try StalledReaders(count, server, place)
      } stall: {
      } wake: {
        stalled?.wake()
      }
      let endings = try #require(try stalled?.join())
      EndToEnd.Overload.report("how \(count) sockets that never read were ended: \(endings)")
      // Who wakes up later than the server waits for the closing handshake finds a reset.
      #expect(endings.keys.allSatisfy { $0 == .close(code: 1013) || $0 == .reset }, "\(endings)")
      #expect(endings[.close(code: 1013), default: 0] > count / 2, "\(endings)")
      try expectRecovery(server, subscribers: 0)
    }

    @Test func aStoppedClientProcessIsClosedAndHarmsNobody() throws {
      let count = EndToEnd.Overload.connections / 5
      let server = try makeServer()
      let seconds = EndToEnd.Overload.isFullSize ? 120 : 30
      let client = try ChildProcess(
        program: ChildProcess.product("Benchmarks"),
        [
          "connections", "--base", "http://127.0.0.1:\(server.port)", "--clients", "\(count)", "--seconds",
          "\(seconds)",
        ],
        output: "\(server.directory.path)/client.out", errors: "\(server.directory.path)/client.err")
      let control = try server.client()
      _ = try eventually("the client process follows") {
        try control.metric("clickclack_subscribers") == Double(count) ? true : nil
      }
      let first = try server.place()
      let workspaces = try control.call(.get, "/api/workspaces")["workspaces"].elements.map { $0["id"].text }
      let workspace = try #require(workspaces.first { $0 != first.workspace })
      let channels = try control.call(.get, "/api/workspaces/\(workspace)/channels")["channels"].elements
      let place = TestServer.Place(
        workspace: workspace, general: try #require(channels.first?["id"].text), captain: first.captain)
      try measure("sockets of a stopped process", server, place, slow: count) {
      } stall: {
        client.send(signal: SIGSTOP)
      } wake: {
        client.send(signal: SIGCONT)
      }
      #expect(try client.waitForExit(seconds: seconds + 60) == 1)
      let output = server.directory.read("client.out")
      #expect(output.contains("1013"), "\(output)")
      try expectRecovery(server, subscribers: 0)
    }

    private func expectRecovery(_ server: TestServer, subscribers: Int) throws {
      let control = try server.client()
      _ = try eventually("the slow readers are gone") {
        try control.metric("clickclack_subscribers") <= Double(subscribers) ? true : nil
      }
      #expect(try control.request(.get, "/api/me").status == 200)
      #expect(server.directory.read("server.log").split(separator: "\n").filter { $0.contains("error") }.isEmpty)
    }
  }
}
