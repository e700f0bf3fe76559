import HTTP
import Testing

extension EndToEnd {
  @Suite struct FirstUse {
    @Test func aWorkspaceWithGeneralIsThereAndPeopleChatLive() throws {
      let server = try TestServer()
      let place = try server.place()
      #expect(place.workspace.hasPrefix("wsp_") && place.general.hasPrefix("chn_"))
      let alice = try server.makeUser("alice", in: place.workspace)
      let first = try WebSocketClient(port: server.port, workspace: place.workspace)
      let second = try WebSocketClient(port: server.port, workspace: place.workspace, user: alice)
      let compressed = try WebSocketClient(
        port: server.port, workspace: place.workspace, user: alice, offersDeflate: true)
      #expect(!first.usesDeflate && compressed.usesDeflate)
      let stream = try EventStreamClient(port: server.port, workspace: place.workspace)

      let hello = try server.client().post("hello", to: place.general)
      let answer = try server.client(user: alice).post(String(repeating: "answer ", count: 200), to: place.general)
      let cursors = [hello, answer].map { $0["event"]["cursor"].text }
      let authors = [place.captain, alice]
      for subscriber in [first, second, compressed] {
        let events = [try subscriber.expect("message.created"), try subscriber.expect("message.created")]
        #expect(events.map(\.cursor) == cursors)
        #expect(events.map { $0.json["payload"]["author_id"].text } == authors)
        #expect(events.map(\.messageID) == [hello, answer].map { $0["message"]["id"].text })
      }
      let streamed = [try stream.next(), try stream.next()]
      #expect(streamed.map { $0?.cursor } == cursors)
      #expect(stream.head?.headers["content-type"] == "text/event-stream")
      #expect(stream.lastEventID == cursors[1])

      let resumed = try EventStreamClient(port: server.port, workspace: place.workspace, lastEventID: cursors[0])
      #expect(try resumed.next()?.cursor == cursors[1])
      let third = try server.client().post("third", to: place.general)["event"]["cursor"].text
      #expect(try resumed.next()?.cursor == third)
      #expect(try compressed.next()?.cursor == third)
    }

    @Test func anUnknownEventStreamPositionEndsTheStreamWithTheReason() throws {
      let server = try TestServer()
      let place = try server.place()
      let stream = try EventStreamClient(port: server.port, workspace: place.workspace, lastEventID: "cur_nowhere")
      #expect(stream.lastEventID == "cur_nowhere")
      let last = try stream.next()
      #expect(last?.json["code"].integer == 4001)
      #expect(try stream.next() == nil)
      // A browser would try the same position again for ever.
      #expect(stream.lastEventID.isEmpty)
    }

    @Test func aBrowserPresentsItsTokenAsASubprotocol() throws {
      let server = try TestServer()
      let place = try server.place()
      let made = try server.command([
        "admin", "bot", "create", "--workspace", place.workspace, "--created-by", place.captain, "--name", "Robot",
        "--plain",
      ])
      #expect(made.exitCode == 0, "\(made.errors)")
      let token = String(made.output.filter { !$0.isWhitespace })
      let subprotocol = "clickclack.bearer.\(token)"
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, subprotocol: subprotocol)
      #expect(socket.head.headers["sec-websocket-protocol"] == subprotocol)
      let cursor = try server.client(token: token).post("beep", to: place.general)["event"]["cursor"].text
      #expect(try socket.expect("message.created").cursor == cursor)
      #expect(throws: TestFailure.self) {
        try WebSocketClient(
          port: server.port, workspace: place.workspace, subprotocol: "clickclack.bearer.\(token.dropLast())x")
      }
    }
  }
}
