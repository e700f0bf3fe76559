import CLibUV
import Glibc
import Synchronization

// Unchecked: what other threads touch is in `inbox` (a mutex) and `sendsInFlight` (atomic); every other variable is
// touched on the loop's thread only, or before that thread starts and after it ended.
/// One thread, one libuv loop, a serial executor and a task executor.
///
/// Actors pinned to a loop return it from `unownedExecutor`; `Task(executorPreference: loop)` runs a task on it. An
/// `await` between actors of one loop never goes through the kernel. Create tasks that run actors of a loop with that
/// preference: without it the runtime resumes their continuations on the global pool, two thread switches away.
///
/// A turn of the loop is: timers, socket events, then all queued jobs, then one system call per connection that was
/// written to.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// Jobs run in one turn before sockets are looked at again, so that a busy queue cannot starve I/O.
  static let jobsPerTurnMax = 4096
  /// Rounds of flushing in one turn; a streaming handler that refills its connection at once waits for the next turn.
  static let flushRoundsPerTurnMax = 8
  /// Size of the buffer that all connections of a loop receive into.
  static let readBufferBytes = 64 * 1024
  /// Frames written by one `sendmsg`.
  static let gatherMax = 64

  private struct Inbox {
    var work: [Work] = []
    /// Whether the loop will look at `work` before it next sleeps, so that no wake-up is needed.
    var isAwake = true
    var isStopped = false
  }

  /// Position of the loop in its group, from 0.
  public let index: Int

  let uv: UnsafeMutablePointer<uv_loop_t>
  let readBuffer: UnsafeMutableRawBufferPointer
  let gatherList: UnsafeMutablePointer<iovec>
  /// Where connections decrypt what they received, and gather small frames to encrypt them together.
  let decryptionBuffer: UnsafeMutableRawBufferPointer
  let encryptionBuffer: UnsafeMutableRawBufferPointer
  let wheel: TimerWheel
  var connections = ConnectionList()
  var dirtyConnections = DirtyList()
  private(set) var isStopping = false

  private let wakeup: UnsafeMutablePointer<uv_async_t>
  private let prepare: UnsafeMutablePointer<uv_prepare_t>
  private let check: UnsafeMutablePointer<uv_check_t>
  private let idle: UnsafeMutablePointer<uv_idle_t>
  private var isIdling = false

  private let schedule: (any WorkSchedule)?
  private let inbox = Monitor(Inbox())
  private let sendsInFlight = Atomic<Int>(0)
  private var batch: [Work] = []
  private var batchIndex = 0
  private var resources: [ObjectIdentifier: any LoopResource] = [:]

  /// - Parameter schedule: Decides when queued work runs; nil for a loop with a thread, which calls `run`.
  init(index: Int, schedule: (any WorkSchedule)? = nil) throws(SystemError) {
    self.index = index
    self.schedule = schedule
    uv = .allocate(capacity: 1)
    wakeup = .allocate(capacity: 1)
    prepare = .allocate(capacity: 1)
    check = .allocate(capacity: 1)
    idle = .allocate(capacity: 1)
    readBuffer = .allocate(byteCount: Self.readBufferBytes, alignment: 64)
    gatherList = .allocate(capacity: Self.gatherMax)
    decryptionBuffer = .allocate(byteCount: TLSSession.recordMax, alignment: 64)
    encryptionBuffer = .allocate(byteCount: TLSSession.recordMax, alignment: 64)
    var status = uv_loop_init(uv)
    guard status == 0 else { throw SystemError(operation: "uv_loop_init", code: -status) }
    status = uv_async_init(uv, wakeup, { _ in })
    guard status == 0 else { throw SystemError(operation: "uv_async_init", code: -status) }
    wheel = TimerWheel(loop: uv)
    // These four only initialise fields and cannot fail.
    uv_prepare_init(uv, prepare)
    uv_check_init(uv, check)
    uv_idle_init(uv, idle)
    let me = Unmanaged.passUnretained(self).toOpaque()
    prepare.pointee.data = me
    check.pointee.data = me
    uv_prepare_start(prepare) { handle in
      guard let data = handle?.pointee.data else { return }
      Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().willPoll()
    }
    uv_check_start(check) { handle in
      guard let data = handle?.pointee.data else { return }
      Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().didPoll()
    }
  }

  deinit {
    encryptionBuffer.deallocate()
    decryptionBuffer.deallocate()
    gatherList.deallocate()
    readBuffer.deallocate()
    idle.deallocate()
    check.deallocate()
    prepare.deallocate()
    wakeup.deallocate()
    uv.deallocate()
  }

  // MARK: Where am I

  /// The loop whose thread this is, or nil on any other thread.
  public static var current: EventLoop? { owned.owner }

  static let owned = ThreadLocal<EventLoop>()

  /// True on this loop's thread.
  public var inEventLoop: Bool { Self.owned.isOwned(by: self) }

  /// Traps unless called on this loop's thread.
  public func preconditionInEventLoop() {
    precondition(inEventLoop, "must be called on the thread of event loop \(index)")
  }

  /// Monotonic time in milliseconds, read from the clock once per turn. On the loop only.
  public var nowMilliseconds: UInt64 { uv_now(uv) }

  /// Creates a timer, not yet scheduled, that runs `body` on the loop. On the loop only.
  public func makeTimer(_ body: @escaping @Sendable () -> Void) -> CoarseTimer {
    preconditionInEventLoop()
    return CoarseTimer(loop: self, body: body)
  }

  // MARK: Queueing work

  /// Runs `work` on the loop, in one FIFO with executor jobs. May be called on any thread.
  ///
  /// The queue itself has no bound, because an executor may not refuse a job: callers bound what they submit.
  public func submit(_ work: @escaping @Sendable () -> Void) {
    add(.closure(work))
  }

  func add(_ work: Work) {
    if let schedule { return schedule.add({ [self] in asOnOwnThread { perform(work) } }, of: self) }
    enum Outcome { case queued, wake, late }
    let isLocal = inEventLoop
    let outcome: Outcome = inbox.withLock { inbox in
      guard !inbox.isStopped else { return .late }
      inbox.work.append(work)
      // On its own thread the loop is between two drains: it looks at the queue before it sleeps.
      if inbox.isAwake || isLocal { return .queued }
      inbox.isAwake = true
      sendsInFlight.wrappingAdd(1, ordering: .relaxed)
      return .wake
    }
    switch outcome {
    case .queued: break
    case .wake:
      uv_async_send(wakeup)
      sendsInFlight.wrappingSubtract(1, ordering: .releasing)
    case .late:
      LateWork.thread.submit { [self] in Self.owned.with(self) { perform(work) } }
    }
  }

  // MARK: A turn

  /// Runs after socket events: jobs they caused, then the writes of the whole turn.
  private func didPoll() {
    drainJobs()
    flushDirtyConnections()
  }

  /// Runs after timers and before the loop sleeps; keeps it from sleeping if work is left.
  private func willPoll() {
    drainJobs()
    flushDirtyConnections()
    let hasLocalWork = batchIndex < batch.count || !dirtyConnections.isEmpty
    let maySleep = inbox.withLock { inbox in
      guard inbox.work.isEmpty, !hasLocalWork else { return false }
      inbox.isAwake = false
      return true
    }
    if maySleep == isIdling {
      isIdling = !maySleep
      // An active idle handle makes libuv poll without waiting.
      if isIdling { uv_idle_start(idle, { _ in }) } else { uv_idle_stop(idle) }
    }
  }

  /// Runs queued work until there is none or the turn's share is used up.
  private func drainJobs() {
    for _ in 0..<Self.jobsPerTurnMax {
      if batchIndex == batch.count {
        batch.removeAll(keepingCapacity: batch.capacity <= Self.jobsPerTurnMax)
        batchIndex = 0
        inbox.withLock { inbox in
          inbox.isAwake = true
          swap(&inbox.work, &batch)
        }
        if batch.isEmpty { return }
      }
      let work = batch[batchIndex]
      batch[batchIndex] = .taken
      batchIndex += 1
      perform(work)
    }
  }

  private func perform(_ work: Work) {
    switch work {
    case .job(let job):
      job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    case .closure(let closure): closure()
    case .taken: break
    }
  }

  /// Writes what this turn queued: one system call per connection.
  private func flushDirtyConnections() {
    for _ in 0..<Self.flushRoundsPerTurnMax {
      if dirtyConnections.isEmpty { return }
      var chain = dirtyConnections.detach()
      while let current = chain {
        let connection = current.takeUnretainedValue()
        chain = connection.nextDirty
        connection.nextDirty = nil
        connection.flushAtEndOfTurn()
      }
    }
  }

  // MARK: Life

  /// Keeps `resource` alive until it unregisters or the loop stops, when it is closed.
  func register(_ resource: any LoopResource) {
    preconditionInEventLoop()
    resources[ObjectIdentifier(resource)] = resource
  }

  func unregister(_ resource: any LoopResource) {
    resources[ObjectIdentifier(resource)] = nil
  }

  /// The body of the loop's thread: runs until `stop`, then closes everything.
  func run() {
    Self.owned.with(self) {
      uv_run(uv, isStopping ? UV_RUN_NOWAIT : UV_RUN_DEFAULT)
      closeEverything()
    }
  }

  /// One turn, without waiting, of a loop that has no thread: what sockets are ready for, and the writes.
  func turn() {
    asOnOwnThread { uv_run(uv, UV_RUN_NOWAIT) }
  }

  // A schedule may run this on top of another executor's work.
  private func asOnOwnThread(_ body: () -> Void) {
    DedicatedThread.owned.with(nil) { Self.owned.with(self, body) }
  }

  /// Makes `run` return: connections are closed with `.shutdown`, what is queued runs first. From any thread.
  func stop() {
    submit { [self] in
      isStopping = true
      uv_stop(uv)
    }
  }

  private func closeEverything() {
    // Closing handlers may queue jobs that open or close things: turns go on until nothing is left.
    while !connections.isEmpty || !resources.isEmpty {
      connections.forEach { $0.closeForShutdown() }
      for resource in resources.values { resource.closeForShutdown() }
      uv_run(uv, UV_RUN_NOWAIT)
    }
    wheel.close()
    // From here on nobody wakes the loop: it stays awake to the end.
    inbox.withLock { $0.isAwake = true }
    uv_idle_stop(idle)
    uv_prepare_stop(prepare)
    uv_check_stop(check)
    while sendsInFlight.load(ordering: .acquiring) > 0 { sched_yield() }
    uv_close(UnsafeMutableRawPointer(idle).assumingMemoryBound(to: uv_handle_t.self), nil)
    uv_close(UnsafeMutableRawPointer(prepare).assumingMemoryBound(to: uv_handle_t.self), nil)
    uv_close(UnsafeMutableRawPointer(check).assumingMemoryBound(to: uv_handle_t.self), nil)
    uv_close(UnsafeMutableRawPointer(wakeup).assumingMemoryBound(to: uv_handle_t.self), nil)
    uv_run(uv, UV_RUN_DEFAULT)
    while true {
      drainJobs()
      let isStopped =
        batchIndex == batch.count
        && inbox.withLock { inbox in
          inbox.isStopped = inbox.work.isEmpty
          return inbox.isStopped
        }
      if isStopped { break }
    }
    let status = uv_loop_close(uv)
    assert(status == 0, "a libuv handle outlived event loop \(index)")
  }
}
