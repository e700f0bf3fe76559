import HTTP
import Storage
import Testing

extension EndToEnd {
  /// What hostile, slow and unusual clients get.
  @Suite struct HTTPRobustness {
    private func fill(_ server: TestServer, _ messages: Int, bytes: Int = 900) throws -> TestServer.Place {
      let place = try server.place()
      let client = try server.client()
      for index in 0..<messages {
        try client.post("\(index) " + String(repeating: "x", count: bytes), to: place.general)
      }
      return place
    }

    @Test func pipelinedRequestsAreAnsweredInOrderAlsoBehindALargeResponse() throws {
      let server = try TestServer()
      let place = try fill(server, 100, bytes: 8_000)
      let client = try server.client()
      let large = "/api/channels/\(place.general)/messages?limit=100"
      // The large answers exceed what the kernel takes at once, so the next request waits for the connection to drain.
      let batch = [large, "/api/me", large, "/healthz", "/api/workspaces"]
      try client.socket.send(batch.flatMap { client.bytes(.get, $0) })
      let answers = try batch.map { _ in try client.receive() }
      #expect(answers.map(\.status) == [200, 200, 200, 200, 200])
      #expect(answers[0].body.count > 800_000 && answers[0].body == answers[2].body)
      #expect(try answers[1].json()["user"]["id"].text == place.captain)
      #expect(try answers[4].json()["workspaces"].elements.count == 1)
      #expect(try client.request(.get, "/healthz").status == 200)
    }

    @Test func headOfAnEventStreamHasNoBody() throws {
      let server = try TestServer()
      let place = try server.place()
      let client = try server.client()
      let path = "/api/realtime/sse?workspace_id=\(place.workspace)"
      let response = try client.request(.head, path)
      #expect(response.status == 200)
      #expect(response.headers["content-type"] == "text/event-stream")
      // Whatever followed the head would be taken for this answer.
      #expect(try client.request(.get, "/healthz").json()["status"].text == "ok")
    }

    @Test func pipelinedWritesAllHappenInOrder() throws {
      let server = try TestServer()
      let place = try server.place()
      let client = try server.client()
      let path = "/api/channels/\(place.general)/messages"
      try client.socket.send((1...50).flatMap { client.bytes(.post, path, json: "{\"body\":\"m\($0)\"}") })
      for index in 1...50 {
        let message = try client.receive(answering: .post).json()["message"]
        #expect(message["body"].text == "m\(index)")
        #expect(message["channel_seq"].integer == Int64(index))
      }
    }

