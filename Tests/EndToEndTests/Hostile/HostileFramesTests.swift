import HTTP
import Storage
import Testing

extension EndToEnd.Hostile {
  /// What no WebSocket client sends. Of each kind one socket is told why it is closed, and nobody else notices.
  @Suite struct Frames {
    /// One attack: bytes behind the handshake and the code that they earn.
    struct Attack: Sendable, CustomTestStringConvertible {
      let name: String
      let code: UInt16
      let bytes: [UInt8]
      var testDescription: String { name }

      init(_ name: String, _ code: UInt16, _ bytes: [UInt8]) {
        self.name = name
        self.code = code
        self.bytes = bytes
      }
    }

    private static let mask: [UInt8] = [0, 0, 0, 0]

    /// The start of a frame of a client, with any declared length.
    private static func header(_ first: UInt8, length: UInt64, masked: Bool = true) -> [UInt8] {
      let bit: UInt8 = masked ? 0x80 : 0
      let end = masked ? mask : []
      switch length {
      case ..<126: return [first, bit | UInt8(length)] + end
      case ..<65_536: return [first, bit | 126] + bigEndian(length).suffix(2) + end
      default: return [first, bit | 127] + bigEndian(length) + end
      }
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
      (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }

    private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
      header(first, length: UInt64(payload.count)) + payload
    }

    /// 50 megabytes in some tens of kilobytes.
    private static func bomb() throws -> [UInt8] {
      try WebSocketDeflate(level: 9).compress([UInt8](repeating: 0x61, count: 50 << 20))
    }

    static let attacks: [Attack] = [
      Attack("a length of 2^63 - 1", 1009, header(0x81, length: UInt64(Int64.max))),
      Attack("a length of 2^63", 1002, header(0x81, length: 1 << 63)),
      Attack("a length of 2^64 - 1", 1002, header(0x81, length: .max)),
      Attack("a length of 4 GiB", 1009, header(0x82, length: 4 << 30)),
      Attack(
        "a length in more bytes than it takes", 1002, [0x81, 0xFE, 0, 5] + mask + [0x61, 0x61, 0x61, 0x61, 0x61]),
      Attack("a message just too large", 1009, frame(0x82, [UInt8](repeating: 1, count: 65_537))),
      Attack(
        "fragments that are too large together", 1009,
        frame(0x02, [UInt8](repeating: 1, count: 40_000)) + frame(0x80, [UInt8](repeating: 1, count: 40_000))),
      Attack(
        "a flood of fragments", 1008,
        frame(0x01, [0x61]) + Array(repeating: frame(0x00, [0x61]), count: 70_000).joined()),
      Attack("no mask", 1002, header(0x81, length: 2, masked: false) + [0x61, 0x61]),
      Attack("a reserved opcode", 1002, frame(0x83, [])), Attack("a reserved control opcode", 1002, frame(0x8B, [])),
      Attack("RSV2", 1002, frame(0xA1, [0x61])), Attack("RSV3", 1002, frame(0x91, [0x61])),
      Attack("RSV1 on a ping", 1002, frame(0xC9, [])),
      Attack("a compressed frame that was not agreed on", 1002, frame(0xC1, [0x61])),
      Attack("a large ping", 1002, header(0x89, length: 126) + [UInt8](repeating: 0, count: 126)),
      Attack("a ping in fragments", 1002, frame(0x09, [])),
      Attack("a continuation of nothing", 1002, frame(0x80, [0x61])),
      Attack("a message within a message", 1002, frame(0x01, [0x61]) + frame(0x81, [0x61])),
      Attack("text that is no UTF-8", 1007, frame(0x81, [0xC0, 0xAF])),
      Attack("text with a surrogate", 1007, frame(0x81, [0xED, 0xA0, 0x80])),
      Attack("text beyond Unicode", 1007, frame(0x81, [0xF4, 0x90, 0x80, 0x80])),
      Attack("text that ends within a letter", 1007, frame(0x81, [0xE2, 0x82])),
      Attack("text that is bad across fragments", 1007, frame(0x01, [0xE2]) + frame(0x80, [0x28, 0xA1])),
      Attack("a close with one byte", 1002, frame(0x88, [3])),
      Attack("a close with a code for nobody", 1002, frame(0x88, [0x03, 0xED])),
      Attack("a close with a bad reason", 1007, frame(0x88, [0x03, 0xE8, 0xFF])),
      Attack("a request of HTTP", 1002, Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
      Attack("zeros", 1002, [UInt8](repeating: 0, count: 100_000)),
    ]

    private func ending(_ socket: WebSocketClient, after bytes: [UInt8]) throws -> WebSocketClient.Ending {
      do { try socket.socket.send(bytes) } catch SocketFailure.reset {}
      return try socket.ended().ending
    }

    @Test func eachIsClosedWithItsCode() throws {
      let server = try TestServer()
      let place = try server.place()
      let witness = try WebSocketClient(port: server.port, workspace: place.workspace)
      let health = try HealthCheck(server)
      #expect(try witness.next()?.type == "message.created")
      for attack in Self.attacks {
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
        let ending = try ending(socket, after: attack.bytes)
        #expect(ending == .close(code: attack.code), "\(attack.name): \(ending)")
      }
      try health.expectUnharmed("frames")
      #expect(try witness.next()?.type == "message.created")
    }

    /// Messages that never end wait for their time to be over; their memory is that of request bodies.
    @Test func unfinishedMessagesAreBoundedTogether() throws {
      let server = try TestServer(flags: ["--bodies-bytes-max", "1MiB", "--websocket-message-bytes-max", "128KiB"])
      let place = try server.place()
      let health = try HealthCheck(server)
      let last = try server.client().post("the last event", to: place.general)["event"]["cursor"].text
      let start = Self.header(0x82, length: 120_000) + [UInt8](repeating: 1, count: 100_000)
      var held: [WebSocketClient] = []
      var refused: WebSocketClient?
      for _ in 0..<24 where refused == nil {
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace, after: last)
        try socket.socket.send(start)
        // Its turn comes once the server has answered somebody else after it.
        _ = try server.client().request(.get, "/api/me")
        if socket.socket.isReadable(withinMilliseconds: 200) { refused = socket } else { held.append(socket) }
      }
      #expect(try refused?.ended().ending == .close(code: 1013))
      #expect((4...16).contains(held.count), "\(held.count)")
      // What was held is free once it is over.
      for socket in held {
        try socket.socket.send([UInt8](repeating: 1, count: 20_000))
        try socket.socket.send(Self.frame(0x89, []))
      }
      _ = try eventually("bodies have room again") {
        let body = "{\"body\":\"\(String(repeating: "x", count: 900_000))\"}"
        let path = "/api/channels/\(place.general)/messages"
        return try server.client().request(.post, path, json: body).status == 201 ? true : nil
      }
      held = []
      refused = nil
      try health.expectUnharmed("unfinished messages")
    }

