import HTTP
import Testing

extension EndToEnd.Hostile {
  /// Requests that a proxy and the server could read differently: whoever sends them, nobody else gets their answers
  /// and no request comes out of the body of another.
  @Suite struct Smuggling {
    @Test func theServerAloneReadsEachOneWay() throws {
      let server = try SmugglingRun.makeServer()
      let target = SmugglingRun(server, port: server.port)
      try target.begin()
      for (number, row) in SmugglingTable.all.enumerated() {
        let run = SmugglingRun.name(number)
        let outcome = try target.send(row.bytes(run), run)
        switch row.outcome {
        case .refused(let status):
          #expect(outcome.answers.map(\.status) == [status] && outcome.isClosed, "\(row.name): \(outcome)")
          #expect(outcome.logged == [], "\(row.name)")
        case .taken:
          #expect(outcome.answeredIDs == ["row-\(run)", "marker-\(run)"], "\(row.name): \(outcome)")
          #expect(outcome.logged == outcome.answeredIDs, "\(row.name)")
        case .takenAsTwo:
          #expect(outcome.answeredIDs == ["row-\(run)", "hidden-\(run)", "marker-\(run)"], "\(row.name): \(outcome)")
          #expect(outcome.logged == outcome.answeredIDs, "\(row.name)")
        case .unfinished:
          #expect(outcome.answers.isEmpty && outcome.logged == [], "\(row.name): \(outcome)")
        }
      }
    }

    @Test(arguments: ReverseProxy.Kind.allCases)
    func aProxyAndTheServerNeverDisagree(kind: ReverseProxy.Kind) throws {
      let server = try SmugglingRun.makeServer()
      let proxy = try ReverseProxy(kind, before: server)
      let target = SmugglingRun(server, port: proxy.port)
      try target.begin()
      var reached = 0
      for (number, row) in SmugglingTable.all.enumerated() {
        let run = SmugglingRun.name(number)
        let outcome = try target.send(row.bytes(run), run)
        if !outcome.logged.isEmpty { reached += 1 }
        // What the server took for requests is what the client was answered, in number, identity and order.
        #expect(outcome.answeredIDs == outcome.logged, "\(kind), \(row.name): \(outcome)")
        // A proxy may repair what the server refuses, and both may go on with what follows; but the hidden request never
        // gets the answer of the row.
        if outcome.logged.contains("hidden-\(run)") {
          #expect(outcome.answers.first?.id != "hidden-\(run)", "\(kind), \(row.name): \(outcome)")
        }
      }
      #expect(reached > 20, "hardly anything got through \(kind)")
      withExtendedLifetime(proxy) {}
    }
  }
}
