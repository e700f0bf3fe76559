import Synchronization

/// A bound on the bytes that all connections together hold for one purpose. May be used on any thread.
final class ByteBudget: Sendable {
  private let bytesMax: Int
  private let taken = Atomic<Int>(0)

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Takes bytes, to be given back later; false when there are not so many left.
  func take(_ bytes: Int) -> Bool {
    guard taken.wrappingAdd(bytes, ordering: .relaxed).newValue > bytesMax else { return true }
    giveBack(bytes)
    return false
  }

  /// Takes bytes that can't be refused, to be given back later.
  func takeBeyondBound(_ bytes: Int) { taken.wrappingAdd(bytes, ordering: .relaxed) }

  /// Those bytes are no longer needed.
  func giveBack(_ bytes: Int) { taken.wrappingSubtract(bytes, ordering: .relaxed) }
}
