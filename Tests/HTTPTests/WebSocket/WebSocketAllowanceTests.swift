import Testing

@testable import HTTP

@Suite struct WebSocketAllowanceTests {
  private static let rate = WebSocketAllowance.Rate(framesPerSecond: 4, bytesPerSecond: 1_000)
  private static let refusal = WebSocketError(.policyViolation, "too much was sent in a short time")

  private func taken(_ allowance: inout WebSocketAllowance, _ payloadBytes: Int, atMost count: Int = 1_000) -> Int {
    for number in 0..<count {
      do { try allowance.take(frameOf: payloadBytes) } catch { return number }
    }
    return count
  }

  @Test func framesComeInABurstAndThenAtTheirRate() {
    var allowance = WebSocketAllowance(Self.rate, nowMilliseconds: 5_000)
    #expect(taken(&allowance, 0) == 40)
    allowance.refill(nowMilliseconds: 5_249)
    #expect(taken(&allowance, 0) == 1)
    allowance.refill(nowMilliseconds: 7_249)
    #expect((7...8).contains(taken(&allowance, 0)))
    allowance.refill(nowMilliseconds: 10_000_000)
    #expect(taken(&allowance, 0) == 40)
  }

  @Test func bytesAreADebtThatTimePaysOff() throws {
    var allowance = WebSocketAllowance(Self.rate, nowMilliseconds: 0)
    try allowance.take(frameOf: 9_999)
    try allowance.take(frameOf: 5_000)
    #expect(throws: Self.refusal) { try allowance.take(frameOf: 0) }
    allowance.refill(nowMilliseconds: 4_999)
    #expect(throws: Self.refusal) { try allowance.take(frameOf: 0) }
    allowance.refill(nowMilliseconds: 5_000)
    try allowance.take(frameOf: 0)
    allowance.take(inflated: 30_000)
    allowance.refill(nowMilliseconds: 34_000)
    #expect(throws: Self.refusal) { try allowance.take(frameOf: 0) }
  }

  @Test func aClockThatStandsStillOrGoesBackAddsNothing() throws {
    var allowance = WebSocketAllowance(Self.rate, nowMilliseconds: 1_000)
    #expect(taken(&allowance, 0) == 40)
    for now in [1_000, 0, -1, 1_000] {
      allowance.refill(nowMilliseconds: now)
      #expect(throws: Self.refusal) { try allowance.take(frameOf: 0) }
    }
  }

  private func masked(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true, isCompressed: Bool = false)
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    WebSocketEncoder.append(
      opcode, payload, isFinal: isFinal, isCompressed: isCompressed, maskKey: 0x1234_5678, to: &bytes)
    return bytes
  }

  /// How many events come before the error, and what messages inflated to.
  private func parsed(_ frame: [UInt8], times: Int) -> (events: Int, inflated: Int, error: WebSocketError?) {
    var parser = WebSocketParser(
      role: .server, messageBytesMax: 65_536,
      allowance: WebSocketAllowance(.init(framesPerSecond: 10, bytesPerSecond: 32_768), nowMilliseconds: 0))
    let deflate = WebSocketDeflate()
    var events = 0
    do throws(WebSocketError) {
      try Array(Array(repeating: frame, count: times).joined()).withBytes { (bytes) throws(WebSocketError) in
        var input = bytes
        while try parser.next(&input, deflate: deflate) != nil { events += 1 }
      }
    } catch {
      return (events, parser.inflatedBytes, error)
    }
    return (events, parser.inflatedBytes, nil)
  }

  @Test func aParserStopsInflatingWhenNothingIsLeft() throws {
    let small = try WebSocketDeflate(level: 9).compress([UInt8](repeating: 0x61, count: 65_000))
    let frame = masked(.text, small, isCompressed: true)
    #expect(frame.count < 100)
    let (events, inflated, error) = parsed(frame, times: 90)
    #expect(error == Self.refusal)
    #expect(events == 6)
    #expect(inflated == 6 * 65_000)
  }

  @Test func everyKindOfFrameCounts() {
    #expect(parsed(masked(.pong, []), times: 100).events == 100)
    for frame in [masked(.pong, []), masked(.ping, []), masked(.text, [])] {
      let (events, _, error) = parsed(frame, times: 101)
      #expect(error == Self.refusal)
      #expect(events == 100)
    }
    let fragment = masked(.text, [], isFinal: false) + masked(.continuation, [], isFinal: true)
    #expect(parsed(fragment, times: 50).events == 50)
    #expect(parsed(fragment, times: 51).error == Self.refusal)
  }
}
