import Synchronization

/// Values that can be taken once, under a secret key, until they expire: sign-ins under way, codes for desktop clients.
///
/// In memory only: after a restart people begin again. Bounded; safe from any thread.
final class OneTimeValues<Value: Sendable>: Sendable {
  private struct State {
    var values: [String: (value: Value, expiresAt: ContinuousClock.Instant)] = [:]
    /// Keys in the order in which they expire; those before `next` are gone.
    var order: [String] = []
    var next = 0

    /// Forgets what has expired. Every value lives equally long, so that the oldest go first.
    mutating func prune(at now: ContinuousClock.Instant) {
      while next < order.count, values[order[next]].map({ $0.expiresAt <= now }) ?? true {
        values[order[next]] = nil
        next += 1
      }
      if next > 64, next * 2 > order.count {
        order.removeFirst(next)
        next = 0
      }
    }
  }

  private let countMax: Int
  private let lifetime: Duration
  private let state = Mutex(State())

  /// Makes an empty store for so many values, each of which lives so long.
  init(countMax: Int, lifetime: Duration) {
    self.countMax = countMax
    self.lifetime = lifetime
  }

  /// Keeps a value under a key that nobody can guess.
  /// - Returns: False when there is no room: nothing is thrown out for a newcomer.
  func insert(_ value: Value, for key: String, at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      state.prune(at: now)
      // Keys that were taken wait in the order for their time, which must not grow either.
      guard state.values.count < countMax, state.order.count - state.next < 4 * countMax else { return false }
      state.values[key] = (value, now + lifetime)
      state.order.append(key)
      return true
    }
  }

  /// The value under a key, which is gone afterwards; nil when there is none or it has expired.
  func take(_ key: String, at now: ContinuousClock.Instant = .now) -> Value? {
    state.withLock { state in
      guard let found = state.values.removeValue(forKey: key), found.expiresAt > now else { return nil }
      return found.value
    }
  }
}
