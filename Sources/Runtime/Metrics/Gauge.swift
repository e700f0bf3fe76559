import Synchronization

/// Holds a whole number that goes up and down, such as open connections. Recording is one atomic operation, from any
/// thread.
public final class Gauge: Sendable {
  private let current = Atomic<Int>(0)

  init() {}

  /// Replaces the value.
  public func set(_ value: Int) { current.store(value, ordering: .relaxed) }

  /// Adds to the value.
  public func increment(by amount: Int = 1) { current.wrappingAdd(amount, ordering: .relaxed) }

  /// Subtracts from the value.
  public func decrement(by amount: Int = 1) { current.wrappingSubtract(amount, ordering: .relaxed) }

  /// The value now.
  public var value: Int { current.load(ordering: .relaxed) }
}
