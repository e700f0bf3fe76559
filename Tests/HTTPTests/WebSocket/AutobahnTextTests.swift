import Testing

@testable import HTTP

/// Category 6 of the Autobahn test suite: UTF-8 handling.
@Suite("Autobahn 6")
struct AutobahnTextTests {
  private static let greeting = "Hello-µ@ßöäüàá-UTF-8!!"

  @Test("6.1.1-6.1.3 empty text") func emptyText() throws {
    #expect(try echoed([clientText("")]) == [text("")])
    let empty = clientFrame(0, [], isFinal: false)
    #expect(try echoed([clientText("", isFinal: false), empty, clientFrame(0)]) == [text("")])
    let middle = clientFrame(0, Array("middle frame payload".utf8), isFinal: false)
    #expect(try echoed([clientText("", isFinal: false), middle, clientFrame(0)]) == [text("middle frame payload")])
  }

  @Test("6.2.1-6.2.4 valid text, cut anywhere", arguments: [greeting, "κόσμε", "😀ÿ\u{0}\u{10FFFF}"])
  func validText(content: String) throws {
    let bytes = Array(content.utf8)
    for chopping in Chopping.allCases {
      #expect(try echoed([clientText(content)], chopping) == [text(content)])
      for cut in 0...bytes.count {
        let frames = [clientFrame(1, Array(bytes[..<cut]), isFinal: false), clientFrame(0, Array(bytes[cut...]))]
        #expect(try echoed(frames, chopping) == [text(content)])
      }
      let octets = bytes.map { clientFrame(0, [$0], isFinal: false) }
      #expect(try echoed([clientFrame(1, [], isFinal: false)] + octets + [clientFrame(0)], chopping) == [text(content)])
    }
  }

  private static let surrogateInside: [UInt8] = Array("κόσμε".utf8) + [0xED, 0xA0, 0x80] + Array("edited".utf8)

  @Test("6.3.1-6.3.2 invalid text") func invalidText() throws {
    #expect(try echoed([clientFrame(1, Self.surrogateInside)]) == [closed(.invalidPayload)])
    let octets = Self.surrogateInside.map { clientFrame(0, [$0], isFinal: false) }
    let frames = [clientFrame(1, [], isFinal: false)] + octets + [clientFrame(0)]
    #expect(try echoed(frames, .framewise) == [closed(.invalidPayload)])
  }

  @Test("6.4.1-6.4.4 fails fast") func failsFast() throws {
    let prefix = Array("κόσμε".utf8)
    // 6.4.1 and 6.4.2: the bad fragment is refused although the message goes on; F4 90 can never become valid.
    for bad in [[UInt8(0xF4), 0x90], [0xED, 0xA0], [0xC0], [0xF5], [0x80], [0xE0, 0x80], [0xF0, 0x8F]] {
      var server = EchoServer()
      server.receive(clientFrame(1, prefix, isFinal: false))
      #expect(!server.isTransportClosed)
      server.receive(clientFrame(0, bad, isFinal: false))
      #expect(server.isTransportClosed, "\(bad)")
      // 6.4.3 and 6.4.4: the same within one frame that is not complete.
      var chopped = EchoServer()
      let frame = clientFrame(1, prefix + bad + prefix)
      chopped.receive(Array(frame.prefix(6 + prefix.count + bad.count - 1)))
      let isAlreadyInvalid = !chopped.isTransportClosed
      chopped.receive([frame[6 + prefix.count + bad.count - 1]])
      #expect(isAlreadyInvalid && chopped.isTransportClosed, "\(bad)")
    }
  }

  @Test("6.5-6.23 valid sequences", arguments: UTF8ValidatorTests.valid.filter { !$0.isEmpty })
  func validSequences(bytes: [UInt8]) throws {
    for chopping in Chopping.allCases {
      #expect(try echoed([clientFrame(1, bytes)], chopping) == [.message(WebSocketMessage(.text, bytes))])
    }
  }

  @Test("6.5-6.22 invalid sequences", arguments: UTF8ValidatorTests.invalid) func invalidSequences(bytes: [UInt8])
    throws
  {
    for chopping in Chopping.allCases {
      #expect(try echoed([clientFrame(1, bytes)], chopping) == [closed(.invalidPayload)])
    }
    #expect(try echoed([clientFrame(2, bytes)]) == [.message(WebSocketMessage(.binary, bytes))])
  }
}
