import Testing

@testable import HTTP

@Suite("WebSocket connection state")
struct ConnectionStateTests {
  private static let timing = WebSocketTiming(
    pingIntervalMilliseconds: 100, pongTimeoutMilliseconds: 40, closeTimeoutMilliseconds: 20)

  private func open(_ role: WebSocketRole = .server) -> WebSocketConnectionState {
    WebSocketConnectionState(role: role, timing: Self.timing, nowMilliseconds: 1000)
  }

  @Test func silenceIsPingedThenClosed() {
    var state = open()
    #expect(state.deadlineMilliseconds == 1100)
    #expect(state.tick(nowMilliseconds: 1099) == .none)
    #expect(state.tick(nowMilliseconds: 1100) == .sendPing)
    #expect(state.tick(nowMilliseconds: 1101) == .none)
    #expect(state.deadlineMilliseconds == 1140)
    #expect(state.tick(nowMilliseconds: 1140) == .closeTransport)
    #expect(state.ending == .dead && !state.isOpen && state.deadlineMilliseconds == nil)
    #expect(state.tick(nowMilliseconds: 9999) == .none)
  }

  @Test func aMessageThatTricklesIsNotWaitedForLonger() {
    var state = WebSocketConnectionState(
      role: .server, timing: WebSocketTiming(pingIntervalMilliseconds: 100, messageTimeoutMilliseconds: 150),
      nowMilliseconds: 1000)
    state.receivedBytes(nowMilliseconds: 1010)
    state.inputEnded(midMessage: true, nowMilliseconds: 1010)
    // Pings between the pieces are no progress of the message.
    #expect(state.received(.ping([]), nowMilliseconds: 1090) == .sendPong([]))
    state.inputEnded(midMessage: true, nowMilliseconds: 1090)
    #expect(state.deadlineMilliseconds == 1160)
    #expect(state.tick(nowMilliseconds: 1159) == .none)
    #expect(
      state.tick(nowMilliseconds: 1160)
        == .sendClose(.policyViolation, reason: "the message took too long to arrive", closesTransport: true))
    #expect(state.ending == .tooSlow && !state.isOpen)
  }

  @Test func everyMessageHasATimeOfItsOwn() {
    var state = WebSocketConnectionState(
      role: .server, timing: WebSocketTiming(pingIntervalMilliseconds: 1000, messageTimeoutMilliseconds: 150),
      nowMilliseconds: 1000)
    state.inputEnded(midMessage: true, nowMilliseconds: 1000)
    let message = WebSocketMessage(kind: .text, payload: [0x61])
    #expect(state.received(.message(message), nowMilliseconds: 1100) == .deliver(message))
    state.inputEnded(midMessage: true, nowMilliseconds: 1100)
    #expect(state.deadlineMilliseconds == 1250)
    state.inputEnded(midMessage: false, nowMilliseconds: 1200)
    #expect(state.deadlineMilliseconds == 2100)
  }

  @Test func anyByteIsASignOfLife() {
    var state = open()
    state.receivedBytes(nowMilliseconds: 1090)
    #expect(state.tick(nowMilliseconds: 1100) == .none)
    #expect(state.tick(nowMilliseconds: 1190) == .sendPing)
    #expect(state.received(.pong([]), nowMilliseconds: 1229) == .none)
    #expect(state.tick(nowMilliseconds: 1230) == .none)
    #expect(state.deadlineMilliseconds == 1329 && state.isOpen)
  }

  @Test func closeFromHere() {
    var state = open()
    #expect(
      state.close(.policyViolation, reason: "bye", nowMilliseconds: 1000)
        == .sendClose(.policyViolation, reason: "bye", closesTransport: false))
    #expect(!state.isOpen && state.ending == .byUs(.policyViolation))
    #expect(state.close(.normal, reason: "", nowMilliseconds: 1001) == .none)
    // Messages and pings that cross the close frame are dropped.
    #expect(state.received(.message(WebSocketMessage(.text, [])), nowMilliseconds: 1002) == .none)
    #expect(state.received(.ping([]), nowMilliseconds: 1003) == .none)
    #expect(state.received(.close(.policyViolation, reason: ""), nowMilliseconds: 1004) == .closeTransport)
    #expect(state.received(.ping([]), nowMilliseconds: 1005) == .none)
  }

  @Test func unansweredCloseTimesOut() {
    var state = open()
    _ = state.close(.goingAway, reason: "", nowMilliseconds: 1010)
    #expect(state.tick(nowMilliseconds: 1029) == .none)
    // Bytes that are not the close frame do not win more time.
    _ = state.received(.ping([]), nowMilliseconds: 1029)
    #expect(state.tick(nowMilliseconds: 1030) == .closeTransport)
    #expect(state.ending == .byUs(.goingAway))
  }

  @Test func clientsWaitForTheServerToCloseTheTransport() {
    var state = open(.client)
    #expect(
      state.received(.close(.goingAway, reason: ""), nowMilliseconds: 1000)
        == .sendClose(.goingAway, reason: "", closesTransport: false))
    #expect(state.tick(nowMilliseconds: 1019) == .none)
    #expect(state.tick(nowMilliseconds: 1020) == .closeTransport)
    var closing = open(.client)
    _ = closing.close(.normal, reason: "", nowMilliseconds: 1000)
    #expect(closing.received(.close(.normal, reason: ""), nowMilliseconds: 1001) == .none)
    closing.transportClosed()
    #expect(closing.tick(nowMilliseconds: 9999) == .none && closing.ending == .byUs(.normal))
  }

  @Test func errorsAndLosses() {
    let error = WebSocketError(.protocolError, "reserved opcode")
    var state = open()
    #expect(state.failed(error) == .sendClose(.protocolError, reason: "reserved opcode", closesTransport: true))
    #expect(state.failed(error) == .none && state.ending == .failed(error))
    var closing = open()
    _ = closing.close(.normal, reason: "", nowMilliseconds: 1000)
    #expect(closing.failed(error) == .closeTransport && closing.ending == .byUs(.normal))
    var lost = open()
    lost.transportClosed()
    #expect(lost.ending == .lost && lost.close(.normal, reason: "", nowMilliseconds: 1000) == .none)
  }

  @Test func closePayloadsFitTheirFrame() {
    #expect(WebSocketEncoder.closePayload(nil, reason: "x") == [])
    #expect(WebSocketEncoder.closePayload(WebSocketCloseCode(1006), reason: "x") == [])
    #expect(WebSocketEncoder.closePayload(.tryAgainLater, reason: "ok") == [0x03, 0xF5, 0x6F, 0x6B])
    let long = WebSocketEncoder.closePayload(.normal, reason: String(repeating: "é", count: 100))
    #expect(long.count == 124 && UTF8Validator.isValid(Array(long[2...])))
  }
}
