import Runtime
import Storage

/// Storage's blocking calls run on the server's pool of threads.
extension BlockingPool: BlockingWork {
  /// Runs `body` on a thread of the pool; returns on the caller's executor.
  /// - Throws: What `body` throws; `StoreError.unavailable` when the queue is full or the pool has been shut down.
  public func perform<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    do {
      return try await run(body)
    } catch is BlockingPool.Error {
      throw StoreError(.unavailable, "too much is waiting for the disk")
    }
  }
}
