import Synchronization

/// Tells whether what was read of somebody's standing, such as a role, is still up to date: a clock that moves with every
/// change of a standing, and with what else later readings must be told apart from earlier ones by.
final class StandingMarks: Sendable {
  private struct State {
    var now: UInt64 = 0
    var changedAt: UInt64 = 0
  }

  private let state = Mutex(State())

  /// A mark to take before a standing is read.
  var now: UInt64 { state.withLock { $0.now } }

  /// A standing changed: what was read before is out of date.
  func change() {
    state.withLock { state in
      state.now += 1
      state.changedAt = state.now
    }
  }

  /// A mark that only those have reached that are taken from now on.
  func mark() -> UInt64 {
    state.withLock { state in
      state.now += 1
      return state.now
    }
  }

  /// Whether nobody's standing changed since a mark was taken.
  func isCurrent(_ mark: UInt64) -> Bool { state.withLock { mark >= $0.changedAt } }
}
