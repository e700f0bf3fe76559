import Glibc
import HTTP
import Testing

extension EndToEnd.Hostile {
  /// Requests that are too large, too slow, or lead where they should not.
  @Suite struct Requests {
    /// Sends bytes until the server answers or closes; what it answered, nil for a reset.
    private func answer(_ client: HTTPClient, to pieces: some Sequence<[UInt8]>, method: HTTPMethod = .get) throws
      -> Int?
    {
      do {
        for piece in pieces {
          try client.socket.send(piece)
          if client.socket.isReadable(withinMilliseconds: 0) { break }
        }
      } catch SocketFailure.reset {}
      do {
        return try client.receive(answering: method).status
      } catch SocketFailure.reset {
        return nil
      }
    }

    @Test func headersOfAnySizeAreRefusedEarly() throws {
      let server = try TestServer()
      let health = try HealthCheck(server)
      let start = Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\n".utf8)
      let thousand = Array(String(repeating: "A: b\r\n", count: 1_000).utf8)
      let million = [start] + Array(repeating: thousand, count: 1_000)
      #expect(try answer(server.client(), to: million) == 431)
      let block = [UInt8](repeating: UInt8(ascii: "a"), count: 65_536)
      let endless = Array(repeating: block, count: 64)
      #expect(try answer(server.client(), to: [start] + endless) == 431, "an endless name")
      #expect(try answer(server.client(), to: [start, Array("A: ".utf8)] + endless) == 431, "an endless value")
      #expect(try answer(server.client(), to: [Array("GET /".utf8)] + endless) == 414, "an endless target")
      #expect(try [414, 501].contains(answer(server.client(), to: endless) ?? 0), "an endless method")
      let chunked = "POST /api/me HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      #expect(
        try answer(server.client(), to: [Array((chunked + "5;").utf8)] + endless, method: .post) == 400,
        "an endless chunk extension")
      let trailers = [Array((chunked + "0\r\n").utf8)] + Array(repeating: thousand, count: 1_000)
      #expect(try [400, 431].contains(answer(server.client(), to: trailers, method: .post) ?? 0), "endless trailers")
      try health.expectUnharmed("headers")
    }

