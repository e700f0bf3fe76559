import Testing

@testable import HTTP

/// The cases of the Autobahn test suite, by category and number, against an echo server without a socket.
/// Here: 1 framing, 2 pings and pongs, 3 reserved bits, 4 opcodes, 5 fragmentation.
@Suite("Autobahn 1-5")
struct AutobahnFramingTests {
  private static let sizes = [0, 125, 126, 127, 128, 65_535, 65_536]

  @Test("1.1.1-1.1.8 text, 1.2.1-1.2.8 binary", arguments: sizes, [UInt8(1), 2])
  func payloads(size: Int, opcode: UInt8) throws {
    let payload = [UInt8](repeating: opcode == 1 ? UInt8(ascii: "*") : 0xFE, count: size)
    let expected = WebSocketEvent.message(WebSocketMessage(opcode == 1 ? .text : .binary, payload))
    var server = EchoServer()
    server.receive(clientFrame(opcode, payload))
    #expect(try server.answers() == [expected])
    // 1.1.8 and 1.2.8: the same in pieces of 997 octets.
    var chopped = EchoServer()
    let frame = clientFrame(opcode, payload)
    for start in stride(from: 0, to: frame.count, by: 997) {
      chopped.receive(Array(frame[start..<min(start + 997, frame.count)]))
    }
    #expect(chopped.sent == server.sent)
  }

  @Test(
    "2.1-2.4 pings",
    arguments: [[], Array("Hello, world!".utf8), [0, 0xFF, 0xFE, 0xFD], Array(repeating: 0xFE, count: 125)])
  func pings(payload: [UInt8]) throws {
    // 2.6: the same octet by octet.
    for chopping in Chopping.allCases {
      #expect(
        try echoed([clientFrame(9, payload), clientClose(1000)], chopping) == [.pong(payload), closed(.normal)])
    }
  }

  @Test("2.5 ping of 126 octets") func longPing() throws {
    #expect(try echoed([clientFrame(9, Array(repeating: 0xFE, count: 126))]) == [closed(.protocolError)])
  }

  @Test("2.7-2.9 unsolicited pongs") func unsolicitedPongs() throws {
    #expect(try echoed([clientFrame(10), clientClose(1000)]) == [closed(.normal)])
    #expect(try echoed([clientFrame(10, [1, 2, 3]), clientClose(1000)]) == [closed(.normal)])
    #expect(
      try echoed([clientFrame(10, [1]), clientFrame(9, [2]), clientClose(1000)]) == [.pong([2]), closed(.normal)])
  }

  @Test("2.10-2.11 ten pings", arguments: Chopping.allCases) func tenPings(chopping: Chopping) throws {
    let payloads = (0..<10).map { Array("payload-\($0)".utf8) }
    #expect(try echoed(payloads.map { clientFrame(9, $0) }, chopping) == payloads.map { .pong($0) })
  }

  @Test("3.1-3.7 reserved bits", arguments: [1, 2, 3, 4, 5, 6, 7], Chopping.allCases)
  func reservedBits(bits: Int, chopping: Chopping) throws {
    let opcode: UInt8 = bits < 5 ? 1 : bits == 5 ? 2 : bits == 6 ? 9 : 8
    let bad = clientFrame(opcode, Array("Hello".utf8), reservedBits: UInt8(bits))
    #expect(try echoed([bad], chopping) == [closed(.protocolError)])
    #expect(
      try echoed([clientText("one"), bad, clientFrame(9)], chopping) == [text("one"), closed(.protocolError)])
  }

  @Test("4.1.1-4.1.5, 4.2.1-4.2.5 reserved opcodes", arguments: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15], Chopping.allCases)
  func reservedOpcodes(opcode: Int, chopping: Chopping) throws {
    for payload in [[], Array("reserved".utf8)] {
      let bad = clientFrame(UInt8(opcode), payload)
      #expect(try echoed([bad], chopping) == [closed(.protocolError)])
      #expect(
        try echoed([clientText("one"), bad, clientFrame(9)], chopping) == [text("one"), closed(.protocolError)])
    }
  }

  @Test("5.1-5.2 fragmented control frames", arguments: [UInt8(9), 10, 8])
  func fragmentedControl(opcode: UInt8) throws {
    let frames = [clientFrame(opcode, Array("fr".utf8), isFinal: false), clientFrame(0, Array("ag".utf8))]
    #expect(try echoed(frames) == [closed(.protocolError)])
  }

  @Test("5.3-5.5 two fragments", arguments: Chopping.allCases) func twoFragments(chopping: Chopping) throws {
    let frames = [clientText("frag", isFinal: false), clientFrame(0, Array("ment".utf8))]
    #expect(try echoed(frames, chopping) == [text("fragment")])
  }

  @Test("5.6-5.8 a ping between fragments", arguments: Chopping.allCases)
  func pingBetweenFragments(chopping: Chopping) throws {
    let frames = [clientText("frag", isFinal: false), clientFrame(9, [7]), clientFrame(0, Array("ment".utf8))]
    #expect(try echoed(frames, chopping) == [.pong([7]), text("fragment")])
  }

  @Test("5.9-5.14 continuation of nothing", arguments: Chopping.allCases, [true, false])
  func continuationOfNothing(chopping: Chopping, isFinal: Bool) throws {
    let frames = [clientFrame(0, Array("x".utf8), isFinal: isFinal), clientText("Hello")]
    #expect(try echoed(frames, chopping) == [closed(.protocolError)])
  }

  @Test("5.15 continuation behind a whole message") func continuationBehindMessage() throws {
    let frames = [
      clientText("frag", isFinal: false), clientFrame(0, Array("ment".utf8)),
      clientFrame(0, Array("x".utf8), isFinal: false), clientText("Hello"),
    ]
    #expect(try echoed(frames) == [text("fragment"), closed(.protocolError)])
  }

  @Test("5.16-5.17 repeated nonsense", arguments: [false, true]) func repeatedNonsense(isFinal: Bool) throws {
    let round = [
      clientFrame(0, [1], isFinal: isFinal), clientText("frag", isFinal: false), clientFrame(0, Array("ment".utf8)),
    ]
    #expect(try echoed(round + round) == [closed(.protocolError)])
  }

  @Test("5.18 both fragments are text") func textWithinText() throws {
    #expect(try echoed([clientText("a", isFinal: false), clientText("b")]) == [closed(.protocolError)])
  }

  @Test("5.19-5.20 pings among five fragments", arguments: Chopping.allCases)
  func pingsAmongFragments(chopping: Chopping) throws {
    let part = { (text: String, isFinal: Bool) in clientFrame(0, Array(text.utf8), isFinal: isFinal) }
    let frames = [
      clientText("1", isFinal: false), part("2", false), clientFrame(9, [1]), part("3", false), part("4", false),
      clientFrame(9, [2]), part("5", true),
    ]
    #expect(try echoed(frames, chopping) == [.pong([1]), .pong([2]), text("12345")])
  }
}
