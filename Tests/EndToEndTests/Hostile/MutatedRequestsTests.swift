import HTTP
import SeededRandom
import Testing

extension EndToEnd.Hostile {
  /// The table's rows, changed at random: what nobody thought of. `HOSTILE_SEED` repeats a run, `HOSTILE_ROUNDS` makes it
  /// longer.
  @Suite struct MutatedRequests {
    static let seed = environmentNumber("HOSTILE_SEED") ?? UInt64.random(in: 0...UInt64.max)
    private static let rounds = environmentNumber("HOSTILE_ROUNDS").map(Int.init) ?? 40

    @Test(arguments: [MutatedRequests.seed])
    func theServerAloneAnswersWhatItReads(seed: UInt64) throws {
      let server = try SmugglingRun.makeServer()
      try run(seed, SmugglingRun(server, port: server.port), "alone")
    }

    @Test(arguments: ReverseProxy.Kind.allCases, [MutatedRequests.seed])
    func aProxyAndTheServerNeverDisagree(kind: ReverseProxy.Kind, seed: UInt64) throws {
      let server = try SmugglingRun.makeServer()
      let proxy = try ReverseProxy(kind, before: server)
      try run(seed, SmugglingRun(server, port: proxy.port), kind.rawValue)
      withExtendedLifetime(proxy) {}
    }

    private func run(_ seed: UInt64, _ target: SmugglingRun, _ place: String) throws {
      var random = SeededGenerator(seed: seed)
      try target.begin()
      for round in 0..<Self.rounds {
        let row = SmugglingTable.all[Int.random(in: 0..<SmugglingTable.all.count, using: &random)]
        let run = SmugglingRun.name(round)
        var bytes = row.bytes(run)
        for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, &random) }
        let outcome = try target.send(bytes, run)
        let what = "\(place), \(row.name), round \(round) of seed \(seed): \(outcome)"
        #expect(outcome.answeredIDs == outcome.logged, "\(what)")
        #expect(
          outcome.answers.allSatisfy { $0.status < 500 || [501, 505].contains($0.status) || $0.id.isEmpty }, "\(what)")
      }
    }

    private static let bytes: [UInt8] = [
      0, 9, 10, 11, 12, 13, 32, 34, 44, 45, 48, 58, 59, 0x7F, 0x80, 0x85, 0xA0, 0xFF,
    ]
    private static let lines = [
      "Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: 0", "Connection: close", "Host: localhost",
      "Expect: 100-continue", "Upgrade: websocket", "Connection: upgrade", "Transfer-Encoding: identity",
      "TE: trailers",
      "Trailer: Content-Length", "X:",
    ].map { Array("\($0)\r\n".utf8) }

    private static func mutate(_ request: inout [UInt8], _ random: inout SeededGenerator) {
      // Most of what matters is at the start.
      let end = Bool.random(using: &random) ? min(request.count, 200) : request.count
      let place = Int.random(in: 0..<max(1, end), using: &random)
      let byte = bytes[Int.random(in: 0..<bytes.count, using: &random)]
      switch Int.random(in: 0..<6, using: &random) {
      case 0: request.insert(byte, at: place)
      case 1 where place < request.count: request[place] = byte
      case 2 where place < request.count: request.remove(at: place)
      case 3 where place < request.count: request[place] ^= 0x20
      default:
        let starts = [0] + request.indices.filter { request[$0] == 10 }.map { $0 + 1 }
        let start = starts[Int.random(in: 0..<starts.count, using: &random)]
        request.insert(contentsOf: lines[Int.random(in: 0..<lines.count, using: &random)], at: start)
      }
    }
  }
}
