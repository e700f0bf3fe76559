import SeededRandom
import Testing

@testable import Benchmarks

struct SequenceCheckerTests {
  private func check(_ numbers: [UInt64]) -> SequenceChecker {
    var checker = SequenceChecker()
    for number in numbers { _ = checker.receive(number) }
    return checker
  }

  @Test func anUnbrokenSequenceHasNoFaults() {
    let checker = check(Array(1...1000))
    #expect(checker.missing(through: 1000) == 0)
    #expect(checker.duplicates == 0)
    #expect(checker.reordered == 0)
  }

  @Test func aGapIsMissing() {
    let checker = check([1, 2, 5, 6])
    #expect(checker.missing == 2)
    #expect(checker.missing(through: 8) == 4)
    #expect(checker.reordered == 0)
  }

  @Test func aRepetitionIsADuplicateAndNoDelivery() {
    var checker = check([1, 2, 3])
    let counted = [checker.receive(2), checker.receive(3)]
    #expect(counted == [false, false])
    #expect(checker.duplicates == 2)
    #expect(checker.missing(through: 3) == 0)
  }

  @Test func aLateArrivalIsReorderedNotMissing() {
    var checker = check([1, 3])
    #expect(checker.missing == 1)
    let isLateOneCounted = checker.receive(2)
    #expect(isLateOneCounted)
    #expect(checker.missing == 0)
    #expect(checker.reordered == 1)
    let isThirdOneCounted = checker.receive(2)
    #expect(!isThirdOneCounted)
    #expect(checker.duplicates == 1)
  }

  @Test func anAbsurdNumberIsCountedWithoutBeingStored() {
    let checker = check([1, 1 << 40])
    #expect(checker.missing == (1 << 40) - 2)
  }

  @Test(arguments: UInt64(1)...8)
  func randomFaultsAreCountedExactly(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var sent: [UInt64] = []
    var missing: UInt64 = 0
    var duplicates: UInt64 = 0
    for number in UInt64(1)...2000 {
      switch Int.random(in: 0..<20, using: &generator) {
      case 0: missing += 1
      case 1:
        sent += [number, number]
        duplicates += 1
      default: sent.append(number)
      }
    }
    let checker = check(sent)
    #expect(checker.missing(through: 2000) == missing, "seed \(seed)")
    #expect(checker.duplicates == duplicates, "seed \(seed)")
    #expect(checker.reordered == 0, "seed \(seed)")
  }

  @Test func aLogIsComparedEventByEvent() {
    #expect(CursorSink.faults(received: [1, 2, 3], expected: [1, 2, 3]) == Faults())
    #expect(CursorSink.faults(received: [1, 3], expected: [1, 2, 3]) == Faults(missing: 1))
    #expect(CursorSink.faults(received: [1, 2, 2, 3], expected: [1, 2, 3]) == Faults(duplicates: 1))
    #expect(CursorSink.faults(received: [2, 1, 3], expected: [1, 2, 3]) == Faults(reordered: 1))
    #expect(CursorSink.faults(received: [1, 2, 3, 9], expected: [1, 2, 3]) == Faults(duplicates: 1))
  }
}
