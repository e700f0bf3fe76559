import SeededRandom
import Storage
import Testing

@testable import Actors

@Suite struct EventRingTests {
  private let encoder = LineEncoder()

  private func encoded(_ number: Int, payloadBytes: Int = 10) -> EncodedEvent {
    EncodedEvent(.sample(number, payloadBytes: payloadBytes), formats: [], encoder: encoder)
  }

  private func cursors(_ ring: inout EventRing, from start: Int) -> [Cursor] {
    var cursors: [Cursor] = []
    ring.forEach(from: start, as: .webSocket, encoder) { cursors.append($0.event.cursor) }
    return cursors
  }

  @Test(arguments: (0..<20).map { _ in UInt64.random(in: 0...UInt64.max) })
  func theRingIsAlwaysTheEndOfTheLogWithinItsBounds(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let eventsMax = Int.random(in: 1...20, using: &random)
    let bytesMax = Int.random(in: 500...5_000, using: &random)
    var ring = EventRing(eventsMax: eventsMax, bytesMax: bytesMax, isWhole: true)
    var log: [EncodedEvent] = []
    for number in 0..<300 {
      let event = encoded(number, payloadBytes: Int.random(in: 0...800, using: &random))
      ring.append(event)
      log.append(event)
      if Bool.random(using: &random) {
        let most = Int.random(in: 0...bytesMax, using: &random)
        if Bool.random(using: &random) { ring.keep(bytes: most) } else { ring.shrink(toBytes: most) }
        #expect(ring.count == 1 || ring.bytes <= most, "seed \(seed)")
      }
      let kept = Array(log.suffix(ring.count))
      #expect(ring.count <= eventsMax && ring.count >= 1, "seed \(seed)")
      #expect(ring.count == 1 || kept.reduce(0) { $0 + $1.byteCount } <= bytesMax, "seed \(seed)")
      #expect(ring.bytes == kept.reduce(0) { $0 + $1.byteCount }, "seed \(seed)")
      #expect(ring.isWhole == (ring.count == log.count), "seed \(seed)")
      let place = Int.random(in: 0..<log.count, using: &random)
      let start = ring.start(after: log[place].event.cursor)
      if place < log.count - ring.count {
        #expect(start == nil, "seed \(seed): a cursor that fell out is known")
      } else if let start {
        var copy = ring
        #expect(cursors(&copy, from: start) == log[(place + 1)...].map { $0.event.cursor }, "seed \(seed)")
      } else {
        Issue.record("seed \(seed): a cursor in the ring is unknown")
      }
    }
  }

  @Test func theBeginningOfTheLogIsKnownOnlyWhileTheRingHoldsIt() {
    var ring = EventRing(eventsMax: 2, bytesMax: 1 << 20, isWhole: true)
    #expect(ring.start(after: "") != nil)
    ring.append(encoded(1))
    ring.append(encoded(2))
    #expect(ring.start(after: "").map { cursors(&ring, from: $0).count } == 2)
    ring.append(encoded(3))
    #expect(ring.start(after: "") == nil)
    #expect(EventRing(eventsMax: 2, bytesMax: 1, isWhole: false).start(after: "") == nil)
  }

  @Test func cursorsBetweenAndBeyondEventsAreUnknown() {
    var ring = EventRing(eventsMax: 10, bytesMax: 1 << 20, isWhole: true)
    for number in stride(from: 10, to: 60, by: 10) { ring.append(encoded(number)) }
    for unknown in [5, 15, 55] { #expect(ring.start(after: Event.sample(unknown).cursor) == nil) }
    #expect(ring.start(after: Event.sample(50).cursor).map { cursors(&ring, from: $0) } == [])
  }

  @Test func anEventLargerThanTheBoundIsKeptAlone() {
    var ring = EventRing(eventsMax: 10, bytesMax: 100, isWhole: true)
    ring.append(encoded(1))
    ring.append(encoded(2, payloadBytes: 5_000))
    #expect(ring.count == 1)
    #expect(ring.start(after: Event.sample(2).cursor) != nil)
  }
}
