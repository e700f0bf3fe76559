import Glibc
import Synchronization

/// A fixed set of event loops, each on its own thread.
public final class EventLoopGroup: Sendable {
  private struct Shutdown {
    var threads: [pthread_t] = []
    var running: Int
    var waiters: [CheckedContinuation<Void, Never>] = []
    var wasAsked = false
  }

  /// The loops, in order of their index.
  public let loops: [EventLoop]
  private let cursor = Atomic<Int>(0)
  private let state: Monitor<Shutdown>

  /// Starts `count` loops on threads called `name-0`, `name-1` and so on. Throws if the system has no resources left.
  public init(count: Int, name: String = "loop") throws {
    precondition(count > 0, "a group has at least one loop")
    // Writes use MSG_NOSIGNAL; TLS libraries write on their own and must not kill the process either.
    signal(SIGPIPE, SIG_IGN)
    loops = try (0..<count).map { try EventLoop(index: $0) }
    state = Monitor(Shutdown(running: count))
    for loop in loops {
      let thread = try Thread.start(name: "\(name)-\(loop.index)") { [self] in
        loop.run()
        loopEnded()
      }
      state.withLock { $0.threads.append(thread) }
    }
  }

  /// The loops in turn. May be called on any thread.
  public func next() -> EventLoop {
    let turn = cursor.wrappingAdd(1, ordering: .relaxed).oldValue
    return loops[Int(UInt(bitPattern: turn) % UInt(loops.count))]
  }

  /// Stops all loops: connections and listeners are closed, queued work runs, then the threads end and are joined.
  ///
  /// Work that reaches a loop later runs on a shared thread. Call it from outside the loops; every call returns when
  /// the group has ended.
  public func shutdown() async {
    let isFirst = state.withLock { state in
      defer { state.wasAsked = true }
      return !state.wasAsked
    }
    if isFirst { for loop in loops { loop.stop() } }
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if state.running > 0 { state.waiters.append(continuation) }
        return state.running == 0
      }
      if hasEnded { continuation.resume() }
    }
    let threads = state.withLock { state in
      let threads = state.threads
      state.threads = []
      return threads
    }
    // They have left their loops: joining waits for the last instructions only.
    for thread in threads { Thread.join(thread) }
  }

  private func loopEnded() {
    let waiters = state.withLock { state in
      state.running -= 1
      guard state.running == 0 else { return [CheckedContinuation<Void, Never>]() }
      let waiters = state.waiters
      state.waiters = []
      return waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
