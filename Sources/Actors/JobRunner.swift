import Runtime
import Storage
import Synchronization

/// Runs the jobs of the queue: claims what is due, calls the handler of its kind, and notes how it ended.
///
/// Lives on one loop, where handlers run too: one that blocks or computes for long goes through `BlockingPool`. It
/// looks at the queue after each commit that changed it, when a job ends, and when the next one becomes due. While jobs
/// run their leases are renewed; those of a server that was killed are taken over when they end. A job may run twice,
/// so handlers are idempotent.
public actor JobRunner: CommitObserver {
  /// Does the work of one job. It throws to have it tried again, `JobFailure` also to have it given up; when its task
  /// is cancelled, the server stops and the job will start afresh.
  public typealias Handler = @Sendable (Job) async throws -> Void

  /// Bounds and times.
  public struct Limits: Sendable {
    /// Jobs that run at the same time.
    public var concurrentMax = 8
    /// How long a claimed job stays out of reach of other servers, in milliseconds; renewed after a third of it.
    public var leaseMilliseconds: UInt64 = 30_000
    /// How often the queue is looked at whatever happens, in milliseconds: clocks are set, and timers drift.
    public var pollMilliseconds: UInt64 = 60_000
    /// How long to wait after the database refused, in milliseconds.
    public var pauseMilliseconds: UInt64 = 1_000
    /// How long jobs that were cut off at the end may take to notice, in milliseconds.
    public var cutOffMilliseconds: UInt64 = 2_000
    /// The defaults.
    public init() {}
  }

  /// Counters for the metrics, read from any thread.
  public struct Counters: Sendable {
    /// Attempts that did their work.
    public var succeeded: UInt64 = 0
    /// Attempts that failed.
    public var failed: UInt64 = 0
    /// Jobs in each state, as of the last look at the queue.
    public var states = Jobs.Counts()
  }

  private struct Repetition {
    let kind: JobKind
    let seconds: Int64
  }

  private nonisolated let loop: EventLoop
  /// The loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let wakeup: Wakeup
  private nonisolated let sharedCounters = Mutex(Counters())
  private let store: any Store
  private let limits: Limits
  private let clock: @Sendable () -> Timestamp
  private let chance: @Sendable () -> Double
  private let report: @Sendable (String) -> Void
  /// Under which name this server has its leases.
  private let holder = "server-\(UInt64.random(in: 0...UInt64.max))"
  private var handlers: [JobKind: Handler] = [:]
  private var repetitions: [Repetition] = []
  private var startDrafts: [JobDraft] = []
  /// Whether the repetitions and the jobs of the start are on disk.
  private var isSetUp = false
  private var hasEnqueuedDrafts = false
  /// The wall clock's time at the last look.
  private var lastLook: Timestamp?
  private var running: [JobID: Task<Void, Never>] = [:]
  private var timer: CoarseTimer?
  private var nextDue: Timestamp?
  private var renewAtMilliseconds: UInt64 = 0
  private var isLooking = false
  private var looksAgain = false
  private var isStopping = false
  private var isCutOff = false
  private var whenIdle: CheckedContinuation<Void, Never>?

  /// Makes a runner; `start` begins.
  /// - Parameters:
  ///   - clock: The time that decides what is due.
  ///   - chance: Numbers from 0 up to 1, which spread the attempts of jobs that failed together.
  ///   - report: Takes a line for the log.
  public init(
    loop: EventLoop, store: any Store, limits: Limits = Limits(),
    clock: @escaping @Sendable () -> Timestamp = { .now() },
    chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.loop = loop
    wakeup = Wakeup(of: loop)
    self.store = store
    self.limits = limits
    self.clock = clock
    self.chance = chance
    self.report = report
  }

  /// Says who does the jobs of a kind; before `start`.
  public func handle(_ kind: JobKind, by handler: @escaping Handler) { handlers[kind] = handler }

  /// Has a job of a kind run again and again, the first time at once; before `start`. The time of the next run is on
  /// disk, so restarts neither repeat nor skip one.
  public func `repeat`(_ kind: JobKind, everySeconds seconds: Int64, by handler: @escaping Handler) {
    handle(kind, by: handler)
    repetitions.append(Repetition(kind: kind, seconds: seconds))
  }

  /// Has a job enqueued once, by `start`; before it.
  public func enqueueAtStart(_ draft: JobDraft) { startDrafts.append(draft) }

  /// Takes up what waits from before, and goes on until `stop`.
  ///
  /// What it has to enqueue itself is enqueued later when the database refuses now, as on a full disk: whoever wants to
  /// read need not wait for that.
  public func start() async {
    do {
      try await setUp()
    } catch {
      report("can't enqueue the jobs of the start, trying again: \(error)")
    }
    timer = loop.makeTimer { [weak self] in self?.assumeIsolated { $0.run() } }
    run()
  }

  /// Begins no more jobs, waits for those that run, and cuts off those that take longer than the time given; they
  /// start afresh with the next server.
  public func stop(graceMilliseconds: UInt64) async {
    isStopping = true
    timer?.cancel()
    timer = nil
    await idle(within: graceMilliseconds)
    guard !running.isEmpty else { return }
    isCutOff = true
    for task in running.values { task.cancel() }
    await idle(within: limits.cutOffMilliseconds)
  }

  /// A commit: wakes the runner when it changed the queue. On the writer's thread.
  public nonisolated func committed(_ batch: CommitBatch) {
    if batch.changedJobs { wake() }
  }

  /// Another process may have changed the queue.
  public nonisolated func changedByAnotherProcess() { wake() }

  /// The counters as of now.
  public nonisolated var counters: Counters { sharedCounters.withLock { $0 } }

  private nonisolated func wake() {
    wakeup.request { [weak self] in self?.assumeIsolated { $0.run() } }
  }

  private func run() {
    guard timer != nil else { return }
    guard !isLooking else {
      looksAgain = true
      return
    }
    isLooking = true
    Task(executorPreference: loop) { await self.work() }
  }

  private func work() async {
    var mustPause = false
    repeat {
      looksAgain = false
      do {
        try await look()
        mustPause = false
      } catch {
        if !isStopping { report("can't look for jobs: \(error)") }
        mustPause = true
      }
    } while looksAgain && !mustPause && !isStopping
    isLooking = false
    schedule(isPausing: mustPause)
    noteIdle()
  }

  private func setUp() async throws {
    noteClock()
    guard !isSetUp else { return }
    let (repetitions, drafts, holder, now) = (repetitions, hasEnqueuedDrafts ? [] : startDrafts, holder, clock())
    let latestLease = leaseEnd(from: now).adding(seconds: Self.clockToleranceSeconds)
    try await store.write { tx in
      try Jobs.limitWaits(for: holder, at: now, latestLease: latestLease, tx)
      for repetition in repetitions {
        try Jobs.ensureRepeating(repetition.kind, everySeconds: repetition.seconds, tx)
      }
      for draft in drafts { _ = try Jobs.enqueue(draft, tx) }
    }
    isSetUp = true
    hasEnqueuedDrafts = true
  }

  /// What repeats would wait for its old time when the clock was set back: it is set up anew then.
  private func noteClock() {
    let now = clock()
    if let lastLook, now < lastLook.adding(seconds: -Self.clockToleranceSeconds) { isSetUp = false }
    lastLook = now
  }

  private func leaseEnd(from now: Timestamp) -> Timestamp {
    Timestamp(microseconds: now.microseconds + Int64(limits.leaseMilliseconds) * 1_000)
  }

  /// Clocks are corrected by seconds all the time.
  private static let clockToleranceSeconds: Int64 = 5
  private static let setUpMilliseconds: UInt64 = 5_000

  private func schedule(isPausing: Bool) {
    guard let timer else { return }
    var wait = limits.pollMilliseconds
    if let nextDue, running.count < limits.concurrentMax {
      wait = min(wait, UInt64(max(0, nextDue.microseconds - clock().microseconds + 999) / 1_000))
    }
    if !running.isEmpty {
      wait = min(wait, renewAtMilliseconds - min(renewAtMilliseconds, loop.nowMilliseconds))
    }
    // A disk that can't write now may be able to soon, and until then nothing repeats.
    if !isSetUp { wait = min(wait, Self.setUpMilliseconds) }
    timer.schedule(afterMilliseconds: isPausing ? max(wait, limits.pauseMilliseconds) : wait)
  }

  /// Claims what is due and renews leases, if there is either to do.
  private func look() async throws {
    let holder = holder
    let (due, counts) = try await store.read { db in (try Jobs.nextDue(for: holder, db), try Jobs.counts(db)) }
    nextDue = due
    sharedCounters.withLock { $0.states = counts }
    if !isStopping { try await setUp() }
    let now = clock()
    let free = max(0, limits.concurrentMax - running.count)
    let isSomeDue = free > 0 && (due.map { $0 <= now } ?? false)
    let mustRenew = !running.isEmpty && loop.nowMilliseconds >= renewAtMilliseconds
    guard !isStopping, isSomeDue || mustRenew else { return }
    let leasedUntil = leaseEnd(from: now)
    let chance = chance
    let claimed = try await store.write { tx in
      try Jobs.claim(free, by: holder, at: now, leasedUntil: leasedUntil, chance: chance, tx)
    }
    renewAtMilliseconds = loop.nowMilliseconds + limits.leaseMilliseconds / 3
    for job in claimed {
      running[job.id] = Task(executorPreference: loop) { await self.perform(job) }
    }
    looksAgain = looksAgain || isSomeDue
  }

  private func perform(_ job: Job) async {
    let outcome = isStopping ? .released : await attempt(job)
    await record(outcome, of: job)
    running[job.id] = nil
    noteIdle()
    run()
  }

  private func attempt(_ job: Job) async -> Jobs.Outcome {
    do {
      guard let handler = handlers[job.kind] else {
        throw JobFailure("this server has nothing that does jobs of the kind \(job.kind)")
      }
      try await handler(job)
      sharedCounters.withLock { $0.succeeded += 1 }
      return .finished
    } catch {
      if isCutOff { return .released }
      sharedCounters.withLock { $0.failed += 1 }
      report("job \(job.id) (\(job.kind)) failed in attempt \(job.attempts): \(error)")
      return .failed(error: "\(error)", isPermanent: (error as? JobFailure)?.isPermanent ?? false)
    }
  }

  /// Goes on trying until the database takes it: the job is this server's until then.
  private func record(_ outcome: Jobs.Outcome, of job: Job) async {
    let (holder, now, chance) = (holder, clock(), chance())
    while true {
      do {
        let ended = try await store.write { tx in
          try Jobs.record(outcome, of: job, by: holder, at: now, chance: chance, tx)
        }
        if ended?.state == .discarded { report("job \(job.id) (\(job.kind)) is given up") }
        return
      } catch {
        report("can't note the end of job \(job.id): \(error)")
      }
      do {
        try await Task.sleep(for: .milliseconds(Int64(limits.pauseMilliseconds)))
      } catch {
        return
      }
    }
  }

  private var isIdle: Bool { running.isEmpty && !isLooking }

  private func noteIdle() {
    guard isIdle else { return }
    whenIdle?.resume()
    whenIdle = nil
  }

  /// Waits until nothing runs, but no longer than the time given.
  private func idle(within milliseconds: UInt64) async {
    guard !isIdle else { return }
    let alarm = loop.makeTimer { [weak self] in
      self?.assumeIsolated { runner in
        runner.whenIdle?.resume()
        runner.whenIdle = nil
      }
    }
    alarm.schedule(afterMilliseconds: milliseconds)
    await withCheckedContinuation { whenIdle = $0 }
    alarm.cancel()
  }
}
