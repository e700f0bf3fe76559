import HTTP
import Storage
import Testing

extension EndToEnd {
  @Suite struct SlowConsumer {
    @Test func aSubscriberThatDoesNotReadIsClosedAndResumesWithItsCursor() throws {
      let server = try TestServer(flags: ["--outbound-backlog-bytes-max", "64KiB", "--metrics=true"])
      let place = try server.place()
      let slow = try WebSocketClient(port: server.port, workspace: place.workspace, receiveBufferBytes: 4_096)
      let healthy = try WebSocketClient(port: server.port, workspace: place.workspace)
      let client = try server.client()
      let first = try client.post("first", to: place.general)["event"]["cursor"].text
      #expect(try slow.next()?.cursor == first)
      #expect(try healthy.next()?.cursor == first)
      // Large ones fill the slow one's buffers quickly; ephemeral ones come in between.
      let long = String(repeating: "z", count: 60_000)
      let filler =
        "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"presence.changed\","
        + "\"payload\":{\"status\":\"away\"}}"
      var cursors: [String] = []
      for _ in 0..<400 {
        cursors.append(try client.post(long, to: place.general)["event"]["cursor"].text)
        _ = try client.call(.post, "/api/realtime/ephemeral", json: filler)
        #expect(try healthy.next()?.cursor == cursors.last)
        #expect(try healthy.next()?.type == "presence.changed")
      }
      // The healthy one and this client remain.
      _ = try eventually("the slow one is gone") {
        try client.metric("clickclack_connections") <= 2 ? true : nil
      }
      let (ending, events) = try slow.ended()
      #expect(ending == .close(code: 1013) || ending == .reset)
      let seen = events.filter { !$0.cursor.isEmpty }.map(\.cursor)
      #expect(seen == Array(cursors.prefix(seen.count)), "a gap before the end")
      #expect(seen.count < cursors.count)
      let resumed = try WebSocketClient(port: server.port, workspace: place.workspace, after: seen.last ?? first)
      let rest = try resumed.events { $0.cursor == cursors.last }
      #expect(rest.map(\.cursor) == Array(cursors.dropFirst(seen.count)))
    }
  }
}
