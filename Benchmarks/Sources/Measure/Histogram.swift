/// A histogram of durations in nanoseconds with a fixed relative error, in the manner of HdrHistogram.
///
/// Values below 256 have a bucket each; above that every power of two is divided into 128 buckets, so that a reported
/// quantile is at most 0.8 % above the recorded value. The size does not depend on how many values are recorded.
struct Histogram: Sendable {
  /// Values above this (about 73 minutes) are counted in the last bucket.
  static let valueMax: UInt64 = (1 << 42) - 1

  private static let subBits = 7
  private static let bucketCount = ((42 - subBits) << subBits) + (1 << subBits)

  private var counts = [UInt64](repeating: 0, count: bucketCount)
  private(set) var count: UInt64 = 0
  private(set) var max: UInt64 = 0
  private var sum: Double = 0

  /// Counts one value.
  @inline(__always)
  mutating func record(_ value: UInt64) {
    record(value, times: 1)
  }

  /// Counts the same value several times, which is how a batch that arrives at one instant is recorded.
  @inline(__always)
  mutating func record(_ value: UInt64, times: UInt64) {
    let bounded = Swift.min(value, Self.valueMax)
    counts[Self.bucket(of: bounded)] &+= times
    count &+= times
    if bounded > max { max = bounded }
    sum += Double(bounded) * Double(times)
  }

  /// Adds what another histogram has counted.
  mutating func merge(_ other: Histogram) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
    count &+= other.count
    max = Swift.max(max, other.max)
    sum += other.sum
  }

  mutating func reset() {
    for index in counts.indices { counts[index] = 0 }
    count = 0
    max = 0
    sum = 0
  }

  var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The smallest bucket bound that at least `fraction` of the values do not exceed; 0 when nothing was recorded.
  func quantile(_ fraction: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    let wanted = Swift.max(1, UInt64((Double(count) * fraction).rounded(.up)))
    var seen: UInt64 = 0
    for (index, bucketed) in counts.enumerated() where bucketed > 0 {
      seen &+= bucketed
      if seen >= wanted { return Swift.min(Self.upperBound(of: index), max) }
    }
    return max
  }

  @inline(__always)
  private static func bucket(of value: UInt64) -> Int {
    let magnitude = 63 - (value | 1).leadingZeroBitCount
    let shift = magnitude - subBits
    guard shift > 0 else { return Int(value) }
    return (shift << subBits) + Int(value >> UInt64(shift))
  }

  private static func upperBound(of bucket: Int) -> UInt64 {
    let shift = (bucket >> subBits) - 1
    guard shift > 0 else { return UInt64(bucket) }
    let mantissa = UInt64(bucket - (shift << subBits))
    return ((mantissa + 1) << UInt64(shift)) - 1
  }
}
