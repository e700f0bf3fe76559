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

    /// A page that is too small to be refused by itself, asked for again and again by many who read nothing.
    @Test func smallAnswersThatNobodyTakesAreBoundedTogether() throws {
      let server = try TestServer(flags: ["--answers-bytes-max", "1MiB"])
      let place = try server.place()
      let writer = try server.client()
      for _ in 0..<6 { try writer.post(String(repeating: "x", count: 9_000), to: place.general) }
      let page = "/api/channels/\(place.general)/messages?limit=6"
      for _ in 0..<50 { #expect(try (50_000..<65_000).contains(writer.request(.get, page).body.count)) }
      let health = try HealthCheck(server)
      let before = try server.process.usage().residentBytes
      let requests = Array(repeating: writer.bytes(.get, page), count: 8).flatMap { $0 }
      var greedy = try (0..<400).map { _ in
        let socket = try BlockingSocket(port: server.port, receiveBufferBytes: 4_096)
        try socket.send(requests)
        return socket
      }
      _ = try writer.request(.get, "/api/me")
      let growth = try server.process.usage().residentBytes - before
      // Answers to so many at once are made before they are refused, so memory says less than what each was told first.
      #expect(growth < 96 << 20, "\(growth) for \(greedy.count)")
      let refused = try greedy.count { try $0.receive(atMost: 12) == Array("HTTP/1.1 503".utf8) }
      #expect(refused > greedy.count / 2, "\(refused) of \(greedy.count)")
      #expect(try writer.post("posts go on", to: place.general)["message"]["id"].text.isEmpty == false)
      greedy = []
      try health.expectUnharmed("small answers that nobody takes")
    }

    /// What was done can't be refused any more, so its answer is sent, but not kept for long.
    @Test func answersToChangesBeyondTheBoundAreSoonDropped() throws {
      let server = try TestServer(flags: ["--answers-bytes-max", "1MiB", "--write-timeout", "1h"])
      let place = try server.place()
      let writer = try server.client()
      let health = try HealthCheck(server)
      let before = try server.process.usage().descriptors
      let body = "{\"body\":\"\(String(repeating: "x", count: 900_000))\"}"
      let request = writer.bytes(
        .post, "/api/channels/\(place.general)/messages",
        headers: [("Content-Type", "application/json"), ("Content-Length", "\(body.utf8.count)")])
      var greedy = try (0..<6).map { _ in
        let socket = try BlockingSocket(port: server.port, receiveBufferBytes: 4_096)
        try socket.send(request + Array(body.utf8))
        return socket
      }
      _ = try eventually("every change was made") {
        let page = try writer.call(.get, "/api/realtime/events?workspace_id=\(place.workspace)")
        return page["events"].elements.filter { $0["type"].text == "message.created" }.count >= greedy.count
          ? true : nil
      }
      _ = try eventually("all but what there is room for are dropped", seconds: 30) {
        try server.process.usage().descriptors <= before + 1 ? true : nil
      }
      greedy = []
      try health.expectUnharmed("answers to changes")
    }

    /// One byte a chunk: six on the wire for each that counts.
    @Test func uploadsInTinyChunksCostNoMoreThanTheirBytes() throws {
      let server = try TestServer(flags: ["--loops", "1"])
      let place = try server.place()
      let health = try HealthCheck(server)
      let client = try server.client()
      let form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
        + String(repeating: "z", count: 300_000) + "\r\n--b--\r\n"
      let chunks = form.utf8.flatMap { [0x31, 0x0D, 0x0A, $0, 0x0D, 0x0A] } + Array("0\r\n\r\n".utf8)
      let head = client.bytes(
        .post, "/api/uploads?workspace_id=\(place.workspace)",
        headers: [("Content-Type", "multipart/form-data; boundary=b"), ("Transfer-Encoding", "chunked")])
      let before = try server.process.usage().cpuSeconds
      try client.socket.send(head + chunks)
      #expect(try client.receive(answering: .post).status == 201)
      // Half a second; taken piece by piece, ten times as much.
      #expect(try server.process.usage().cpuSeconds - before < 3)
      try health.expectUnharmed("tiny chunks")
    }

    @Test func onlyAnswersThatTakeLittleTimeAreCompressed() throws {
      let server = try TestServer()
      let place = try server.place()
      let client = try server.client()
      for _ in 0..<2 { try client.post(String(repeating: "x", count: 200_000), to: place.general) }
      for (limit, coding) in [(1, "gzip"), (2, nil)] {
        let page = "/api/channels/\(place.general)/messages?limit=\(limit)"
        let answer = try client.request(.get, page, headers: [("Accept-Encoding", "gzip")])
        #expect(answer.status == 200 && answer.headers["content-encoding"] == coding)
      }
    }

    @Test func largeEphemeralEventsAreLimited() throws {
      let server = try TestServer()
      let place = try server.place()
      let other = try server.makeUser("other", in: place.workspace)
      let client = try server.client()
      func publish(_ client: HTTPClient, bytes: Int) throws -> Response {
        let text = String(repeating: "x", count: bytes)
        return try client.request(
          .post, "/api/realtime/ephemeral",
          json:
            "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"presence.changed\",\"payload\":{\"x\":\"\(text)\"}}")
      }
      var taken = 0
      while taken < 1_000, try publish(client, bytes: 60_000).status == 202 { taken += 1 }
      #expect((15..<200).contains(taken), "\(taken)")
      let refused = try publish(client, bytes: 60_000)
      #expect(refused.status == 429 && refused.headers["retry-after"] != nil)
      for _ in 0..<100 { #expect(try publish(client, bytes: 1_000).status == 202, "small ones are not concerned") }
      #expect(try publish(server.client(user: other), bytes: 60_000).status == 202)
    }

    @Test func eventStreamsTakeNoFlood() throws {
      let server = try TestServer()
      let place = try server.place()
      let health = try HealthCheck(server)
      let socket = try server.socket()
      try socket.send(server.client().bytes(.get, "/api/realtime/sse?workspace_id=\(place.workspace)"))
      try socket.send([UInt8](repeating: 0x78, count: 300_000))
      var said: [UInt8] = []
      while case let piece = try socket.receive(), !piece.isEmpty { said += piece }
      #expect(String(decoding: said, as: UTF8.self).contains("\"code\":1008"))
      try health.expectUnharmed("a flood on an event stream")
    }

    /// Comparing such a text takes as long as sorting its marks, which must not be a matter of seconds.
    @Test func textsThatAreSlowToCompareAreRefused() throws {
      let server = try TestServer(flags: ["--loops", "1"])
      let health = try HealthCheck(server)
      let marks = String(String.UnicodeScalarView((0..<14_000).map { $0 < 7_000 ? "\u{301}" : "\u{316}" }))
      for field in [
        "Authorization", "Cookie", "Origin", "X-Forwarded-For", "X-Forwarded-Host", "Sec-Fetch-Site",
        "Sec-WebSocket-Protocol", "X-ClickClack-User",
      ] {
        let client = try server.client()
        try client.socket.send("GET /api/me HTTP/1.1\r\nHost: localhost\r\n\(field): \(marks)\r\n\r\n")
        #expect(try client.receive().status == 400, "\(field)")
      }
      let few = String(repeating: "%CC%81%CC%96", count: 600)
      for target in ["/\(few)", "/api/me?\(few)=1", "/api/me?a=\(few)"] {
        let client = try server.client()
        try client.socket.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try [400, 414].contains(client.receive().status), "\(target.prefix(20))")
      }
      try health.expectUnharmed("marks")
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