    @Test func messagesThatInflateHugelyAreRefused() throws {
      let server = try TestServer()
      let place = try server.place()
      let health = try HealthCheck(server)
      let bomb = try Self.bomb()
      #expect(bomb.count < 65_536)
      let cases: [(String, UInt16, [UInt8])] = [
        ("at once", 1009, Self.frame(0xC2, bomb)),
        ("as text", 1009, Self.frame(0xC1, bomb)),
        (
          "in fragments", 1009,
          Self.frame(0x42, Array(bomb.prefix(1_000))) + Self.frame(0x80, Array(bomb.dropFirst(1_000)))
        ),
        ("corrupt", 1007, Self.frame(0xC2, [UInt8](repeating: 0xFF, count: 1_000))),
        (
          "cut short", 1007,
          Self.frame(0xC2, Array(try WebSocketDeflate().compress(Array("cut short".utf8)).dropLast(3)))
        ),
        ("many final blocks", 1007, Self.frame(0xC2, [UInt8](repeating: 0x03, count: 30_001))),
      ]
      for (name, code, bytes) in cases {
        for _ in 0..<20 {
          let socket = try WebSocketClient(port: server.port, workspace: place.workspace, offersDeflate: true)
          #expect(socket.usesDeflate)
          let ending = try ending(socket, after: bytes)
          #expect(ending == .close(code: code), "\(name): \(ending)")
        }
      }
      try health.expectUnharmed("messages that inflate")
    }

    @Test func floodsOfPingsAreAnsweredOrClosed() throws {
      let server = try TestServer(flags: ["--outbound-backlog-bytes-max", "64KiB"])
      let place = try server.place()
      let health = try HealthCheck(server)
      let ping = Self.frame(0x89, [UInt8](repeating: 0x70, count: 125))
      let thousand = Array(Array(repeating: ping, count: 1_000).joined())
      // Ten that read nothing: the pongs fill their backlog, or they are too many, and they are closed.
      for _ in 0..<10 {
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace, receiveBufferBytes: 4_096)
        do {
          for _ in 0..<200 { try socket.socket.send(thousand) }
        } catch SocketFailure.reset {}
        let ending = try socket.ended().ending
        #expect([.close(code: 1013), .close(code: 1008), .reset].contains(ending), "\(ending)")
      }
      try health.expectUnharmed("pings")
    }

