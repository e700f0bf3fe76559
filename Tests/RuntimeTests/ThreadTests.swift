import Glibc
import Testing

@testable import Runtime

@Suite struct ThreadTests {
  actor Log {
    let thread: DedicatedThread
    private(set) var entries: [Int] = []

    init(thread: DedicatedThread) {
      self.thread = thread
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func add(_ entry: Int) {
      precondition(thread.inThread)
      entries.append(entry)
    }

    nonisolated func addFromThread(_ entry: Int) {
      assumeIsolated { $0.entries.append(entry) }
    }
  }

  @Test func aDedicatedThreadRunsItsActorAndClosuresInOrder() async throws {
    let thread = DedicatedThread(name: "log")
    let log = Log(thread: thread)
    for entry in 0..<1_000 { thread.submit { log.addFromThread(entry) } }
    await log.add(1_000)
    #expect(await log.entries == Array(0...1_000))
    #expect(!thread.inThread)
    thread.shutdown()
    thread.shutdown()
    await log.add(1_001)
    #expect(await log.entries.count == 1_002)
  }

  @Test func shutdownRunsWhatIsQueued() async throws {
    let thread = DedicatedThread(name: "drain")
    let count = Gate(0)
    for _ in 0..<500 { thread.submit { count.update { $0 += 1 } } }
    thread.shutdown()
    #expect(count.value == 500)
  }

  @Test func aFullPoolRefuses() async throws {
    let pool = BlockingPool(threadsMax: 1, queueMax: 1)
    let release = Monitor(false)
    let started = Gate(false)
    async let running: Int = pool.run {
      started.update { $0 = true }
      return release.wait { $0 ? 1 : nil }
    }
    await started.wait { $0 }
    let second = Gate<Int?>(nil)
    let queued = Task {
      let value = try await pool.run { 2 }
      second.update { $0 = value }
    }
    while pool.queuedCount == 0 { await Task.yield() }
    await #expect(throws: BlockingPool.Error.overloaded) { try await pool.run { 3 } }
    #expect(second.value == nil)
    release.withLock { $0 = true }
    release.broadcast()
    #expect(try await running == 1)
    try await queued.value
    #expect(second.value == 2)
    pool.shutdown()
    await #expect(throws: BlockingPool.Error.stopped) { try await pool.run { 4 } }
  }

  @Test func aPoolRunsInParallelAndPassesErrorsOn() async throws {
    let pool = BlockingPool(threadsMax: 3, queueMax: 10)
    // Each waits for the other two: it ends only if three threads run at a time.
    let inside = Monitor(0)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<3 {
        tasks.addTask {
          try await pool.run {
            inside.withLock { $0 += 1 }
            inside.broadcast()
            inside.wait { $0 == 3 ? () : nil }
          }
        }
      }
      try await tasks.waitForAll()
    }
    await #expect(throws: SystemError(operation: "test", code: EIO)) {
      try await pool.run { throw SystemError(operation: "test", code: EIO) }
    }
    pool.shutdown()
  }
}
