import SeededRandom
import Testing

@testable import HTTP

@Suite("WebSocket codec, properties")
struct CodecPropertyTests {
  private func transcript(
    _ pieces: [[UInt8]], role: WebSocketRole, deflate: WebSocketDeflate?, messageBytesMax: Int = 100_000
  ) -> (events: [WebSocketEvent], error: WebSocketError?) {
    var parser = WebSocketParser(role: role, messageBytesMax: messageBytesMax)
    var events: [WebSocketEvent] = []
    do throws(WebSocketError) {
      for piece in pieces {
        try piece.withBytes { (bytes) throws(WebSocketError) in
          var input = bytes
          while let event = try parser.next(&input, deflate: deflate) { events.append(event) }
        }
      }
      return (events, nil)
    } catch {
      return (events, error)
    }
  }

  /// Random messages, fragmented, compressed and masked at random, with control frames between, in random pieces.
  @Test(arguments: [WebSocketRole.server, .client]) func roundTrip(role: WebSocketRole) throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let deflate = WebSocketDeflate()
    for round in 0..<200 {
      var output: [UInt8] = []
      var expected: [WebSocketEvent] = []
      let maskKey: () -> UInt32? = { role == .server ? UInt32(truncatingIfNeeded: round &* 0x9E37_79B9) : nil }
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let size = [0, 1, 125, 126, 300, 70_000].randomElement(using: &generator) ?? 0
        let isText = Bool.random(using: &generator)
        let payload =
          isText
          ? Array(String(String(repeating: "aé€😀", count: size / 10 + 1).prefix(size / 3)).utf8) : generator.bytes(size)
        let isCompressed = Bool.random(using: &generator)
        let wire = isCompressed ? try deflate.compress(payload) : payload
        let cuts = Int.random(in: 0...3, using: &generator)
        let bounds = ([0, wire.count] + (0..<cuts).map { _ in Int.random(in: 0...wire.count, using: &generator) })
          .sorted()
        for (index, (start, end)) in zip(bounds, bounds.dropFirst()).enumerated() {
          WebSocketEncoder.append(
            index > 0 ? .continuation : isText ? .text : .binary, Array(wire[start..<end]), isFinal: index == cuts,
            isCompressed: isCompressed && index == 0, maskKey: maskKey(), to: &output)
          guard index < cuts, Bool.random(using: &generator) else { continue }
          let ping = generator.bytes(Int.random(in: 0...125, using: &generator))
          WebSocketEncoder.append(.ping, ping, maskKey: maskKey(), to: &output)
          expected.append(.ping(ping))
        }
        expected.append(.message(WebSocketMessage(isText ? .text : .binary, payload)))
      }
      WebSocketEncoder.append(
        .close, WebSocketEncoder.closePayload(.goingAway, reason: "bye"), maskKey: maskKey(), to: &output)
      expected.append(.close(.goingAway, reason: "bye"))
      let (events, error) = transcript(
        generator.pieces(of: output), role: role, deflate: deflate, messageBytesMax: 300_000)
      #expect(error == nil && events == expected, "seed \(seed), round \(round)")
      if events != expected { return }
    }
  }

  /// Mutated frames: whatever they are, the pieces they arrive in must not matter.
  @Test func anySplitGivesTheSameEvents() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let deflate = WebSocketDeflate()
    let compressed = try deflate.compress(Array("hello hello hello".utf8))
    let frames = [
      clientText("héllo"), clientText("frag", isFinal: false), clientFrame(0, Array("ment".utf8)),
      clientFrame(9, [1, 2]),
      clientFrame(10), clientClose(1000), clientFrame(1, compressed, reservedBits: 4),
      clientFrame(2, Array(repeating: 7, count: 200)),
    ]
    for round in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...5, using: &generator) { bytes += frames.randomElement(using: &generator) ?? [] }
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      }
      let whole = transcript([bytes], role: .server, deflate: deflate, messageBytesMax: 300)
      let split = transcript(generator.pieces(of: bytes), role: .server, deflate: deflate, messageBytesMax: 300)
      #expect(whole.events == split.events && whole.error == split.error, "seed \(seed), round \(round): \(bytes)")
      if whole.error != split.error { return }
    }
  }

  @Test func masksAreTheirOwnInverse() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let mask = WebSocketMask(key: UInt32.random(in: .min ... .max, using: &generator))
      let plain = generator.bytes(Int.random(in: 0...40, using: &generator))
      let offset = Int.random(in: 0...9, using: &generator)
      var masked = plain
      masked.withUnsafeMutableBytes { mask.apply(to: $0, offset: offset) }
      let expected = plain.enumerated().map { $1 ^ mask.bytes[($0 + offset) % 4] }
      #expect(masked == expected, "seed \(seed)")
    }
  }
}
