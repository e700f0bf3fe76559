import Glibc
import SeededRandom
import Testing

@testable import Runtime

@Suite struct TimerTests {
  @Test func thousandsFireOnceAndNeverEarly() async throws {
    let seed = UInt64.random(in: 0 ... .max)
    try await withGroup { group in
      let loop = group.next()
      let fired = Gate<[Int: Int]>([:])
      let early = Gate(0)
      try await loop.run {
        var random = SeededGenerator(seed: seed)
        for index in 0..<5_000 {
          let due = loop.nowMilliseconds + UInt64.random(in: 0...400, using: &random)
          loop.makeTimer {
            if loop.nowMilliseconds < due { early.update { $0 += 1 } }
            fired.update { $0[index, default: 0] += 1 }
          }.schedule(afterMilliseconds: due - loop.nowMilliseconds)
        }
      }
      await fired.wait { $0.count == 5_000 }
      #expect(early.value == 0, "seed \(seed)")
      #expect(fired.value.values.allSatisfy { $0 == 1 })
      #expect(try await loop.run { loop.wheel.count } == 0)
    }
  }

  @Test func cancelledTimersDoNotFire() async throws {
    try await withGroup { group in
      let loop = group.next()
      let fired = Gate<[Int]>([])
      try await loop.run {
        let timers = (0..<100).map { index in loop.makeTimer { fired.update { $0.append(index) } } }
        for timer in timers { timer.schedule(afterMilliseconds: 1) }
        for timer in timers.dropLast() { timer.cancel() }
        #expect(!timers[0].isScheduled && timers[99].isScheduled)
      }
      await fired.wait { !$0.isEmpty }
      #expect(fired.value == [99])
    }
  }

  @Test func aTimerOfTheSameTickCanBeCancelledByAnother() async throws {
    try await withGroup { group in
      let loop = group.next()
      let fired = Gate(0)
      let done = Gate(false)
      try await loop.run {
        let timers = Gate<[CoarseTimer]>([])
        for _ in 0..<10 {
          let timer = loop.makeTimer {
            fired.update { $0 += 1 }
            for other in timers.value { other.cancel() }
            timers.update { $0 = [] }
          }
          timer.schedule(afterMilliseconds: 1)
          timers.update { $0.append(timer) }
        }
        loop.makeTimer { done.update { $0 = true } }.schedule(afterMilliseconds: 150)
      }
      await done.wait { $0 }
      #expect(fired.value == 1)
    }
  }

  @Test func rearmingMovesTheDeadlineBothWays() async throws {
    try await withGroup { group in
      let loop = group.next()
      let order = Gate<[String]>([])
      try await loop.run {
        let later = loop.makeTimer { order.update { $0.append("later") } }
        later.schedule(afterMilliseconds: 1)
        later.schedule(afterMilliseconds: 300)
        let sooner = loop.makeTimer { order.update { $0.append("sooner") } }
        sooner.schedule(afterMilliseconds: 3_600_000)
        sooner.schedule(afterMilliseconds: 100)
      }
      await order.wait { $0.count == 2 }
      #expect(order.value == ["sooner", "later"])
    }
  }

  @Test func aBodyMayRearmItsTimer() async throws {
    try await withGroup { group in
      let loop = group.next()
      let fired = Gate(0)
      try await loop.run {
        let own = Gate<CoarseTimer?>(nil)
        let timer = loop.makeTimer {
          fired.update { $0 += 1 }
          if fired.value < 3 { own.value?.schedule(afterMilliseconds: 0) } else { own.update { $0 = nil } }
        }
        own.update { $0 = timer }
        timer.schedule(afterMilliseconds: 0)
      }
      await fired.wait { $0 == 3 }
    }
  }

  @Test func extremeDelaysAreHeld() async throws {
    try await withGroup { group in
      let loop = group.next()
      try await loop.run {
        let timer = loop.makeTimer {}
        timer.schedule(afterMilliseconds: .max)
        #expect(timer.isScheduled)
      }
    }
  }
}
