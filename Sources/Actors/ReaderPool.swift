import Glibc
import Runtime
import Storage
import Synchronization

/// A small pool of read-only connections, each on a thread of its own. Idle readers take the read whose turn it is
/// (`ReadQueue`).
public final class ReaderPool: Sendable {
  /// Bounds of the queue.
  public struct Limits: Sendable {
    /// Ordinary reads that may wait. Beyond it a read takes the place of one of whoever has most that wait, which is
    /// refused with 429; if nobody has more, it is refused with 503.
    public var waitingMax = 4_096
    /// Long reads that may wait; beyond it they are refused with 503.
    public var longWaitingMax = 1_024
    /// Long reads of one person that may wait; beyond it they are refused with 429.
    public var longWaitingPerPersonMax = 32
    /// How long a long read may run before it is given up with 503, in milliseconds.
    public var longMillisecondsMax: Int64 = 5_000
    /// How long a read may wait before it is refused, in milliseconds.
    public var waitMillisecondsMax: UInt64 = 10_000
    /// The defaults.
    public init() {}
  }

  private struct State {
    var queue: ReadQueue
    var idle: [Int] = []
    var closed = false
    var isPaused = false

    /// Takes a reader that has nothing to do for a read that waits.
    mutating func readerForWork() -> Int? { isPaused || !queue.hasWork ? nil : idle.popLast() }
  }

  /// One connection and its thread.
  private actor Reader {
    nonisolated let thread: DedicatedThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private var connection: (any SQLConnection)?

    init(thread: DedicatedThread) { self.thread = thread }

    func open(_ engine: any StorageEngine) throws { connection = try engine.openReader() }

    func run(_ request: ReadQueue.Request) {
      guard let connection else {
        request.fail(ReaderPool.overloaded)
        return
      }
      do {
        try request.run(connection)
      } catch let error as SQLError {
        request.fail(error.refusal(ReaderPool.unreadable))
      } catch {
        request.fail(error)
      }
    }

    func close() { connection = nil }
  }

  private let readers: [Reader]
  private let limits: Limits
  private let state: Mutex<State>

  /// Makes a pool; `open` connects it.
  /// - Parameter count: Readers, at least one. Long reads run on half of them.
  public convenience init(count: Int, limits: Limits = Limits()) {
    self.init(threads: (0..<max(1, count)).map { DedicatedThread(name: "reader-\($0)") }, limits: limits)
  }

  /// Makes a pool with a reader for each of some threads, which end with `close`.
  init(threads: [DedicatedThread], limits: Limits = Limits()) {
    readers = threads.map { Reader(thread: $0) }
    self.limits = limits
    state = Mutex(State(queue: ReadQueue(readers: threads.count, limits: limits)))
  }

  /// Opens the connections.
  /// - Throws: `SQLError`.
  public func open(_ engine: any StorageEngine) async throws {
    for reader in readers { try await reader.open(engine) }
    state.withLock { $0.idle = Array(readers.indices) }
  }

  /// Runs `body` on a reader, in one read transaction; see `Store.read`. Callable from any executor.
  func read<T: Sendable>(
    _ turn: ReadQueue.Turn = .server, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let time = limits.longMillisecondsMax
      let request = ReadQueue.Request(
        run: { db in
          let value: T
          do {
            try db.execute("BEGIN")
            if case .long = turn {
              value = try db.run(until: .now + .milliseconds(time)) { try body(db) }
            } else {
              value = try body(db)
            }
            try db.execute("COMMIT")
          } catch {
            // SQLite ends the transaction by itself after some errors.
            if db.inTransaction { try db.execute("ROLLBACK") }
            throw error
          }
          continuation.resume(returning: value)
        },
        fail: { continuation.resume(throwing: $0) },
        turn: turn, since: .now)
      let (verdict, reader) = state.withLock { state -> (ReadQueue.Verdict, Int?) in
        guard !state.closed else { return (.isFull, nil) }
        let verdict = state.queue.add(request)
        return (verdict, state.readerForWork())
      }
      switch verdict {
      case .accepted: break
      case .acceptedInsteadOf(let displaced): displaced.fail(Self.personOverloaded)
      case .isFull: request.fail(Self.overloaded)
      case .personIsFull: request.fail(Self.personOverloaded)
      }
      if let reader { wake(reader) }
    }
  }

  /// Refuses the reads that have waited too long. Called from a timer.
  public func expireWaiting() { expire(before: .now - .milliseconds(Int64(limits.waitMillisecondsMax))) }

  /// Refuses the reads that have waited since before a moment.
  func expire(before moment: ContinuousClock.Instant) {
    let expired = state.withLock { $0.queue.expire(before: moment) }
    for request in expired { request.fail(Self.overloaded) }
  }

  /// Runs `body` while no read is under way: holds those that wait until it is done, and waits for those that run, but no
  /// longer than some time. Blocks its thread: for the writer's.
  func pause<T>(waitMilliseconds: Int64, _ body: () throws -> T) rethrows -> T {
    state.withLock { $0.isPaused = true }
    defer { resume() }
    let deadline = ContinuousClock.now + .milliseconds(waitMilliseconds)
    while state.withLock({ $0.idle.count < readers.count }), ContinuousClock.now < deadline {
      usleep(Self.pauseStepMicroseconds)
    }
    return try body()
  }

  private func resume() {
    state.withLock { $0.isPaused = false }
    while let reader = state.withLock({ $0.readerForWork() }) { wake(reader) }
  }

  /// Refuses new reads, ends those that wait, then stops the threads.
  public func close() async {
    state.withLock { $0.closed = true }
    expire(before: .now + .seconds(1))
    for reader in readers {
      await reader.close()
      reader.thread.shutdown()
    }
  }

  /// Reads that wait for a reader now.
  public var waiting: Int { state.withLock { $0.queue.waiting } }

  /// Reads that were refused because too many waited or they waited too long.
  public var refused: UInt64 { state.withLock { $0.queue.refused } }

  private static let pauseStepMicroseconds: UInt32 = 1_000

  private static let overloaded = StoreError(.unavailable, "too many requests wait for the database, try again shortly")

  private static let personOverloaded = StoreError(
    .tooMany, "too many of your requests are under way, try again shortly")

  private static let unreadable = StoreError(.unavailable, "the server can't read this right now, try again shortly")

  private func wake(_ index: Int) {
    let reader = readers[index]
    reader.thread.submit { reader.assumeIsolated { self.drain($0, index) } }
  }

  private func drain(_ reader: isolated Reader, _ index: Int) {
    while true {
      let next = state.withLock { state -> ReadQueue.Request? in
        if !state.isPaused, let request = state.queue.next() { return request }
        state.idle.append(index)
        return nil
      }
      guard let next else { return }
      reader.run(next)
      if next.isLong { state.withLock { $0.queue.endLong() } }
    }
  }
}
