import Glibc

// Unchecked: mutable state is in `queue` (a monitor) and in `thread`, which is written once in `init`.
/// A serial executor with a thread of its own and no event loop, for actors that block: database writer and readers.
///
/// Jobs and submitted closures run in one FIFO. The queue has no bound of its own (an executor may not refuse a job):
/// whoever feeds the actor bounds its requests.
public final class DedicatedThread: SerialExecutor, @unchecked Sendable {
  private struct Queue {
    var work: [Work] = []
    var isStopping = false
    var isStopped = false
  }

  private let schedule: (any WorkSchedule)?
  private let queue = Monitor(Queue())
  private let thread = Monitor<pthread_t?>(nil)
  static let owned = ThreadLocal<DedicatedThread>()

  /// Starts the thread; ends the process with a line that says why if the system cannot start one, which happens only at
  /// start-up.
  public init(name: String) {
    schedule = nil
    do {
      let started = try Thread.start(name: name) { [self] in Self.owned.with(self) { run() } }
      thread.withLock { $0 = started }
    } catch {
      let line = Array("error: cannot start thread \(name): \(error)\n".utf8)
      // Whoever starts one can't go on without it, and the log has a thread of this kind itself.
      _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      _exit(EXIT_FAILURE)
    }
  }

  /// Makes one without a thread, whose work runs when a schedule says so.
  public init(schedule: any WorkSchedule) {
    self.schedule = schedule
  }

  /// True on this executor's thread.
  public var inThread: Bool { Self.owned.isOwned(by: self) }

  /// Runs `work` on the thread after everything submitted before it. May be called on any thread.
  public func submit(_ work: @escaping @Sendable () -> Void) {
    add(.closure(work))
  }

  /// Runs what is queued, ends the thread and waits for it. Work submitted later runs on a shared thread.
  /// Called from outside the thread; a second call returns at once.
  public func shutdown() {
    precondition(!inThread, "a DedicatedThread cannot join itself")
    queue.withLock { $0.isStopping = true }
    queue.signal()
    let ending = thread.withLock { thread in
      let ending = thread
      thread = nil
      return ending
    }
    if let ending { Thread.join(ending) }
  }

  private func add(_ work: Work) {
    if let schedule { return schedule.add({ [self] in asOnOwnThread { perform(work) } }, of: self) }
    enum Outcome { case queued, first, late }
    let outcome: Outcome = queue.withLock { queue in
      guard !queue.isStopped else { return .late }
      queue.work.append(work)
      return queue.work.count == 1 ? .first : .queued
    }
    switch outcome {
    case .queued: break
    case .first: queue.signal()
    case .late: LateWork.thread.submit { [self] in Self.owned.with(self) { perform(work) } }
    }
  }

  private func run() {
    var batch: [Work] = []
    while true {
      batch.removeAll(keepingCapacity: batch.capacity <= Self.retainedCapacityMax)
      queue.wait { queue -> Void? in
        if queue.work.isEmpty {
          guard queue.isStopping else { return nil }
          queue.isStopped = true
        }
        swap(&queue.work, &batch)
        return ()
      }
      if batch.isEmpty { break }
      for index in batch.indices {
        let work = batch[index]
        batch[index] = .taken
        perform(work)
      }
    }
  }

  private static let retainedCapacityMax = 4096

  // A schedule may run this on top of another executor's work.
  private func asOnOwnThread(_ body: () -> Void) {
    EventLoop.owned.with(nil) { Self.owned.with(self, body) }
  }

  private func perform(_ work: Work) {
    switch work {
    case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
    case .closure(let closure): closure()
    case .taken: break
    }
  }
}

extension DedicatedThread {
  /// Queues a job of the Swift runtime.
  public func enqueue(_ job: consuming ExecutorJob) {
    add(.job(UnownedJob(job)))
  }

  /// The reference actors return from `unownedExecutor`.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Traps unless called on this executor's thread; lets `assumeIsolated` work outside of tasks.
  public func checkIsolated() {
    precondition(inThread, "not on the expected DedicatedThread")
  }

  /// Tells the runtime whether the current thread is this executor's.
  public func isIsolatingCurrentContext() -> Bool? {
    inThread
  }
}
