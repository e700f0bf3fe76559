import Synchronization

/// Bounds how many pieces of work of one kind are under way at a time, per key and in all. Safe from any thread.
public final class InFlightLimit: Sendable {
  /// What becomes of a piece of work.
  public enum Admission: Sendable {
    /// It may begin; `leave` gives its place back.
    case admitted
    /// Too many of its key are under way.
    case keyIsFull
    /// Too many are under way in all.
    case allIsFull
  }

  private struct Counts {
    var all = 0
    var byKey: [String: Int] = [:]
  }

  private let perKeyMax: Int
  private let allMax: Int
  private let counts = Mutex(Counts())

  /// Makes a limit.
  public init(perKeyMax: Int, allMax: Int = .max) {
    self.perKeyMax = perKeyMax
    self.allMax = allMax
  }

  /// Takes a place, if there is one; whoever got one gives it back with `leave`.
  public func enter(_ key: String) -> Admission {
    counts.withLock { counts in
      let count = counts.byKey[key, default: 0]
      guard count < perKeyMax else { return .keyIsFull }
      guard counts.all < allMax else { return .allIsFull }
      counts.byKey[key] = count + 1
      counts.all += 1
      return .admitted
    }
  }

  /// Gives a place back.
  public func leave(_ key: String) {
    counts.withLock { counts in
      guard let count = counts.byKey[key] else { return }
      counts.byKey[key] = count > 1 ? count - 1 : nil
      counts.all -= 1
    }
  }
}
