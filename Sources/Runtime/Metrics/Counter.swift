import Synchronization

/// Counts something that only ever grows, such as requests. Recording is one atomic addition, from any thread.
public final class Counter: Sendable {
  private let total = Atomic<UInt64>(0)

  init() {}

  /// Adds to the count; it wraps at 2^64, which a Prometheus server treats as a restart.
  public func increment(by amount: UInt64 = 1) {
    total.wrappingAdd(amount, ordering: .relaxed)
  }

  /// The count so far.
  public var value: UInt64 { total.load(ordering: .relaxed) }
}
