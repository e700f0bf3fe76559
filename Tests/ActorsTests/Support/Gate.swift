import Glibc
import Synchronization

/// Holds a thread of the code under test at a chosen point until the test opens it.
final class Gate: Sendable {
  private let arrived = Atomic<Int>(0)
  private let isOpen = Atomic<Bool>(false)

  /// Called at the point: blocks the thread.
  func pass() {
    arrived.add(1, ordering: .sequentiallyConsistent)
    while !isOpen.load(ordering: .sequentiallyConsistent) { usleep(200) }
  }

  func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }

  /// How many threads have come to it.
  var arrivals: Int { arrived.load(ordering: .sequentiallyConsistent) }
}

/// What a test can't go on without.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Waits until a condition holds; a bound keeps a broken build from hanging.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw TestFailure("waited in vain until \(what)") }
    try await Task.sleep(for: .milliseconds(1))
  }
}
