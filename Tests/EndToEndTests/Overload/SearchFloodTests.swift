import Glibc
import HTTP
import Storage
import Synchronization
import Testing

extension EndToEnd.Overload {
  /// More searches than there are readers.
  @Suite struct SearchFlood {
    private static let searchers = 40

    @Test func searchesHoldUpNeitherOthersNorEachOther() throws {
      let server = try TestServer(flags: ["--metrics=true"])
      let place = try server.place()
      let people = try ["alice", "bob"].map { try server.makeUser($0, in: place.workspace) }
      let control = try server.client()
      let body = String(repeating: "alpha beta gamma delta ", count: 40)
      for _ in 0..<200 { try control.post(body, to: place.general) }
      let path = "/api/search?workspace_id=\(place.workspace)&q=alpha%20beta%20gamma%20delta%20al%20be%20ga%20de"
      let isOver = Atomic<Bool>(false)
      let statuses = Mutex<[Int: Int]>([:])
      let flood = try TestThreads(Self.searchers) { _ in
        let client = try server.client(user: people[0])
        while !isOver.load(ordering: .relaxed) {
          let answer = try client.request(.get, path)
          statuses.withLock { $0[answer.status, default: 0] += 1 }
          switch answer.status {
          case 200: break
          case 429 where answer.headers["retry-after"].flatMap({ Int($0) }) ?? 0 > 0: usleep(20_000)
          default: throw TestFailure("\(answer.status) \(answer.text)")
          }
        }
      }
      // Whatever fails, the threads end.
      defer { isOver.store(true, ordering: .relaxed) }
      _ = try eventually("searches wait") { try control.metric("clickclack_readers_waiting") > 8 ? true : nil }
      var slowest = [0.0, 0.0]
      let regular = try server.client(user: people[1])
      func time(_ what: Int, _ path: String) throws {
        let start = ContinuousClock.now
        #expect(try regular.request(.get, path).status == 200)
        let took = (ContinuousClock.now - start).components
        slowest[what] = max(slowest[what], Double(took.seconds) + Double(took.attoseconds) / 1e18)
      }
      for _ in 0..<20 {
        try time(0, "/api/me")
        try time(0, "/readyz")
        try time(0, "/api/channels/\(place.general)/messages?limit=5")
      }
      // Another person's searches come in turn, not behind all of those.
      for _ in 0..<5 { try time(1, path) }
      isOver.store(true, ordering: .relaxed)
      try flood.join()
      let counts = statuses.withLock { $0 }
      #expect(counts[200, default: 0] > 0)
      #expect(try control.metric("clickclack_readers_waiting") == 0)
      EndToEnd.Overload.report(
        "\(Self.searchers) searches of one person at a time, by status: \(counts); slowest other read \(slowest[0]) s, "
          + "slowest search of another person \(slowest[1]) s")
    }
  }
}
