import Synchronization

/// Bounds how many pieces of work of one kind are under way at a time, per key. Safe from any thread.
public final class InFlightLimit: Sendable {
  private let perKeyMax: Int
  private let counts = Mutex<[String: Int]>([:])

  /// Makes a limit.
  public init(perKeyMax: Int) { self.perKeyMax = perKeyMax }

  /// Takes a place; whoever got one gives it back with `leave`.
  /// - Returns: Whether there was one.
  public func enter(_ key: String) -> Bool {
    counts.withLock { counts in
      let count = counts[key, default: 0]
      guard count < perKeyMax else { return false }
      counts[key] = count + 1
      return true
    }
  }

  /// Gives a place back.
  public func leave(_ key: String) {
    counts.withLock { counts in
      guard let count = counts[key] else { return }
      counts[key] = count > 1 ? count - 1 : nil
    }
  }
}
