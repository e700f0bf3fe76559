import SeededRandom
import Testing

@testable import HTTP

@Suite("HTTP/1.1 request parser, properties")
struct RequestParserPropertyTests {
  private static let corpus =
    (RequestSmugglingTests.framing + RequestSmugglingTests.chunks + RequestSmugglingTests.lines).map(\.request) + [
      "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello worldGET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nT: u\r\n\r\n",
      "\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    ]

  /// Mutated requests: whatever they are, the pieces they arrive in must not matter.
  @Test func anySplitGivesTheSameEvents() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let limits = HTTPLimits(
      requestLineBytesMax: 60, headerCountMax: 5, headerBytesMax: 160, bodyBytesMax: 40, trailerBytesMax: 50,
      trailerCountMax: 2, chunkExtensionBytesMax: 12)
    for round in 0..<3000 {
      var bytes = Array((Self.corpus.randomElement(using: &generator) ?? "").utf8)
      for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: bytes[index] = [0, 9, 10, 13, 32, 58, 48, 255].randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
        default: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      let whole = requestTranscript([bytes], limits: limits)
      let split = requestTranscript(generator.pieces(of: bytes), limits: limits)
      #expect(whole == split, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
      if whole != split { return }
    }
  }

  @Test func encodedRequestsAreReadBack() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    for round in 0..<300 {
      var headers: HTTPHeaders = ["Host": "h"]
      for index in 0..<Int.random(in: 0...8, using: &generator) {
        let value = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
          Character(UnicodeScalar(UInt8.random(in: 0x21...0x7E, using: &generator)))
        }
        headers.append("X-\(index % 3)", String(value))
      }
      let head = try HTTPRequestHead(method: .post, target: "/r/\(round)?x=\(round)", headers: headers)
      let body = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
        UInt8.random(in: 0x20...0x7E, using: &generator)
      }
      let bytes = try HTTP1RequestEncoder.bytes(head, body: body)
      let lines = requestTranscript(generator.pieces(of: bytes))
      headers.append("Content-Length", "\(body.count)")
      #expect(lines.count == 3 && lines[0].hasSuffix(fieldList(headers)), "seed \(seed)")
      #expect(lines[1] == "body \(String(decoding: body, as: UTF8.self))", "seed \(seed)")
    }
  }
}
