@testable import Benchmarks
import Glibc
import HTTP
import Runtime
import Testing

extension EndToEnd.Overload {
  /// All clients come back at once after the server was killed, each with a cursor of its own.
  @Suite struct ReconnectStorm {
    private static let seenBefore = 10
    private static let missed = 20

    @Test func everybodyComesBackAtOnceAndMissesNothing() throws {
      try FileDescriptorLimit.raiseToHardLimit()
      let count = EndToEnd.Overload.connections
      let directory = try TestDirectory()
      var place = TestServer.Place(workspace: "", general: "", captain: "")
      var cursors: [String] = []
      do {
        let server = try TestServer(in: directory)
        place = try server.place()
        let client = try server.client()
        let first = try client.post("first", to: place.general)["event"]["cursor"].text
        let crowd = try Crowd(count, server, place) { _ in first }
        try crowd.connect()
        for number in 0..<Self.seenBefore {
          cursors.append(try client.post("seen \(number)", to: place.general)["event"]["cursor"].text)
        }
        try crowd.receive(count * Self.seenBefore)
        try server.killHard()
      }
      let server = try TestServer(in: directory)
      let client = try server.client()
      for number in 0..<Self.missed {
        cursors.append(try client.post("missed \(number)", to: place.general)["event"]["cursor"].text)
      }
      let before = try server.process.usage()
      let start = monotonicNanoseconds()
      // Each had seen another part of what came before.
      let resumed = { (client: Int) in client % Self.seenBefore }
      let crowd = try Crowd(count, server, place) { cursors[resumed($0)] }
      let due = (0..<count).reduce(0) { $0 + cursors.count - 1 - resumed($1) }
      let other = try TestThreads(1) { _ in
        let client = try server.client()
        for _ in 0..<20 { #expect(try client.request(.get, "/api/me").status == 200) }
      }
      try crowd.connect()
      try crowd.receive(due)
      let seconds = Double(monotonicNanoseconds() - start) / 1e9
      try other.join()
      cursors.append(try client.post("live", to: place.general)["event"]["cursor"].text)
      try crowd.receive(due + count)
      for index in 0..<count {
        let expected = Array(cursors[(resumed(index) + 1)...])
        guard crowd.received(index, is: expected) else {
          throw TestFailure("client \(index) has a gap, a duplicate or another order")
        }
      }
      let after = try server.process.usage()
      EndToEnd.Overload.report(
        "\(count) clients were back with \(due) missed events after \(seconds) s, \(after.cpuSeconds - before.cpuSeconds) "
          + "s of CPU; resident \(before.residentBytes >> 20) -> \(after.residentBytes >> 20) MiB")
    }

    /// Subscribers on one thread.
    private final class Crowd {
      private let poller: Poller
      private let sockets: SubscriberSet<CursorSink>

      init(_ count: Int, _ server: TestServer, _ place: TestServer.Place, after cursor: (Int) -> String) throws {
        let target = try Target(base: "http://127.0.0.1:\(server.port)")
        poller = try Poller()
        sockets = SubscriberSet(
          poller: poller, target: target, address: try Socket.resolve(target), sink: CursorSink(subscribers: count))
        sockets.open(
          (0..<count).map {
            .init(client: $0, topic: 0, path: BenchmarkAPI.realtimePath(workspace: place.workspace, after: cursor($0)))
          })
      }

      func connect() throws { try turn("all are connected") { sockets.isSettled } }

      func receive(_ events: Int) throws { try turn("\(events) events") { sockets.sink.noted >= events } }

      func received(_ index: Int, is cursors: [String]) -> Bool {
        sockets.sink.received[index] == cursors.map { sockets.sink.number(of: $0.utf8) }
      }

      private func turn(_ what: String, until isDone: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while !isDone() {
          guard ContinuousClock.now < deadline, sockets.lostCount == 0 else {
            throw TestFailure(
              "waited in vain for \(what): \(sockets.sink.noted) events, \(sockets.openCount) open, "
                + "\(sockets.lostCount) lost: \(sockets.firstLoss ?? "")")
          }
          for index in 0..<poller.wait(nanoseconds: 20_000_000) {
            let event = poller.event(at: index)
            sockets.handle(
              Int(event.tag), isWritable: event.isWritable, isReadable: event.isReadable, now: Clock.now())
          }
        }
      }
    }
  }
}
