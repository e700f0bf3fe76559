import Glibc
import Synchronization

/// Threads that run a body each, for clients that block.
final class TestThreads: Sendable {
  private final class Start: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let threads: [pthread_t]
  private let failures: Failures

  private final class Failures: Sendable {
    let list = Mutex<[any Error]>([])
  }

  init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failures = Failures()
    self.failures = failures
    threads = try (0..<count).map { index in
      let start = Start {
        do { try body(index) } catch { failures.list.withLock { $0.append(error) } }
      }
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, Unmanaged.passRetained(start).toOpaque())
      guard code == 0 else { throw TestFailure("can't start a thread") }
      return thread
    }
  }

  /// Waits for all of them, once.
  /// - Throws: What the first of them threw.
  func join() throws {
    for thread in threads { pthread_join(thread, nil) }
    if let failure = failures.list.withLock({ $0.first }) { throw failure }
  }
}