    @Test func aHalfClosedClientGetsEveryAnswerAndThenTheEnd() throws {
      let server = try TestServer()
      let client = try server.client()
      try client.socket.send((0..<3).flatMap { _ in client.bytes(.get, "/api/me") })
      client.socket.finishSending()
      for _ in 0..<3 { #expect(try client.receive().status == 200) }
      #expect(try client.isClosedByServer())
    }

    @Test func oneConnectionServesManyRequestsAndCloseIsHonoured() throws {
      let server = try TestServer()
      let client = try server.client()
      for _ in 0..<100 { #expect(try client.request(.get, "/api/me").status == 200) }
      let last = try client.request(.get, "/api/me", headers: [("Connection", "close")])
      #expect(last.status == 200)
      #expect(last.headers.contains("connection", token: "close"))
      #expect(try client.isClosedByServer())
    }

    @Test func anOldClientWithoutKeepAliveIsClosed() throws {
      let server = try TestServer()
      let client = try server.client()
      try client.socket.send("GET /healthz HTTP/1.0\r\n\r\n")
      #expect(try client.receive().status == 200)
      #expect(try client.isClosedByServer())
    }

    @Test func slowHeadsBodiesAndIdleConnectionsAreClosedInTime() throws {
      let server = try TestServer(flags: ["--header-timeout", "1s", "--body-timeout", "1s", "--idle-timeout", "1s"])
      let place = try server.place()
      let idle = try server.client()
      let slow = try server.client()
      let body = try server.client()
      try slow.socket.send("GET /healthz HTTP/1.1\r\nHost: localh")
      try body.socket.send(
        "POST /api/channels/\(place.general)/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"b")
      // A byte now and then does not buy time for a head.
      while !slow.socket.isReadable(withinMilliseconds: 100) { try slow.socket.send("x") }
      #expect(try slow.receive().status == 408)
      #expect(try slow.isClosedByServer())
      #expect(try body.receive(answering: .post).status == 408)
      #expect(try body.isClosedByServer())
      #expect(try idle.isClosedByServer())
      #expect(try server.client().request(.get, "/healthz").status == 200)
    }

    @Test func tooMuchIsRefusedWithTheRightStatus() throws {
      let server = try TestServer(flags: ["--header-bytes-max", "4KiB", "--body-bytes-max", "8KiB"])
      let place = try server.place()
      let large = try server.client().request(
        .get, "/healthz", headers: [("X-Large", String(repeating: "a", count: 5_000))])
      #expect(large.status == 431)
      let long = try server.client().request(.get, "/" + String(repeating: "a", count: 70_000))
      #expect([414, 431].contains(long.status))
      let path = "/api/channels/\(place.general)/messages"
      let declared = try server.client()
      try declared.socket.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n")
      #expect(try declared.receive(answering: .post).status == 413)
      let chunked = try server.client()
      try chunked.socket.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2329\r\n")
      try chunked.socket.send([UInt8](repeating: 32, count: 0x2329))
      let refused = try chunked.receive(answering: .post)
      #expect(refused.status == 413)
      #expect(try !refused.json()["error"].text.isEmpty)
    }

    @Test(arguments: [
      ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
      ("Content-Length: 5\r\nContent-Length: 5\r\n", 400),
      ("Content-Length: +5\r\n", 400),
      ("Content-Length: 5, 5\r\n", 400),
      ("Transfer-Encoding: chunked, chunked\r\n", 400),
      ("Transfer-Encoding: gzip, chunked\r\n", 501),
      ("Transfer-Encoding : chunked\r\n", 400),
      ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400),
      ("Host: other\r\n", 400),
      (" folded: line\r\n", 400),
      ("X: a\u{0}b\r\n", 400),
      ("Content-Length: 99999999999999999999\r\n", 400),
    ])
    func ambiguousFramingIsRefusedAndNothingSmuggled(_ fields: String, _ status: Int) throws {
      let server = try TestServer()
      let client = try server.client()
      try client.socket.send(
        "POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
      )
      #expect(try client.receive(answering: .post).status == status)
      #expect(try client.isClosedByServer(), "the rest was taken for a request")
    }

    @Test func aClientThatExpectsContinueIsTold() throws {
      let server = try TestServer()
      let place = try server.place()
      let client = try server.client()
      let body = "{\"body\":\"after the go-ahead\"}"
      try client.socket.send(
        "POST /api/channels/\(place.general)/messages HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n")
      #expect(try client.receiveAny(answering: .post).status == 100)
      try client.socket.send(body)
      #expect(try client.receive(answering: .post).status == 201)
      #expect(try client.request(.get, "/healthz", headers: [("Expect", "a miracle")]).status == 417)
    }

    @Test func headOptionsAndWrongMethods() throws {
      let server = try TestServer()
      let client = try server.client()
      let whole = try client.request(.get, "/api/me")
      let head = try client.request(.head, "/api/me")
      #expect(head.status == 200 && head.body.isEmpty)
      #expect(head.headers["content-length"] == whole.headers["content-length"])
      let options = try client.request(.options, "/api/me")
      #expect(options.status < 300 && options.headers.contains("allow", token: "PATCH"))
      let wrong = try client.request(.delete, "/api/me")
      #expect(wrong.status == 405)
      #expect(wrong.headers.contains("allow", token: "GET") && wrong.headers.contains("allow", token: "PATCH"))
      #expect(try client.request(.get, "/api/nowhere").status == 404)
      #expect(try client.request(.get, "/healthz").status == 200)
    }

    @Test func largeAnswersAreCompressedForThoseWhoAsk() throws {
      let server = try TestServer()
      let place = try fill(server, 10)
      let client = try server.client()
      let path = "/api/channels/\(place.general)/messages"
      let plain = try client.request(.get, path)
      let packed = try client.request(.get, path, headers: [("Accept-Encoding", "gzip")])
      #expect(plain.headers["content-encoding"] == nil && packed.headers["content-encoding"] == "gzip")
      #expect(packed.body.count < plain.body.count / 2)
      #expect(try Gzip.decompress(packed.body, outputBytesMax: 1 << 20) == plain.body)
      #expect(packed.headers["vary"] == "Accept-Encoding" && plain.headers["vary"] == "Accept-Encoding")
      let small = try client.request(.get, "/healthz", headers: [("Accept-Encoding", "gzip")])
      #expect(small.headers["content-encoding"] == nil)
      let refused = try client.request(.get, path, headers: [("Accept-Encoding", "gzip;q=0")])
      #expect(refused.body == plain.body)
    }

    @Test func thePageIsSentOnceAndThenRevalidated() throws {
      let server = try TestServer()
      let client = try server.client()
      let page = try client.request(.get, "/")
      let etag = try #require(page.headers["etag"])
      #expect(page.status == 200 && !page.body.isEmpty)
      let again = try client.request(.get, "/", headers: [("If-None-Match", etag)])
      #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == etag)
      let other = try client.request(.get, "/", headers: [("If-None-Match", "\"other\"")])
      #expect(other.status == 200 && other.body == page.body)
    }

    @Test func twoHundredIdleConnectionsDisturbNobody() throws {
      let server = try TestServer()
      let place = try server.place()
      let idle = try (0..<100).map { _ in try server.client() }
      let subscribers = try (0..<100).map { _ in try WebSocketClient(port: server.port, workspace: place.workspace) }
      let cursor = try server.client().post("anyone there?", to: place.general)["event"]["cursor"].text
      for subscriber in subscribers { #expect(try subscriber.next()?.cursor == cursor) }
      for client in idle { #expect(try client.request(.get, "/healthz").status == 200) }
    }

    @Test func connectionsBeyondTheLimitAreRefusedAndFreedOnesAreReused() throws {
      let server = try TestServer(flags: ["--connections-max", "5"])
      // The client that waited for the server's start is gone when five others fit.
      var clients: [HTTPClient] = try eventually("five connections fit") {
        let clients = try (0..<5).map { _ in try server.client() }
        return (try? clients.allSatisfy { try $0.request(.get, "/healthz").status == 200 }) == true ? clients : nil
      }
      let sixth = try server.client()
      let refused = try sixth.request(.get, "/healthz")
      #expect(refused.status == 503 && refused.headers["retry-after"] != nil)
      clients.removeLast()
      _ = try eventually("a freed place is reused") {
        let client = try server.client()
        return (try? client.request(.get, "/healthz").status) == 200 ? true : nil
      }
    }
  }
}
