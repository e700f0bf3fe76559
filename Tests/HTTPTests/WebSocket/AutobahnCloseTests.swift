import Testing

@testable import HTTP

/// Category 7 of the Autobahn test suite: the close handshake.
@Suite("Autobahn 7")
struct AutobahnCloseTests {
  @Test("7.1.1 message, then close") func messageThenClose() throws {
    #expect(try echoed([clientText("Hello"), clientClose(1000)]) == [text("Hello"), closed(.normal)])
  }

  @Test(
    "7.1.2-7.1.4 nothing behind a close is answered", arguments: [clientClose(1000), clientFrame(9), clientText("x")],
    Chopping.allCases)
  func nothingBehindClose(frame: [UInt8], chopping: Chopping) throws {
    #expect(try echoed([clientClose(1000), frame], chopping) == [closed(.normal)])
  }

  @Test("7.1.5 close between fragments") func closeBetweenFragments() throws {
    let frames = [clientText("frag", isFinal: false), clientClose(1000), clientFrame(0, Array("ment".utf8))]
    #expect(try echoed(frames) == [closed(.normal)])
  }

  @Test("7.1.6 large message, close, ping") func largeMessageThenClose() throws {
    let large = String(repeating: "BAsd7&jh23", count: 26_214)
    #expect(try echoed([clientText(large), clientClose(1000), clientFrame(9)]) == [text(large), closed(.normal)])
  }

  @Test("7.3.1 empty close") func emptyClose() throws {
    #expect(try echoed([clientFrame(8)]) == [closed(nil)])
  }

  @Test("7.3.2 close with half a code") func halfCode() throws {
    #expect(try echoed([clientFrame(8, [1])]) == [closed(.protocolError)])
  }

  @Test("7.3.3-7.3.5 close with a reason", arguments: [0, 12, 123]) func reason(length: Int) throws {
    #expect(try echoed([clientClose(1000, Array(repeating: 0x2A, count: length))]) == [closed(.normal)])
  }

  @Test("7.3.6 close with 124 octets of reason") func longReason() throws {
    #expect(try echoed([clientClose(1000, Array(repeating: 0x2A, count: 124))]) == [closed(.protocolError)])
  }

  @Test("7.5.1 reason that is not UTF-8") func invalidReason() throws {
    let reason = Array("κόσμε".utf8) + [0xED, 0xA0, 0x80] + Array("edited".utf8)
    #expect(try echoed([clientClose(1000, reason)]) == [closed(.invalidPayload)])
    #expect(try echoed([clientClose(1000, [0xC3])]) == [closed(.invalidPayload)])
  }

  @Test(
    "7.7.1-7.7.13 valid codes",
    arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
  func validCodes(code: Int) throws {
    let code = WebSocketCloseCode(UInt16(code))
    #expect(try echoed([clientClose(code.code)]) == [closed(code)])
  }

  @Test(
    "7.9.1-7.9.13, 7.13.1-7.13.2 invalid codes",
    arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
  func invalidCodes(code: Int) throws {
    #expect(try echoed([clientClose(UInt16(code))]) == [closed(.protocolError)])
  }

  @Test func serverClosesTheTransportFirst() {
    var server = EchoServer()
    server.receive(clientClose(1001))
    #expect(server.isTransportClosed && server.ending == .byPeer(.goingAway))
  }
}
