import Testing

@testable import Benchmarks

struct EventLogTests {
  private var log = EventLog()
  private var readers = Array(repeating: EventLogReader(), count: 3)

  private mutating func receive(_ reader: Int, _ cursors: [Int]) {
    for cursor in cursors {
      Array("cur_\(cursor)".utf8).withUnsafeBufferPointer { readers[reader].receive($0, &log) }
    }
  }

  private func faults(_ reader: Int) -> [UInt64] {
    [readers[reader].missing(of: log), readers[reader].duplicates, readers[reader].reordered]
  }

  @Test mutating func whoeverIsFirstLaysDownTheOrder() {
    receive(0, [10, 20])
    receive(1, [10, 20, 30])
    receive(0, [30, 40])
    receive(1, [40])
    receive(2, [10, 20, 30, 40])
    #expect([0, 1, 2].allSatisfy { faults($0) == [0, 0, 0] })
    #expect(log.end == 4 && log.cursor(before: 4) == "cur_40" && log.cursor(before: 0) == nil)
  }

  @Test mutating func aSkippedEventIsMissing() {
    receive(0, [1, 2, 3])
    receive(1, [1, 3])
    receive(2, [1, 2])
    #expect(faults(1) == [1, 0, 0] && readers[1].skipped == 1)
    #expect(faults(2) == [1, 0, 0] && readers[2].skipped == 0, "it may still come")
  }

  @Test mutating func aSkippedEventIsMissingForTheFirstReaderToo() {
    receive(0, [1, 3])
    receive(1, [1, 2, 3])
    #expect(faults(0)[0] + faults(1)[0] + faults(1)[2] > 0, "the readers do not agree")
  }

  @Test mutating func theSameEventTwiceIsADuplicate() {
    receive(0, [1, 2, 2, 1])
    receive(1, [1, 1, 2])
    #expect(faults(0) == [0, 2, 0])
    #expect(faults(1) == [0, 1, 0])
  }

  @Test mutating func aLateEventIsOutOfOrder() {
    receive(0, [1, 2, 3])
    receive(1, [1, 3, 2])
    #expect(faults(1) == [0, 0, 1])
  }

  @Test mutating func whatAllHaveIsForgotten() {
    let count = 10 * Int(EventLog.keptBehind)
    receive(0, Array(0..<count))
    log.trim(allHavePassed: readers[0].position)
    #expect(log.cursor(before: 1) == nil && log.cursor(before: log.end) == "cur_\(count - 1)")
    receive(0, [count - 1, count])
    #expect(faults(0) == [0, 1, 0], "a duplicate is known as long as its event is kept")
  }
}

struct SoakVerdictTests {
  private func samples(_ change: (Double, inout SoakSample) -> Void) -> [SoakSample] {
    stride(from: 0.0, to: 3600, by: 5).map { second in
      var sample = SoakSample(second: second)
      // A sawtooth, as caches and the log have.
      sample.anonymousBytes = 100 << 20 + UInt64(second) % 60 << 18
      sample.descriptors = 1000 + Int(second) % 7
      sample.walBytes = 16 << 20 + UInt64(second) % 100 << 16
      change(second, &sample)
      return sample
    }
  }

  private func unmet(_ samples: [SoakSample]) -> [String] {
    SoakVerdict(samples: samples, warmupSeconds: 600).checks.filter { !$0.isMet }.map(\.name)
  }

  @Test func upsAndDownsAreNoGrowth() {
    #expect(unmet(samples { _, _ in }).isEmpty)
  }

  @Test func growthInTheWarmupIsNone() {
    #expect(unmet(samples { if $0 < 600 { $1.anonymousBytes = UInt64($0) << 17 } }).isEmpty)
  }

  @Test func aSlowLeakIsFound() {
    #expect(unmet(samples { $1.anonymousBytes += UInt64($0) << 13 }) == ["memory flat"])
    #expect(unmet(samples { $1.descriptors += Int($0 / 40) }) == ["descriptors flat"])
    #expect(unmet(samples { if $0 > 3000 { $1.walBytes = 200 << 20 } }) == ["log bounded"])
  }

  @Test func nothingSeenIsNoProof() {
    #expect(unmet([]) == ["memory flat"])
    #expect(unmet(samples { $1.anonymousBytes = 0 }) == ["memory flat"])
  }
}
