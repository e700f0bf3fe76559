import Glibc
import HTTP
import Runtime
import SanitizerEnvironment
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
    /// How much longer the slowest hundredth may take beside slow readers than on a server without any.
    private static let ratioMax = 2.0
    /// Milliseconds below which a ratio says more about the machine's scheduler than about the server, and what handing a
    /// message to one more subscriber takes, whether that one reads or not.
    private static let delayFloor = 5.0
    private static let fanOut = 0.01
    /// How often the whole is run when the ratio is too high: what others do on the machine does not fall on the same of
    /// two servers every time, and harm does.
    private static let attemptsMax = 4

    private func makeServer() throws -> TestServer {
      try FileDescriptorLimit.raiseToHardLimit()
      return try TestServer(flags: ["--outbound-backlog-bytes-max", "\(Self.backlogKibibytes)KiB", "--metrics=true"])
    }

    /// All woke up later than the server waits for them, so that nobody was seen to be told why they are closed.
    private static let nobodyInTime = Double.infinity

    /// Runs a scenario until the fast readers were unharmed in it, and slow ones were told.
    private func expectUnharmed(_ what: String, _ scenario: () throws -> Double) throws {
      var ratios: [Double] = []
      repeat {
        ratios.append(try scenario())
      } while (ratios.last ?? 0) > Self.ratioMax && ratios.count < Self.attemptsMax
      #expect((ratios.last ?? 0) <= Self.ratioMax, "beside \(what) the p99 of fast readers rose by \(ratios)")
    }

    /// Runs the whole of it: a quiet part, one beside readers that stall, and then, when those wake up, until all of them
    /// are closed. Another server, whose readers are all fast, gets the same messages at the same time.
    /// - Returns: By how much the p99 beside readers that stall is longer than that of the other server.
    private func measure(
      _ what: String, _ server: TestServer, _ place: TestServer.Place, slow count: Int, open: () throws -> Void,
      stall: () throws -> Void, wake: () throws -> Void
    ) throws -> Double {
      let other = try makeServer()
      let otherPlace = try other.place()
      let otherFast = try FastReaders(Self.fastCount, other, otherPlace)
      var otherPublisher = try TimedPublisher(other, otherPlace, fillerBytes: 2_000, pauseMilliseconds: 0)
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
        _ = try otherPublisher.publish(1)
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
      try otherPublisher.end(in: otherPlace)
      try otherFast.join(otherPublisher.published)
      #expect(try control.metric("clickclack_slow_consumers_total") == Double(count), "not all were found out")
      let growth = peak - opened.residentBytes
      #expect(growth < count * (Self.backlogKibibytes << 10), "\(growth) bytes for \(count) slow readers")
      let delay = { (quantile: Double, part: Range<Int>) in
        fast.delay(quantile: quantile, of: part, publisher.published)
      }
      let alone = 0..<otherPublisher.published.count
      let otherDelay = { (quantile: Double) in
        otherFast.delay(quantile: quantile, of: alone, otherPublisher.published)
      }
      let ratio = delay(0.99, loud) / max(otherDelay(0.99), Self.delayFloor + Self.fanOut * Double(count))
      EndToEnd.Overload.report(
        """
        \(count) \(what): p50/p99 of \(Self.fastCount) fast readers quiet \(delay(0.5, quiet))/\(delay(0.99, quiet)) ms, \
        crowded \(delay(0.5, crowded))/\(delay(0.99, crowded)) ms, beside stalled \(delay(0.5, loud))/\(delay(0.99, loud)) \
        ms (\(loud.count) messages), meanwhile without any \(otherDelay(0.5))/\(otherDelay(0.99)) ms, afterwards \
        \(delay(0.5, after))/\(delay(0.99, after)) ms, ratio of p99 \(ratio); \
        before \(before.residentBytes >> 20) MiB, opened \(opened.residentBytes >> 20) MiB, peak \(peak >> 20) MiB, \
        \(growth / max(1, count)) bytes per slow reader, kernel at most \(kernelPages / 256) MiB
        """)
      return ratio
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
      try expectUnharmed("sockets that never read") { try besideSocketsThatNeverRead() }
    }

    private func besideSocketsThatNeverRead() throws -> Double {
      let count = EndToEnd.Overload.connections * 4 / 5
      let server = try makeServer()
      let place = try server.place()
      var stalled: StalledReaders?
      let ratio = try measure("sockets that never read", server, place, slow: count) {
        stalled = try StalledReaders(count, server, place)
      } stall: {
      } wake: {
        stalled?.wake()
      }
      let endings = try #require(try stalled?.join())
      EndToEnd.Overload.report("how \(count) sockets that never read were ended: \(endings)")
      // Who wakes up later than the server waits for the closing handshake finds a reset.
      #expect(endings.keys.allSatisfy { $0 == .close(code: 1013) || $0 == .reset }, "\(endings)")
      try expectRecovery(server, subscribers: 0)
      return endings[.close(code: 1013)] == nil ? Self.nobodyInTime : ratio
    }

    @Test func aStoppedClientProcessIsClosedAndHarmsNobody() throws {
      try expectUnharmed("a stopped process") { try besideAStoppedProcess() }
    }

    private func besideAStoppedProcess() throws -> Double {
      let count = EndToEnd.Overload.connections / 5
      let server = try makeServer()
      // It must not have ended before all of it is measured.
      let seconds = (EndToEnd.Overload.isFullSize ? 120 : 30) * SanitizerEnvironment.factor
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
      let ratio = try measure("sockets of a stopped process", server, place, slow: count) {
      } stall: {
        client.send(signal: SIGSTOP)
      } wake: {
        client.send(signal: SIGCONT)
      }
      #expect(try client.waitForExit(seconds: seconds + 60) == 1)
      try expectRecovery(server, subscribers: 0)
      return server.directory.read("client.out").contains("1013") ? ratio : Self.nobodyInTime
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