    /// Frames that are cheap to send and dear to take: a few clients would keep a loop busy for seconds.
    @Test func floodsOfLegalFramesAreClosedBeforeTheyCostMuch() throws {
      let server = try TestServer(flags: ["--metrics=true"])
      let place = try server.place()
      let control = try server.client()
      let witness = try WebSocketClient(port: server.port, workspace: place.workspace)
      let health = try HealthCheck(server)
      #expect(try witness.next()?.type == "message.created")
      let inflating = Self.frame(
        0xC1, try WebSocketDeflate(level: 9).compress([UInt8](repeating: 0x61, count: 65_000)))
      #expect(inflating.count < 100)
      let floods: [(String, [UInt8])] = [
        ("inflating", inflating), ("pongs", Self.frame(0x8A, [])), ("pings", Self.frame(0x89, [])),
        ("texts", Self.frame(0x81, [])), ("large texts", Self.frame(0x81, [UInt8](repeating: 0x61, count: 60_000))),
        ("fragments of nothing", Self.frame(0x01, []) + Self.frame(0x80, [])),
      ]
      let floodersOfAKind = 5
      for (name, frame) in floods {
        let bytes = Array(Array(repeating: frame, count: frame.count > 1_000 ? 20 : 3_000).joined())
        let flooders = try TestThreads(floodersOfAKind) { _ in
          let socket = try WebSocketClient(port: server.port, workspace: place.workspace, offersDeflate: true)
          let ending = try ending(socket, after: bytes)
          #expect(ending == .close(code: 1008), "\(name): \(ending)")
        }
        try flooders.join()
      }
      #expect(try control.metric("clickclack_websocket_flooders_total") == Double(floods.count * floodersOfAKind))
      // Ten seconds' worth and one message each, and what a slow machine's time adds; they sent 975 MB.
      let inflated = try control.metric("clickclack_websocket_inflated_bytes_total")
      #expect((325_000...20_000_000).contains(inflated), "\(inflated)")
      try health.expectUnharmed("floods of legal frames")
      #expect(try witness.next()?.type == "message.created")
    }

    @Test func aBurstWithinTheRateIsTaken() throws {
      let server = try TestServer(flags: ["--metrics=true"])
      let place = try server.place()
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, offersDeflate: true)
      let pings = Array(Array(repeating: Self.frame(0x89, [0x70]), count: 450).joined())
      let texts = Array(Array(repeating: Self.frame(0x81, [0x61]), count: 450).joined())
      try socket.socket.send(pings + texts)
      try server.client().post("still there", to: place.general)
      #expect(try socket.next()?.type == "message.created")
      #expect(socket.ending == nil)
      #expect(try server.client().metric("clickclack_websocket_flooders_total") == 0)
    }

    @Test func trickledMessagesAreClosedInTime() throws {
      let server = try TestServer(flags: ["--body-timeout", "1s"])
      let place = try server.place()
      let health = try HealthCheck(server)
      // The starts of a long frame, of a header, and of a message in fragments with pings between them.
      let starts: [(start: [UInt8], next: [UInt8])] = [
        (Self.header(0x82, length: 60_000), [0x61]),
        ([0x82], []),
        (Self.frame(0x02, [0x61]), Self.frame(0x00, [])),
        (Self.frame(0x02, [0x61]), Self.frame(0x89, [])),
      ]
      let sockets = try starts.map { start, next in
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
        try socket.socket.send(start)
        return (socket: socket, next: next)
      }
      let deadline = ContinuousClock.now + .seconds(15)
      while ContinuousClock.now < deadline, sockets.contains(where: { $0.socket.ending == nil }) {
        for (socket, next) in sockets where socket.ending == nil {
          do { try socket.socket.send(next) } catch SocketFailure.reset {}
          if socket.socket.isReadable(withinMilliseconds: 20) { _ = try socket.next() }
        }
      }
      for (number, (socket, _)) in sockets.enumerated() {
        #expect(socket.ending == .close(code: 1008), "\(number): \(String(describing: socket.ending))")
      }
      try health.expectUnharmed("trickled messages")
    }
  }
}
