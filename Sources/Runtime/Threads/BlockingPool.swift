import Glibc

/// A bounded pool of threads for calls that block: password hashing, file I/O, name look-ups.
public final class BlockingPool: Sendable {
  /// Why a piece of work was not run.
  public enum Error: Swift.Error, Hashable {
    /// The queue is full: the caller should answer "try again later".
    case overloaded
    /// The pool has been shut down.
    case stopped
  }

  private struct State {
    var queue: [@Sendable () -> Void] = []
    var next = 0
    var threads: [pthread_t] = []
    var idleThreads = 0
    var isStopping = false

    var queued: Int { queue.count - next }

    mutating func take() -> (@Sendable () -> Void)? {
      guard next < queue.count else { return nil }
      let work = queue[next]
      next += 1
      if next == queue.count || next >= 1024 {
        queue.removeFirst(next)
        next = 0
      }
      return work
    }
  }

  private let name: String
  private let threadsMax: Int
  private let queueMax: Int
  private let state = Monitor(State())

  /// Creates a pool that runs at most `threadsMax` pieces of work at a time and holds at most `queueMax` waiting ones.
  /// Threads are started when first needed.
  public init(name: String = "blocking", threadsMax: Int, queueMax: Int) {
    precondition(threadsMax > 0 && queueMax >= 0)
    self.name = name
    self.threadsMax = threadsMax
    self.queueMax = queueMax
  }

  /// Pieces of work waiting for a thread now, for metrics.
  public var queuedCount: Int { state.withLock { $0.queued } }

  /// Runs `body` on a pool thread and returns its result on the caller's executor.
  ///
  /// Throws `Error.overloaded` when the queue is full, `Error.stopped` after `shutdown`, and whatever `body` throws.
  public func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try add { continuation.resume(with: Result(catching: body)) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Runs what is queued, then ends and joins all threads. Called from outside the pool.
  public func shutdown() {
    let threads = state.withLock { state in
      state.isStopping = true
      let threads = state.threads
      state.threads = []
      return threads
    }
    state.broadcast()
    for thread in threads { Thread.join(thread) }
  }

  private func add(_ work: @escaping @Sendable () -> Void) throws {
    try state.withLock { state in
      guard !state.isStopping else { throw Error.stopped }
      // A thread that is idle, or that may still be started, takes the work without it ever waiting.
      let free = state.idleThreads + (threadsMax - state.threads.count)
      guard state.queued < queueMax + free else { throw Error.overloaded }
      if state.queued >= state.idleThreads, state.threads.count < threadsMax {
        state.threads.append(
          try Thread.start(name: "\(name)-\(state.threads.count)") { [self] in serve() })
        // Counted before it runs, so that the next caller does not start a thread for work this one will take.
        state.idleThreads += 1
      }
      state.queue.append(work)
    }
    state.signal()
  }

  private func serve() {
    while true {
      let work: (@Sendable () -> Void)? = state.wait { state in
        if let work = state.take() {
          state.idleThreads -= 1
          return .some(work)
        }
        return state.isStopping ? .some(nil) : nil
      }
      guard let work else { return }
      work()
      state.withLock { $0.idleThreads += 1 }
    }
  }
}
