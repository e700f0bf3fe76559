import Testing

@testable import HTTP

/// Categories 9 (limits) and 10 (autofragmentation) of the Autobahn test suite.
@Suite("Autobahn 9-10")
struct AutobahnLimitTests {
  private static func payload(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "*"), count: count) }

  @Test("9.1.1-9.1.6 text, 9.2.1-9.2.6 binary", arguments: [64, 256, 1024, 4096, 8192, 16384], [UInt8(1), 2])
  func largeMessages(kibibytes: Int, opcode: UInt8) throws {
    let payload = Self.payload(kibibytes * 1024)
    var server = EchoServer()
    server.receive(clientFrame(opcode, payload))
    #expect(server.sent.count == payload.count + 10)
    #expect(server.sent.suffix(payload.count).elementsEqual(payload))
  }

  @Test(
    "9.3.1-9.3.9 text, 9.4.1-9.4.9 binary: 4 MiB in fragments", arguments: [64, 256, 4096, 65_536, 1_048_576],
    [UInt8(1), 2])
  func fragments(size: Int, opcode: UInt8) throws {
    let total = 4 * 1024 * 1024
    let fragment = clientFrame(0, Self.payload(size), isFinal: false)
    var server = EchoServer()
    server.receive(clientFrame(opcode, Self.payload(size), isFinal: false))
    for _ in 1..<total / size { server.receive(fragment) }
    server.receive(clientFrame(0))
    #expect(server.sent.count == total + 10)
    #expect(server.sent.last == UInt8(ascii: "*"))
  }

  @Test("9.5.1-9.5.6 text, 9.6.1-9.6.6 binary: 1 MiB in chops", arguments: [64, 256, 2048], [UInt8(1), 2])
  func chops(size: Int, opcode: UInt8) throws {
    let frame = clientFrame(opcode, Self.payload(1024 * 1024))
    var server = EchoServer()
    for start in stride(from: 0, to: frame.count, by: size) {
      server.receive(Array(frame[start..<min(start + size, frame.count)]))
    }
    #expect(server.sent.count == 1024 * 1024 + 10)
  }

  @Test("9.7.1-9.7.6 text, 9.8.1-9.8.6 binary: 1000 messages", arguments: [0, 16, 64, 256, 1024], [UInt8(1), 2])
  func manyMessages(size: Int, opcode: UInt8) throws {
    let frame = clientFrame(opcode, Self.payload(size))
    var server = EchoServer()
    server.receive(Array(repeating: frame, count: 1000), .framewise)
    #expect(try server.answers().count == 1000)
  }

  @Test("10.1.1 64 KiB in frames of 1300 octets") func autofragmentation() throws {
    let payload = Self.payload(65_536)
    var frames: [[UInt8]] = []
    for start in stride(from: 0, to: payload.count, by: 1300) {
      let end = min(start + 1300, payload.count)
      frames.append(clientFrame(start == 0 ? 1 : 0, Array(payload[start..<end]), isFinal: end == payload.count))
    }
    #expect(try echoed(frames) == [.message(WebSocketMessage(.text, payload))])
  }

  @Test("messages above the limit close with 1009 before they are read") func tooBig() throws {
    var server = EchoServer(messageBytesMax: 1000)
    server.receive(clientFrame(1, Self.payload(1000)))
    #expect(!server.isTransportClosed)
    server.receive(Array(clientFrame(1, Self.payload(1001)).prefix(8)))
    #expect(server.isTransportClosed)
    #expect(server.ending == .failed(WebSocketError(.messageTooBig, "message larger than 1000 bytes")))

    var fragmented = EchoServer(messageBytesMax: 1000)
    fragmented.receive(clientFrame(2, Self.payload(600), isFinal: false))
    fragmented.receive(Array(clientFrame(0, Self.payload(401)).prefix(8)))
    #expect(fragmented.isTransportClosed)

    var huge = EchoServer(messageBytesMax: 1000)
    huge.receive([0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4])
    guard case .failed(let error) = huge.ending else {
      Issue.record("still open")
      return
    }
    #expect(error.closeCode == .messageTooBig)
  }

  @Test(
    "lengths must have their shortest form and be in range",
    arguments: [
      [0x82, 0xFE, 0, 125, 1, 2, 3, 4], [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4],
      [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], [0x82, 0xFE, 0, 0, 1, 2, 3, 4],
    ] as [[UInt8]])
  func lengthForms(header: [UInt8]) throws {
    #expect(try echoed([header]) == [closed(.protocolError)])
    #expect(try echoed([header], .octetwise) == [closed(.protocolError)])
  }

  @Test("a server refuses unmasked frames, a client masked ones") func maskRules() throws {
    #expect(try echoed([WebSocketEncoder.frame(.text, [])]) == [closed(.protocolError)])
    var client = WebSocketParser(role: .client, messageBytesMax: 10)
    #expect(throws: WebSocketError(.protocolError, "masked frame from a server")) {
      try clientText("").withBytes { bytes in
        var input = bytes
        _ = try client.next(&input)
      }
    }
  }
}
