/// Checks that one subscriber receives 1, 2, 3, ... each exactly once and in order, and counts every deviation.
///
/// A gap is held open until the run ends: a number that fills it later was reordered, one that never comes is missing,
/// and one that was already counted is a duplicate.
struct SequenceChecker: Sendable {
  /// Open gaps remembered per subscriber; past it further skipped numbers are counted as missing for good.
  static let openGapsMax = 100_000

  /// The number that must come next.
  private(set) var expected: UInt64 = 1
  private(set) var duplicates: UInt64 = 0
  private(set) var reordered: UInt64 = 0
  private var forgotten: UInt64 = 0
  private var open: Set<UInt64>?

  /// Numbers that were skipped and have not arrived since.
  var missing: UInt64 { forgotten + UInt64(open?.count ?? 0) }

  /// Takes the next number received and answers whether it counts as a delivery (a duplicate does not).
  @inline(__always)
  mutating func receive(_ number: UInt64) -> Bool {
    if number == expected {
      expected &+= 1
      return true
    }
    return receiveUnexpected(number)
  }

  /// Counts everything up to `last` that did not arrive, for the end of a run.
  func missing(through last: UInt64) -> UInt64 {
    missing + (last >= expected ? last - expected + 1 : 0)
  }

  @inline(never)
  private mutating func receiveUnexpected(_ number: UInt64) -> Bool {
    if number > expected {
      var gaps = open ?? []
      let remembered = min(number - expected, UInt64(max(0, Self.openGapsMax - gaps.count)))
      gaps.formUnion(expected..<(expected + remembered))
      forgotten += number - expected - remembered
      open = gaps
      expected = number + 1
      return true
    }
    if open?.remove(number) != nil {
      reordered += 1
      return true
    }
    duplicates += 1
    return false
  }
}
