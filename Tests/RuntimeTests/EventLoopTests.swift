import Glibc
import Synchronization
import Testing

@testable import Runtime

@Suite struct EventLoopTests {
  actor Counter {
    let loop: EventLoop
    private(set) var values: [Int] = []

    init(loop: EventLoop) {
      self.loop = loop
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    func add(_ value: Int) {
      loop.preconditionInEventLoop()
      values.append(value)
    }

    func addFromOther(_ other: Counter, count: Int) async {
      for value in 0..<count {
        await other.add(value)
        loop.preconditionInEventLoop()
      }
    }

    func park(in parked: Gate<[CheckedContinuation<Void, Never>]>, then body: () -> Void) async {
      await withCheckedContinuation { continuation in parked.update { $0.append(continuation) } }
      body()
    }

    nonisolated func addFromCallback(_ value: Int) {
      assumeIsolated { $0.values.append(value) }
    }
  }

  @Test func submittedWorkRunsInOrderFromAnyThread() async throws {
    try await withGroup { group in
      let loop = group.next()
      let seen = Gate<[Int]>([])
      for value in 0..<10_000 { loop.submit { seen.update { $0.append(value) } } }
      await seen.wait { $0.count == 10_000 }
      #expect(seen.value == Array(0..<10_000))
    }
  }

  @Test func aBurstOfRequestsWakesOnceAndNoneIsForgotten() async throws {
    try await withGroup { group in
      let loop = group.next()
      let wakeup = Wakeup(of: loop)
      let runs = Gate<Int>(0)
      let count: @Sendable () -> Void = { runs.update { $0 += 1 } }
      // On the loop itself, so that nothing can run in between.
      try await loop.run { for _ in 0..<1_000 { wakeup.request(count) } }
      await runs.wait { $0 == 1 }
      try await loop.run {}
      #expect(runs.value == 1)
      // What is asked for while the action runs is not part of that run.
      wakeup.request {
        wakeup.request(count)
        count()
      }
      await runs.wait { $0 == 3 }
    }
  }

  @Test func closuresAndJobsShareOneQueue() async throws {
    try await withGroup { group in
      let loop = group.next()
      let seen = Gate<[Int]>([])
      let counter = Counter(loop: loop)
      let parked = Gate<[CheckedContinuation<Void, Never>]>([])
      for value in [1, 3] {
        Task(executorPreference: loop) { await counter.park(in: parked) { seen.update { $0.append(value) } } }
        await parked.wait { $0.count == (value + 1) / 2 }
      }
      try await loop.run {
        // All queued in one turn of the loop: they run afterwards, in this order.
        loop.submit { seen.update { $0.append(0) } }
        parked.value[0].resume()
        loop.submit { seen.update { $0.append(2) } }
        parked.value[1].resume()
      }
      await seen.wait { $0.count == 4 }
      #expect(seen.value == [0, 1, 2, 3])
    }
  }

  @Test func manyThreadsWakeALoopWithoutLosingWork() async throws {
    try await withGroup { group in
      let loop = group.next()
      let seen = Gate(0)
      let threads = try (0..<4).map { index in
        try Thread.start(name: "submitter-\(index)") {
          for _ in 0..<5_000 { loop.submit { seen.update { $0 += 1 } } }
        }
      }
      for thread in threads { Thread.join(thread) }
      await seen.wait { $0 == 20_000 }
    }
  }

  @Test func twoLoopsPassWorkBackAndForth() async throws {
    try await withGroup(2) { group in
      let done = Gate(false)
      @Sendable func hop(_ left: Int) {
        if left == 0 { return done.update { $0 = true } }
        group.loops[left % 2].submit { hop(left - 1) }
      }
      hop(2_000)
      await done.wait { $0 }
    }
  }

  @Test func actorsOfALoopStayOnIt() async throws {
    try await withGroup(2) { group in
      let one = Counter(loop: group.loops[0])
      let two = Counter(loop: group.loops[0])
      let far = Counter(loop: group.loops[1])
      await one.addFromOther(two, count: 1_000)
      await one.addFromOther(far, count: 100)
      #expect(await two.values == Array(0..<1_000))
      #expect(await far.values == Array(0..<100))
    }
  }

  @Test func assumeIsolatedWorksInTimerCallbacks() async throws {
    try await withGroup { group in
      let loop = group.next()
      let counter = Counter(loop: loop)
      let fired = Gate(false)
      try await loop.run {
        loop.makeTimer {
          counter.addFromCallback(7)
          fired.update { $0 = true }
        }.schedule(afterMilliseconds: 1)
      }
      await fired.wait { $0 }
      #expect(await counter.values == [7])
    }
  }

  @Test func tasksWithPreferenceStayOnTheLoop() async throws {
    try await withGroup { group in
      let loop = group.next()
      let wasOnLoop = await Task(executorPreference: loop) {
        let before = loop.inEventLoop
        await Task.yield()
        return before && loop.inEventLoop && EventLoop.current === loop
      }.value
      #expect(wasOnLoop)
      #expect(!loop.inEventLoop)
      #expect(EventLoop.current == nil)
    }
  }

  @Test func aBusyQueueDoesNotStarveTimers() async throws {
    try await withGroup { group in
      let loop = group.next()
      let fired = Gate(false)
      @Sendable func spin() {
        if !fired.value { loop.submit(spin) }
      }
      try await loop.run {
        loop.makeTimer { fired.update { $0 = true } }.schedule(afterMilliseconds: 10)
        spin()
      }
      await fired.wait { $0 }
    }
  }

  @Test func workAfterShutdownStillRuns() async throws {
    let group = try EventLoopGroup(count: 2)
    let loop = group.next()
    let counter = Counter(loop: loop)
    await group.shutdown()
    await group.shutdown()
    // Neither hangs nor leaves the executor.
    await counter.add(1)
    #expect(await counter.values == [1])
    let ran = Gate(false)
    loop.submit { ran.update { $0 = true } }
    await ran.wait { $0 }
  }

  @Test func signalsArriveOnTheLoop() async throws {
    try await withGroup { group in
      let loop = group.next()
      let seen = Gate<[Int32]>([])
      let source = SignalSource(signals: [SIGUSR1, SIGUSR2], on: loop) { number in
        loop.preconditionInEventLoop()
        seen.update { $0.append(number) }
      }
      try await loop.run {}
      kill(getpid(), SIGUSR1)
      await seen.wait { $0 == [SIGUSR1] }
      kill(getpid(), SIGUSR2)
      await seen.wait { $0 == [SIGUSR1, SIGUSR2] }
      source.cancel()
      try await loop.run {}
    }
  }
}
