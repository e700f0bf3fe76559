import SeededRandom
import Testing

@testable import HTTP

/// Categories 12 and 13 of the Autobahn test suite: permessage-deflate, its payloads and its negotiation.
@Suite("Autobahn 12-13")
struct AutobahnDeflateTests {
  private static func payload(_ count: Int, _ kind: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    switch kind {
    case 0:
      return Array(String(repeating: "{\"id\":\"msg_0123456789\",\"body\":\"hällo\"},", count: count / 40 + 1).utf8)
    case 1: return (0..<count).map { _ in UInt8.random(in: 32...126, using: &generator) }
    default: return [UInt8](repeating: UInt8(ascii: "x"), count: count)
    }
  }

  /// 12.1 large JSON, 12.2 text, 12.3 and 12.4 repeated and random content, 12.5 fragmented.
  @Test(
    "12.1.1-12.5.18 compressed messages", arguments: [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65_536, 131_072],
    [0, 1, 2])
  func compressed(size: Int, kind: Int) throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let deflate = WebSocketDeflate()
    let payload = Self.payload(size, kind, &generator)
    let compressed = try deflate.compress(payload)
    let whole = clientFrame(1, compressed, reservedBits: 4)
    let expected = [WebSocketEvent.message(WebSocketMessage(.text, payload))]
    #expect(try echoed([whole], deflate: deflate) == expected, "seed \(seed)")
    var frames: [[UInt8]] = []
    for start in stride(from: 0, to: compressed.count, by: max(1, compressed.count / 5)) {
      let end = min(start + max(1, compressed.count / 5), compressed.count)
      frames.append(
        clientFrame(
          start == 0 ? 1 : 0, Array(compressed[start..<end]), isFinal: end == compressed.count,
          reservedBits: start == 0 ? 4 : 0))
      frames.append(clientFrame(10))
    }
    #expect(try echoed(frames, .framewise, deflate: deflate) == expected, "seed \(seed)")
  }

  @Test("12.x mixed with plain messages") func plainAndCompressed() throws {
    let deflate = WebSocketDeflate()
    let compressed = clientFrame(1, try deflate.compress(Array("Hello".utf8)), reservedBits: 4)
    #expect(
      try echoed([clientText("one"), compressed, clientText("two")], deflate: deflate)
        == [text("one"), text("Hello"), text("two")])
  }

  /// The examples of RFC 7692 section 7.2.3.
  @Test(
    "RFC 7692 examples",
    arguments: [
      [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
      [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
      [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
    ] as [[UInt8]])
  func examples(payload: [UInt8]) throws {
    #expect(try WebSocketDeflate().decompress(payload, outputBytesMax: 5) == Array("Hello".utf8))
    #expect(throws: WebSocketError(.messageTooBig, "message larger than 4 bytes")) {
      try WebSocketDeflate().decompress(payload, outputBytesMax: 4)
    }
  }

  @Test func emptyMessages() throws {
    let deflate = WebSocketDeflate()
    #expect(try deflate.compress([]) == [0x00] || deflate.compress([]) == [0x02, 0x00])
    #expect(try deflate.decompress([0x00], outputBytesMax: 0) == [])
    #expect(try deflate.decompress(deflate.compress([]), outputBytesMax: 0) == [])
    #expect(try echoed([clientFrame(1, [0x00], reservedBits: 4)], deflate: deflate) == [text("")])
  }

  @Test(
    "corrupt data close with 1007",
    arguments: [
      [0xFF], [0xF2, 0x48, 0xCD], [0x07], [0x01, 0x05, 0x00], [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xFF],
    ] as [[UInt8]])
  func corrupt(payload: [UInt8]) throws {
    #expect(
      try echoed([clientFrame(1, payload, reservedBits: 4)], deflate: WebSocketDeflate()) == [closed(.invalidPayload)])
  }

  @Test("every length, so that outputs fill their buffers exactly too") func everyLength() throws {
    let deflate = WebSocketDeflate()
    for count in Array(0...1100) + [2048, 4096, 16_384, 65_536] {
      let payload = [UInt8](repeating: 0x78, count: count)
      #expect(try deflate.decompress(deflate.compress(payload), outputBytesMax: count) == payload)
    }
  }

  @Test func compressedTextMustBeUTF8() throws {
    let deflate = WebSocketDeflate()
    let frame = clientFrame(1, try deflate.compress([0x61, 0xFF]), reservedBits: 4)
    #expect(try echoed([frame], deflate: deflate) == [closed(.invalidPayload)])
    let binary = clientFrame(2, try deflate.compress([0x61, 0xFF]), reservedBits: 4)
    #expect(try echoed([binary], deflate: deflate) == [.message(WebSocketMessage(.binary, [0x61, 0xFF]))])
  }

  @Test func bombsAreStoppedAtTheLimit() throws {
    let deflate = WebSocketDeflate()
    let bomb = try deflate.compress([UInt8](repeating: 0, count: 8 * 1024 * 1024))
    #expect(bomb.count < 64 * 1024)
    var server = EchoServer(deflate: deflate, messageBytesMax: 64 * 1024)
    server.receive(clientFrame(2, bomb, reservedBits: 4))
    #expect(server.isTransportClosed)
    guard case .failed(let error) = server.ending else {
      Issue.record("still open")
      return
    }
    #expect(error.closeCode == .messageTooBig)
  }

  @Test("RSV1 only on the first data frame, and only when agreed on") func reservedBitRules() throws {
    let deflate = WebSocketDeflate()
    for frames in [
      [clientText("a", isFinal: false), clientFrame(0, [1], reservedBits: 4)], [clientFrame(9, [], reservedBits: 4)],
      [clientFrame(8, [], reservedBits: 4)], [clientFrame(1, [], reservedBits: 2)],
      [clientFrame(1, [], reservedBits: 6)],
    ] {
      #expect(try echoed(frames, deflate: deflate) == [closed(.protocolError)])
    }
    #expect(try echoed([clientFrame(1, [0], reservedBits: 4)]) == [closed(.protocolError)])
  }

  @Test("one compressed frame serves every subscriber") func stateless() throws {
    let deflate = WebSocketDeflate()
    let message = WebSocketMessage(.text, Array(String(repeating: "abc", count: 200).utf8))
    let first = try WebSocketEncoder.message(message, deflate: deflate)
    _ = try WebSocketEncoder.message(WebSocketMessage(.text, Array("other".utf8)), deflate: deflate)
    #expect(try WebSocketEncoder.message(message, deflate: deflate) == first)
    #expect(first[0] == 0xC1 && first.count < 100)
    #expect(try WebSocketEncoder.message(WebSocketMessage(.text, [97]), deflate: deflate) == [0x81, 1, 97])
  }

  private static let base = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

  @Test(
    "13.1-13.7 negotiation",
    arguments: [
      ("permessage-deflate", base), ("permessage-deflate; client_no_context_takeover", base),
      ("permessage-deflate; server_no_context_takeover; client_max_window_bits", base),
      ("permessage-deflate;client_max_window_bits=9", base),
      ("permessage-deflate; server_max_window_bits=15", base + "; server_max_window_bits=15"),
      ("permessage-deflate; server_max_window_bits=\"15\"", base + "; server_max_window_bits=15"),
      ("permessage-deflate; server_max_window_bits=9", nil),
      ("permessage-deflate; server_max_window_bits=9, permessage-deflate", base),
      ("x-webkit-deflate-frame, permessage-deflate; client_max_window_bits", base), ("x-webkit-deflate-frame", nil),
      ("", nil),
      ("permessage-deflate; server_max_window_bits", nil), ("permessage-deflate; server_max_window_bits=7", nil),
      ("permessage-deflate; server_max_window_bits=16", nil), ("permessage-deflate; server_max_window_bits=015", nil),
      ("permessage-deflate; client_max_window_bits=0", nil), ("permessage-deflate; client_max_window_bits=", nil),
      ("permessage-deflate; server_no_context_takeover=1", nil), ("permessage-deflate; unknown", nil),
      ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", nil),
    ])
  func negotiation(offer: String, expected: String?) {
    #expect(WebSocketDeflateParameters.negotiate(["Sec-WebSocket-Extensions": offer])?.fieldValue == expected)
  }

  @Test func smallerServerWindowsFitASmallerCompressor() throws {
    let headers: HTTPHeaders = ["Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=10"]
    #expect(WebSocketDeflateParameters.negotiate(headers, serverWindowBits: 10)?.serverWindowBits == 10)
    #expect(WebSocketDeflateParameters.negotiate(headers, serverWindowBits: 11) == nil)
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let block = generator.bytes(700)
    let deflate = WebSocketDeflate(windowBits: 9)
    let compressed = try deflate.compress(block + generator.bytes(2000) + block)
    let inflate = try InflateStream(format: .raw(windowBits: 9))
    var output: [UInt8] = []
    _ = try compressed.withBytes { try inflate.append($0, to: &output, outputBytesMax: 10_000) }
    #expect(output.suffix(700).elementsEqual(block), "seed \(seed)")
  }
}
