import Synchronization

/// Counts what the rings of all live workspaces keep, so that they can't take more together than one bound, however many
/// there are. Callable on any thread.
final class EventRingBudget: Sendable {
  private let bytesMax: Int
  private let bytes = Atomic<Int>(0)
  private let rings = Atomic<Int>(0)

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  /// Counts a change of what one ring keeps, or a ring that comes or goes.
  /// - Returns: How many bytes all rings keep beyond the bound now.
  @discardableResult
  func add(bytes change: Int, rings newRings: Int = 0) -> Int {
    if newRings != 0 { rings.add(newRings, ordering: .relaxed) }
    return max(0, bytes.add(change, ordering: .relaxed).newValue - bytesMax)
  }

  /// Bytes that all rings keep.
  var used: Int { bytes.load(ordering: .relaxed) }

  /// Whether a ring that grows may soon have to give up what it has.
  var isCrowded: Bool { used > bytesMax / 4 * 3 }

  /// Bytes that a ring may keep so that half of the bound stays free.
  var share: Int { bytesMax / 2 / max(1, rings.load(ordering: .relaxed)) }
}
