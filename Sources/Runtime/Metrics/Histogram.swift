import Synchronization

/// Counts observations, such as request seconds, in buckets with fixed upper bounds.
///
/// Recording is two or three atomic operations and allocates nothing; it may happen on any thread. A scrape that runs at
/// the same time may see an observation in the sum before it sees it in a bucket.
public final class Histogram: Sendable {
  /// Suits durations in seconds, from half a millisecond to ten seconds.
  public static let secondsBounds: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]

  /// Upper bounds in rising order, each included in its bucket; a last bucket without bound is implied.
  public let bounds: [Double]
  private let buckets: [Counter]
  private let sumBits = Atomic<UInt64>(0)

  init(bounds: [Double]) {
    self.bounds = bounds
    buckets = (0...bounds.count).map { _ in Counter() }
  }

  /// Records one observation; a value that is not a number is ignored, as it would poison the sum for good.
  public func observe(_ value: Double) {
    guard !value.isNaN else { return }
    var index = 0
    while index < bounds.count && value > bounds[index] { index += 1 }
    buckets[index].increment()
    var bits = sumBits.load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: bits) + value
      let (exchanged, original) = sumBits.compareExchange(
        expected: bits, desired: sum.bitPattern, ordering: .relaxed)
      if exchanged { return }
      bits = original
    }
  }

  /// Records a duration in seconds.
  public func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    observe(Double(seconds) + Double(attoseconds) * 1e-18)
  }

  /// How many observations fell in each bucket, not cumulative, and their sum.
  public var snapshot: (counts: [UInt64], sum: Double) {
    (buckets.map(\.value), Double(bitPattern: sumBits.load(ordering: .relaxed)))
  }
}
