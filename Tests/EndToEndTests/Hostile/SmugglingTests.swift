import HTTP
import Storage
import Testing

extension EndToEnd.Hostile {
  /// Requests that a proxy and the server could read differently: whoever sends them, nobody else gets their answers
  /// and no request comes out of the body of another.
  @Suite struct Smuggling {
    private func makeServer() throws -> TestServer {
      try TestServer(flags: ["--log-level", "info", "--log-format", "json", "--metrics=true"])
    }

    /// Three letters for a row.
    private static func run(_ number: Int) -> String { String(46_656 / 2 + number, radix: 36) }

    private static func request(_ id: String) -> [UInt8] {
      Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Correlation-Id: \(id)\r\n\r\n".utf8)
    }

    /// Sends bytes on a connection of their own and reads answers until one has this id, the connection ends, or nothing
    /// comes any more.
    private func answers(
      _ bytes: [UInt8], port: UInt16, last id: String
    ) throws -> (answers: [(status: Int, id: String)], isClosed: Bool) {
      let client = try HTTPClient(port: port)
      do { try client.socket.send(bytes) } catch SocketFailure.reset {}
      var answers: [(status: Int, id: String)] = []
      do {
        while client.hasInput || client.socket.isReadable(withinMilliseconds: 400) {
          let response = try client.receive()
          answers.append((response.status, response.headers["x-correlation-id"] ?? ""))
          if answers.last?.id == id { return (answers, false) }
        }
        return (answers, false)
      } catch is SocketFailure {
        return (answers, true)
      } catch is HTTPParseError {
        // A proxy may answer a line without a version in the way of HTTP/0.9.
        return (answers, true)
      }
    }

    /// The ids of all requests that the server's access log has of a run, in order, without the one that was sent after all
    /// others.
    private func logged(_ server: TestServer, _ run: String) throws -> [String] {
      try eventually("the log has the last request") {
        let ids = server.directory.read("server.log").split(separator: "\n").compactMap { line -> String? in
          guard let start = line.firstRange(of: "\"correlation_id\":\"") else { return nil }
          return String(line[start.upperBound...].prefix { $0 != "\"" })
        }
        guard ids.last == "victim-\(run)" else { return nil }
        let others = ids.dropLast()
        let before = others.lastIndex { $0.hasPrefix("victim-") } ?? others.startIndex - 1
        return Array(others[(before + 1)...])
      }
    }

    /// The innocent request of somebody else.
    private func checkVictim(_ run: String, port: UInt16, _ name: String) throws {
      let victim = try answers(Self.request("victim-\(run)"), port: port, last: "victim-\(run)").answers
      #expect(victim.map(\.id) == ["victim-\(run)"] && victim.first?.status == 200, "\(name): \(victim)")
    }

    @Test func theServerAloneReadsEachOneWay() throws {
      let server = try makeServer()
      try checkVictim("start", port: server.port, "before the first")
      for (number, row) in SmugglingTable.all.enumerated() {
        let run = Self.run(number)
        let (found, isClosed) = try answers(
          row.bytes(run) + Self.request("marker-\(run)"), port: server.port, last: "marker-\(run)")
        try checkVictim(run, port: server.port, row.name)
        let log = try logged(server, run)
        switch row.outcome {
        case .refused(let status):
          #expect(found.map(\.status) == [status] && isClosed, "\(row.name): \(found)")
          #expect(log == [], "\(row.name)")
        case .taken:
          #expect(found.map(\.id) == ["row-\(run)", "marker-\(run)"], "\(row.name): \(found)")
          #expect(log == ["row-\(run)", "marker-\(run)"], "\(row.name)")
        case .takenAsTwo:
          #expect(found.map(\.id) == ["row-\(run)", "hidden-\(run)", "marker-\(run)"], "\(row.name): \(found)")
          #expect(log == ["row-\(run)", "hidden-\(run)", "marker-\(run)"], "\(row.name)")
        case .unfinished:
          #expect(found.isEmpty && log == [], "\(row.name): \(found)")
        }
      }
    }

    @Test(arguments: ReverseProxy.Kind.allCases)
    func aProxyAndTheServerNeverDisagree(kind: ReverseProxy.Kind) throws {
      let server = try makeServer()
      let proxy = try ReverseProxy(kind, before: server)
      try checkVictim("start", port: proxy.port, "before the first")
      var reached = 0
      for (number, row) in SmugglingTable.all.enumerated() {
        let run = Self.run(number)
        let found = try answers(
          row.bytes(run) + Self.request("marker-\(run)"), port: proxy.port, last: "marker-\(run)"
        ).answers
        try checkVictim(run, port: proxy.port, row.name)
        let log = try logged(server, run)
        if !log.isEmpty { reached += 1 }
        // What the server took for requests is what the client was answered, in number, identity and order; answers
        // without an id are the proxy's own, or the server's refusals.
        let answered = found.map(\.id).filter { !$0.isEmpty }
        #expect(answered == Array(log), "\(kind), \(row.name): answered \(found), the server saw \(log)")
        // A proxy may repair what the server refuses, and both may go on with what follows; but the hidden request never
        // gets the answer of the row.
        if log.contains("hidden-\(run)") {
          #expect(found.first?.id != "hidden-\(run)", "\(kind), \(row.name): \(found)")
        }
      }
      #expect(reached > 20, "hardly anything got through \(kind)")
      let state = try server.client().metric("clickclack_connections")
      #expect(state < 64)
    }
  }
}
