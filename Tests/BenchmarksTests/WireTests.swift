import SeededRandom
import Testing

@testable import Benchmarks

struct WireTests {
  @Test func headersOfAllLengthsAreRead() throws {
    for length in [0, 1, 125, 126, 65_535, 65_536, 100_000] {
      let frame = serverFrame(Array(repeating: 7, count: length))
      let header = try #require(frame.withUnsafeBufferPointer { FrameHeader($0.baseAddress!, available: $0.count) })
      #expect(header.payloadLength == length)
      #expect(header.frameLength == frame.count)
      #expect(header.opcode == FrameHeader.text)
      for available in 0..<header.headerLength {
        #expect(frame.withUnsafeBufferPointer { FrameHeader($0.baseAddress!, available: available) } == nil)
      }
    }
  }

  @Test func anAbsurdLengthDoesNotOverflow() throws {
    let bytes: [UInt8] = [0x81, 127] + Array(repeating: 0xFF, count: 8)
    let header = try #require(bytes.withUnsafeBufferPointer { FrameHeader($0.baseAddress!, available: $0.count) })
    #expect(header.frameLength > SubscriberSet<CountingSink>.frameBytesMax)
  }

  @Test func clientFramesAreMaskedAndUnmaskToThePayload() throws {
    for length in [0, 5, 125, 126, 300, 65_535, 65_536] {
      let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      var frame: [UInt8] = []
      ClientFrame.append(opcode: FrameHeader.binary, payload: payload, maskingKey: 0xA1B2_C3D4, to: &frame)
      let header = try #require(frame.withUnsafeBufferPointer { FrameHeader($0.baseAddress!, available: $0.count) })
      #expect(header.frameLength == frame.count)
      #expect(frame[1] & 0x80 != 0)
      let key = frame[(header.headerLength - 4)..<header.headerLength].map { $0 }
      let unmasked = frame[header.headerLength...].enumerated().map { $1 ^ key[$0 & 3] }
      #expect(unmasked == payload)
    }
  }

  @Test func aNumberIsFoundWhereverItMoves() {
    var field = NumberField(marker: "\"seq\":")
    func find(_ text: String) -> UInt64? {
      Array(text.utf8).withUnsafeBufferPointer { field.find(in: $0.baseAddress!, count: $0.count) }
    }
    #expect(find("{\"id\":\"a\",\"seq\":9,\"x\":1}") == 9)
    #expect(find("{\"id\":\"a\",\"seq\":10,\"x\":1}") == 10)
    #expect(find("{\"id\":\"longer\",\"seq\":11}") == 11)
    #expect(find("{\"seq\":12") == 12)
    #expect(find("{\"sequence\":12}") == nil)
    #expect(find("{\"seq\":null}") == nil)
    #expect(find("{\"seq\":") == nil)
    #expect(find("{\"sseq\":1,\"\"seq\":13}") == 13)
  }

  @Test func aTextIsFoundUpToItsQuote() {
    var field = TextField(marker: "\"cursor\":\"")
    func find(_ text: String) -> String {
      Array(text.utf8).withUnsafeBufferPointer {
        String(decoding: field.find(in: $0.baseAddress!, count: $0.count), as: UTF8.self)
      }
    }
    #expect(find("{\"cursor\":\"abc\"}") == "abc")
    #expect(find("{\"id\":1,\"cursor\":\"d\"}") == "d")
    #expect(find("{\"cursor\":\"\"}") == "")
    #expect(find("{\"cursor\":\"unfinished") == "")
    #expect(find("{}") == "")
  }

  @Test(arguments: UInt64(1)...10)
  func responsesAreReadHoweverTheyAreCut(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let stream = Array(
      ("HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello"
        + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\nTrailer: a\r\n\r\n"
        + "HTTP/1.1 204 No Content\r\n\r\n"
        + "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").utf8)
    var reader = HTTPResponseReader(keepsBody: true)
    var found: [(Int, String, Bool)] = []
    var position = 0
    while position < stream.count {
      let end = min(stream.count, position + Int.random(in: 1...40, using: &generator))
      while position < end {
        position += try reader.consume(Array(stream[position..<end]))
        if reader.isComplete {
          found.append((reader.status, String(decoding: reader.body, as: UTF8.self), reader.closesConnection))
          reader.startNext()
        }
      }
    }
    #expect(found.map(\.0) == [201, 200, 204, 400], "seed \(seed)")
    #expect(found.map(\.1) == ["hello", "Wikipedia", "", ""], "seed \(seed)")
    #expect(found.map(\.2) == [false, false, false, true], "seed \(seed)")
  }

  @Test(arguments: [
    "SMTP ready, hello\r\n\r\n", "HTTP/1.1 2\r\n\r\nxxxxxxx",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\n\r\nuntil close",
  ])
  func whatIsNoUsableResponseIsRefused(text: String) {
    var reader = HTTPResponseReader()
    #expect(throws: BenchmarkError.self) { _ = try reader.consume(Array(text.utf8)) }
  }

  @Test func messagesHaveExactlyTheSizeAskedFor() {
    for bytes in [40, 250, 4096] {
      #expect(NumberedMessage.json(number: 123_456, bytes: bytes).utf8.count == bytes)
      #expect(NumberedMessage.text(bytes: bytes).utf8.count == bytes)
    }
  }

  @Test func basesAreParsed() throws {
    let target = try Target(base: "http://localhost:8080/chat/")
    #expect(target.host == "localhost")
    #expect(target.port == 8080)
    #expect(target.prefix == "/chat")
    #expect(try Target(base: "ws://h").port == 80)
    for base in ["https://h", "h:80", "http://", "http://h:0", "http://h:x", "http://h:99999"] {
      #expect(throws: BenchmarkError.self) { try Target(base: base) }
    }
  }
}

/// A text frame as a server sends it.
func serverFrame(_ payload: [UInt8], opcode: UInt8 = FrameHeader.text) -> [UInt8] {
  var frame: [UInt8] = [0x80 | opcode]
  if payload.count < 126 {
    frame.append(UInt8(payload.count))
  } else if payload.count <= 65_535 {
    frame += [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
  } else {
    frame.append(127)
    frame += stride(from: 56, through: 0, by: -8).map { UInt8(UInt64(payload.count) >> UInt64($0) & 0xFF) }
  }
  return frame + payload
}