    @Test func trickledRequestsAreClosedInTime() throws {
      let server = try TestServer(
        flags: ["--header-timeout", "1s", "--body-timeout", "1s", "--idle-timeout", "2s", "--write-timeout", "1s"])
      let place = try server.place()
      let health = try HealthCheck(server)
      let fields = "Host: localhost\r\nContent-Length: 100000\r\n"
      let heads = [
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ",
        "POST /api/channels/\(place.general)/messages HTTP/1.1\r\n\(fields)\r\n{\"body\":\"",
        "POST /api/channels/\(place.general)/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;",
        "POST /api/uploads?workspace_id=\(place.workspace) HTTP/1.1\r\n\(fields)"
          + "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
          + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
      ]
      let attackers = try heads.flatMap { head in
        try (0..<25).map { _ in
          let client = try server.client()
          try client.socket.send(head)
          return client
        }
      }
      // A byte now and then buys no time.
      let deadline = ContinuousClock.now + .seconds(20)
      var open = attackers
      while !open.isEmpty, ContinuousClock.now < deadline {
        open = open.filter { client in
          if client.socket.isReadable(withinMilliseconds: 0) { return false }
          do { try client.socket.send([UInt8(ascii: "x")]) } catch { return false }
          return true
        }
        BlockingSocket.waitForInput(of: open.map(\.socket), milliseconds: 100)
      }
      #expect(open.isEmpty, "\(open.count) of \(attackers.count) trickles were suffered")
      for client in attackers { #expect(try [408, nil].contains(answer(client, to: [], method: .post))) }
      try health.expectUnharmed("trickles")
    }

    /// Whoever asks for much and takes nothing, or a byte now and then, holds the server's memory: so much of it and so long.
    @Test func answersThatNobodyTakesAreBoundedAndDroppedInTime() throws {
      let server = try TestServer(flags: [
        "--write-timeout", "3s", "--idle-timeout", "3s", "--answers-bytes-max", "8MiB",
      ])
      let place = try server.place()
      let writer = try server.client()
      for _ in 0..<100 { try writer.post(String(repeating: "x", count: 9_000), to: place.general) }
      let page = "/api/channels/\(place.general)/messages?limit=100"
      #expect(try writer.request(.get, page).body.count > 800_000)
      let health = try HealthCheck(server)
      let before = try server.process.usage().residentBytes
      let request = writer.bytes(.get, page)
      var greedy = try (0..<100).map { _ in
        let socket = try BlockingSocket(port: server.port, receiveBufferBytes: 4_096)
        // Pipelined, too: the second is not begun before the first has left.
        for _ in 0..<5 { try socket.send(request) }
        return socket
      }
      let refused = try eventually("too much is waiting") {
        let response = try writer.request(.get, page)
        return response.status == 200 ? nil : response
      }
      #expect(refused.status == 503 && refused.headers["retry-after"] != nil)
      #expect(try writer.request(.get, "/api/me").status == 200, "small answers are not concerned")
      #expect(try server.process.usage().residentBytes - before < 64 << 20)
      let some = greedy.prefix(5)
      _ = try eventually("they are dropped", seconds: 15) {
        // Those who take a little are no better than those who take nothing.
        for socket in some where socket.isReadable(withinMilliseconds: 0) {
          do { _ = try socket.receive(atMost: 1) } catch SocketFailure.reset {}
        }
        return try writer.request(.get, page).status == 200 ? true : nil
      }
      greedy = []
      try health.expectUnharmed("answers that nobody takes")
    }

    static let climbs = [
      "..", "../..", "../../../../../../etc/passwd", "%2e%2e", "%2e%2e/%2e%2e/etc/passwd",
      "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd",
      "..%2f..%2fetc%2fpasswd", "..%5c..%5cetc%5cpasswd", "..\\..\\etc\\passwd", "%5c..%5c..", ".%00./", "..%00", "%00",
      "....//....//etc/passwd", "..;/..;/etc/passwd", "%252e%252e%252fetc%252fpasswd", "%c0%ae%c0%ae/", "%c0%af",
      "%u002e",
      "%ff%fe", "%ed%a0%80", "%f4%90%80%80", "%80", "clickclack.db", "../clickclack.db", "../data/clickclack.db",
      "..%2fclickclack.db", "//etc/passwd", "/etc/passwd", "./././index.html", "%2f%2fetc%2fpasswd", "~root", "CON",
      "a%0d%0ab",
      "%e2%80%ae", String(repeating: "../", count: 1_000), String(repeating: "%2e%2e%2f", count: 500),
      String(repeating: "a", count: 5_000), String(repeating: "/", count: 5_000),
    ]

    @Test func pathsThatClimbLeadNowhere() throws {
      let server = try TestServer()
      let health = try HealthCheck(server)
      let prefixes = [
        "/", "/app/", "/assets/", "/api/uploads/", "/uploads/", "/api/", "/api/channels/", "/api/workspaces/", "/docs/",
        "/api/messages/", "/api/auth/", "/embed/", "/.well-known/",
      ]
      for prefix in prefixes {
        for climb in Self.climbs {
          for query in ["", "?workspace_id=\(climb)"] {
            let client = try server.client()
            try client.socket.send(
              Array("GET \(prefix)\(climb)\(query) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
            let response = try client.receive()
            // Unknown pages are the client's own business: it gets its page.
            #expect(
              [200, 301, 302, 307, 308, 400, 401, 403, 404, 405, 414].contains(response.status), "\(prefix)\(climb)")
            #expect(!response.text.contains("root:") && !response.text.contains("SQLite format"), "\(prefix)\(climb)")
            if response.status == 200 {
              #expect(response.headers["content-type"]?.hasPrefix("text/html") == true, "\(prefix)\(climb)")
            }
            for name in ["location", "content-disposition"] {
              #expect(response.headers[name]?.contains("//etc") != true, "\(prefix)\(climb) leads elsewhere")
            }
          }
        }
      }
      try health.expectUnharmed("paths")
    }

    @Test func compressedBodiesAreNotInflated() throws {
      let server = try TestServer()
      let place = try server.place()
      let health = try HealthCheck(server)
      // A megabyte of gzip that would be a gigabyte.
      let bomb = try GzipCompressor(level: 9).compress([UInt8](repeating: 0x20, count: 200 << 20))
      #expect(bomb.count < 1 << 20)
      for coding in ["gzip", "deflate", "br", "gzip, gzip", "identity, gzip"] {
        let client = try server.client()
        let head = client.bytes(
          .post, "/api/channels/\(place.general)/messages",
          headers: [
            ("Content-Encoding", coding), ("Content-Type", "application/json"), ("Content-Length", "\(bomb.count)"),
          ])
        let status = try answer(client, to: [head, bomb], method: .post)
        #expect([400, 415].contains(status), "\(coding): \(String(describing: status))")
      }
      try health.expectUnharmed("compressed bodies")
    }
  }
}
