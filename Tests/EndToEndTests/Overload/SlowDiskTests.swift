import Glibc
import HTTP
import Runtime
import Storage
import Synchronization
import Testing

extension EndToEnd.Overload {
  /// More writers than the disk can take.
  @Suite struct SlowDisk {
    private static let queueMax = 64
    private static let syncMilliseconds: UInt32 = 150
    private static let seconds = 4

    /// What the publishers were told.
    private struct Ledger {
      var accepted: Set<String> = []
      var refused: Set<String> = []
      var slowestReadMilliseconds = 0.0
      var reads = 0
    }

    @Test func publishersBeyondTheDiskAreToldAndNothingAcknowledgedIsLost() throws {
      try FileDescriptorLimit.raiseToHardLimit()
      let publishers = min(1_500, max(150, EndToEnd.Overload.connections * 3 / 10))
      let directory = try TestDirectory()
      let disk = try FaultyDisk(in: directory, forgets: false)
      let server = try TestServer(
        in: directory, flags: ["--writer-queue-max", "\(Self.queueMax)", "--metrics=true"],
        environment: disk.environment)
      let place = try server.place()
      let control = try server.client()
      let first = try control.post("first", to: place.general)["event"]["cursor"].text
      let before = try server.process.usage()
      let ledger = Mutex(Ledger())
      let isOver = Atomic<Bool>(false)
      disk.stallSyncs(milliseconds: Self.syncMilliseconds)
      let writing = try TestThreads(publishers) { index in
        let client = try server.client()
        var number = 0
        while !isOver.load(ordering: .relaxed) {
          number += 1
          let nonce = "p\(index)-\(number)"
          let response = try client.request(
            .post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"\(nonce)\",\"nonce\":\"\(nonce)\"}")
          switch response.status {
          case 201: _ = ledger.withLock { $0.accepted.insert(nonce) }
          case 503, 429:
            guard let after = response.headers["retry-after"].flatMap({ Int($0) }), after > 0 else {
              throw TestFailure("no Retry-After: \(response.status) \(response.text)")
            }
            _ = ledger.withLock { $0.refused.insert(nonce) }
            usleep(20_000)
          default: throw TestFailure("\(response.status) \(response.text)")
          }
        }
      }
      let reading = try TestThreads(1) { _ in
        let client = try server.client()
        while !isOver.load(ordering: .relaxed) {
          let start = monotonicNanoseconds()
          _ = try client.call(.get, "/api/channels/\(place.general)/messages?limit=10")
          let milliseconds = Double(monotonicNanoseconds() - start) / 1e6
          ledger.withLock {
            $0.slowestReadMilliseconds = max($0.slowestReadMilliseconds, milliseconds)
            $0.reads += 1
          }
        }
      }
      var peak = before.residentBytes
      var waiting = 0.0
      let deadline = ContinuousClock.now + .seconds(Self.seconds)
      while ContinuousClock.now < deadline {
        waiting = max(waiting, try control.metric("clickclack_writer_waiting"))
        peak = max(peak, try server.process.usage().residentBytes)
        usleep(20_000)
      }
      isOver.store(true, ordering: .relaxed)
      try writing.join()
      try reading.join()
      disk.stallSyncs(milliseconds: 0)
      let told = ledger.withLock { $0 }
      let stored = try SQLiteEngine(directory: server.data).readOnce { db in
        try db.all("SELECT nonce FROM messages WHERE nonce LIKE 'p%'", []) { $0.text(0) }
      }
      #expect(Set(stored).count == stored.count, "a message is there twice")
      #expect(Set(stored) == told.accepted, "what is there is not what was acknowledged")
      #expect(!told.accepted.isEmpty && !told.refused.isEmpty)
      #expect(waiting <= Double(Self.queueMax), "\(waiting) writes waited")
      #expect(peak - before.residentBytes < 128 << 20)
      #expect(told.reads > 10, "reads stood still")
      // Every write has its event and is answered again when the disk is.
      let last = try control.post("last", to: place.general)["event"]["cursor"].text
      let log = try events(control, place, after: first)
      #expect(log.filter { $0 == "message.created" }.count == stored.count + 1)
      #expect(!last.isEmpty)
      EndToEnd.Overload.report(
        "\(publishers) publishers on a disk that syncs in \(Self.syncMilliseconds) ms: \(told.accepted.count) accepted, "
          + "\(told.refused.count) refused, at most \(Int(waiting)) waiting; slowest of \(told.reads) reads "
          + "\(told.slowestReadMilliseconds) ms; \(peak >> 20) MiB resident, \(before.residentBytes >> 20) before")
    }

    private func events(_ client: HTTPClient, _ place: TestServer.Place, after: String) throws -> [String] {
      var cursor = after
      var types: [String] = []
      while true {
        let page = try client.call(
          .get, "/api/realtime/events?workspace_id=\(place.workspace)&after_cursor=\(cursor)&limit=100")
        let events = page["events"].elements
        guard let last = events.last else { return types }
        types += events.map { $0["type"].text }
        cursor = last["cursor"].text
      }
    }

    /// Bodies that never end are bounded all together.
    @Test func unfinishedBodiesAreBoundedTogether() throws {
      try FileDescriptorLimit.raiseToHardLimit()
      let count = max(100, min(2_000, EndToEnd.Overload.connections / 5))
      let server = try TestServer(flags: ["--bodies-bytes-max", "16MiB", "--body-timeout", "20s"])
      let place = try server.place()
      let regular = try server.client()
      #expect(try regular.request(.get, "/api/me").status == 200)
      let before = try server.process.usage().residentBytes
      let part = [UInt8](repeating: 0x20, count: 900_000)
      let head =
        "POST /api/channels/\(place.general)/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
      var holding: [HTTPClient] = []
      var refused = 0
      for _ in 0..<count {
        let client = try server.client()
        try client.socket.send(head)
        do { try client.socket.send(part) } catch SocketFailure.reset {}
        if client.socket.isReadable(withinMilliseconds: 20) {
          let response = try client.receive(answering: .post)
          #expect(response.status == 503 && response.headers["retry-after"] != nil, "\(response.status)")
          refused += 1
        }
        holding.append(client)
      }
      let growth = try server.process.usage().residentBytes - before
      #expect(refused > count / 2, "\(refused)")
      #expect(growth < 96 << 20, "\(growth)")
      #expect(try regular.request(.get, "/api/me").status == 200)
      EndToEnd.Overload.report(
        "\(count) unfinished bodies of 900 kB within 16 MiB: \(refused) refused, \(growth >> 20) MiB grown")
      holding = []
      try eventually("bodies are taken again") {
        try regular.request(
          .post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"after the flood\"}"
        ).status == 201 ? () : nil
      }
    }
  }
}
