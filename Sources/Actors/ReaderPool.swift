import Runtime
import Storage
import Synchronization

/// A small pool of read-only connections, each on a thread of its own. Idle readers take the oldest waiting read.
public final class ReaderPool: Sendable {
  private struct Request: Sendable {
    let run: @Sendable (any SQLConnection) throws -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct Queue {
    var waiting: [Request] = []
    // Index of the oldest request: popping from the front of an array would move the rest each time.
    var head = 0
    var idle: [Int] = []
    var closed = false

    mutating func pop() -> Request? {
      guard head < waiting.count else { return nil }
      let request = waiting[head]
      head += 1
      if head == waiting.count {
        waiting.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1_024 {
        waiting.removeFirst(head)
        head = 0
      }
      return request
    }
  }

  /// One connection and its thread.
  private actor Reader {
    nonisolated let thread: DedicatedThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private var connection: (any SQLConnection)?

    init(thread: DedicatedThread) { self.thread = thread }

    func open(_ engine: any StorageEngine) throws { connection = try engine.openReader() }

    func run(_ request: Request) {
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
  private let waitingMax: Int
  private let queue = Mutex(Queue())

  /// Makes a pool; `open` connects it.
  /// - Parameters:
  ///   - count: Readers, at least one.
  ///   - waitingMax: Reads that may wait; beyond it they are refused with 503.
  public convenience init(count: Int, waitingMax: Int = 4_096) {
    self.init(threads: (0..<max(1, count)).map { DedicatedThread(name: "reader-\($0)") }, waitingMax: waitingMax)
  }

  /// Makes a pool with a reader for each of some threads, which end with `close`.
  init(threads: [DedicatedThread], waitingMax: Int = 4_096) {
    readers = threads.map { Reader(thread: $0) }
    self.waitingMax = waitingMax
  }

  /// Opens the connections.
  /// - Throws: `SQLError`.
  public func open(_ engine: any StorageEngine) async throws {
    for reader in readers { try await reader.open(engine) }
    queue.withLock { $0.idle = Array(readers.indices) }
  }

  /// Runs `body` on a reader, in one read transaction; see `Store.read`. Callable from any executor.
  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let request = Request(
        run: { db in
          let value: T
          do {
            try db.execute("BEGIN")
            value = try body(db)
            try db.execute("COMMIT")
          } catch {
            // SQLite ends the transaction by itself after some errors.
            if db.inTransaction { try db.execute("ROLLBACK") }
            throw error
          }
          continuation.resume(returning: value)
        },
        fail: { continuation.resume(throwing: $0) })
      let verdict = queue.withLock { queue -> (accepted: Bool, reader: Int?) in
        guard !queue.closed, queue.waiting.count - queue.head < waitingMax else { return (false, nil) }
        queue.waiting.append(request)
        return (true, queue.idle.popLast())
      }
      if !verdict.accepted { request.fail(Self.overloaded) }
      if let index = verdict.reader { wake(index) }
    }
  }

  /// Refuses new reads, ends those that wait, then stops the threads.
  public func close() async {
    queue.withLock { $0.closed = true }
    for reader in readers {
      await reader.close()
      reader.thread.shutdown()
    }
  }

  /// Reads that wait for a reader now.
  public var waiting: Int { queue.withLock { $0.waiting.count - $0.head } }

  private static let overloaded = StoreError(.unavailable, "too many requests wait for the database, try again shortly")

  private static let unreadable = StoreError(.unavailable, "the server can't read this right now, try again shortly")

  private func wake(_ index: Int) {
    let reader = readers[index]
    reader.thread.submit { reader.assumeIsolated { self.drain($0, index) } }
  }

  private func drain(_ reader: isolated Reader, _ index: Int) {
    while true {
      let next = queue.withLock { queue -> Request? in
        if let request = queue.pop() { return request }
        queue.idle.append(index)
        return nil
      }
      guard let next else { return }
      reader.run(next)
    }
  }
}
