import SeededRandom
import Testing

@testable import Benchmarks

struct HistogramTests {
  @Test func smallValuesAreExact() {
    var histogram = Histogram()
    for value in UInt64(0)...255 { histogram.record(value) }
    #expect(histogram.count == 256)
    #expect(histogram.quantile(0.5) == 127)
    #expect(histogram.quantile(1) == 255)
    #expect(histogram.mean == 127.5)
  }

  @Test(arguments: [UInt64(7), 42, 2026])
  func quantilesAreWithinOnePercentOfTheSortedValues(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var histogram = Histogram()
    var values: [UInt64] = []
    for _ in 0..<20_000 {
      let value = UInt64.random(in: 0...(1 << UInt64.random(in: 1...40, using: &generator)), using: &generator)
      values.append(value)
      histogram.record(value)
    }
    values.sort()
    for fraction in [0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = values[max(1, Int((Double(values.count) * fraction).rounded(.up))) - 1]
      let found = histogram.quantile(fraction)
      #expect(found >= exact, "seed \(seed), fraction \(fraction)")
      #expect(Double(found) <= Double(exact) * 1.008 + 1, "seed \(seed), fraction \(fraction)")
    }
  }

  @Test func valuesBeyondTheRangeCountInTheLastBucket() {
    var histogram = Histogram()
    histogram.record(.max)
    #expect(histogram.quantile(0.5) == Histogram.valueMax)
  }

  @Test func mergingAddsUp() {
    var left = Histogram()
    var right = Histogram()
    left.record(10, times: 3)
    right.record(1_000_000)
    left.merge(right)
    #expect(left.count == 4)
    #expect(left.quantile(0.75) == 10)
    #expect(left.max == 1_000_000)
    left.reset()
    #expect(left.quantile(0.5) == 0)
  }
}
