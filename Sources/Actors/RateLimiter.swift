import Synchronization

/// Limits how often something is done per key, such as attempts to sign in per address: a token bucket for each key.
///
/// ```swift
/// guard limiter.allows(address) else { throw StoreError(.tooMany, "too many attempts; try later") }
/// ```
///
/// Memory is bounded: buckets live in two generations, and when the younger one is full the older one is dropped. A key
/// that nobody used for that long starts with a full bucket again. Safe from any thread.
public final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var filledAt: ContinuousClock.Instant
  }

  private struct State {
    var young: [String: Bucket] = [:]
    var old: [String: Bucket] = [:]
  }

  /// How many in a row are allowed.
  public let burst: Int
  /// How many per second are allowed in the long run.
  public let perSecond: Double
  /// Keys remembered at most.
  public let keysMax: Int
  private let state = Mutex(State())

  /// Makes a limiter with full buckets.
  public init(burst: Int, perSecond: Double, keysMax: Int = 20_000) {
    self.burst = burst
    self.perSecond = perSecond
    self.keysMax = max(2, keysMax)
  }

  /// Takes one token of a key's bucket.
  /// - Returns: Whether there was one.
  public func allows(_ key: String, at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      var bucket = state.young[key] ?? state.old[key] ?? Bucket(tokens: Double(burst), filledAt: now)
      let elapsed = max(.zero, now - bucket.filledAt)
      bucket.tokens = min(Double(burst), bucket.tokens + elapsed / .seconds(1) * perSecond)
      bucket.filledAt = max(now, bucket.filledAt)
      let isAllowed = bucket.tokens >= 1
      if isAllowed { bucket.tokens -= 1 }
      if state.young[key] == nil, state.young.count >= keysMax / 2 {
        state.old = state.young
        state.young = [:]
      }
      state.young[key] = bucket
      return isAllowed
    }
  }

  /// Keys remembered now.
  var keyCount: Int { state.withLock { $0.young.count + $0.old.count } }
}
