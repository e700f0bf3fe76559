import Glibc
import Runtime
import Storage
import Synchronization

/// The single writer: serialises all writes on its own thread and commits them in groups.
///
/// What waits when it wakes shares one transaction and one fsync; a request that fails undoes only itself. Requests are acknowledged after the commit; the observer hears of the commit first, so
/// caches are exact and events are on their way before anyone learns of the success.
public actor DatabaseWriter {
  /// Bounds of the queue.
  public struct Limits: Sendable {
    /// Requests that may wait; beyond it writes are refused with 503.
    public var waitingRequestsMax = 4_096
    /// Requests in one commit.
    public var groupRequestsMax = 256
    /// How long a commit may wait for companions, in microseconds, while writes come in bursts.
    public var gatherMicrosecondsMax: Int64 = 300
    /// How long a request may wait before it is refused, in milliseconds.
    public var waitMillisecondsMax: UInt64 = 10_000
    /// How long the engine's log is let be after readers kept it from being shortened, in milliseconds.
    public var logPauseMilliseconds: Int64 = 2_000
    /// How long writes and new reads wait for the reads under way when the engine's log is to be shortened, in milliseconds.
    public var logReadersMilliseconds: Int64 = 1_000
    /// How long the engine's log may be too long before the operator is told, in milliseconds.
    public var logWarningMilliseconds: Int64 = 60_000
    /// The defaults.
    public init() {}
  }

  /// Counters for the metrics, read from any thread.
  public struct Counters: Sendable {
    /// Commits so far.
    public var commits: UInt64 = 0
    /// Requests committed so far.
    public var requests: UInt64 = 0
    /// Requests refused because the queue was full or the wait too long.
    public var refused: UInt64 = 0
    /// Requests that wait now.
    public var waiting = 0
  }

  /// One waiting request. `run` does the work and returns what acknowledges it once the commit is on disk.
  private struct Request: Sendable {
    let run: @Sendable (Transaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
    let since: ContinuousClock.Instant
    /// Takes note for a trace; nil when none is recorded.
    let visit: WriterVisit?
  }

  private struct Mailbox {
    var requests: [Request] = []
    var draining = false
    var closed = false
    /// Whether the files that are written are those that a restart would find.
    var keepsWrites = true
    var counters = Counters()
  }

  private nonisolated let thread: DedicatedThread
  private nonisolated let limits: Limits
  private nonisolated let mailbox = Mutex(Mailbox())
  private nonisolated let measurements: WriterMeasurements
  private let engine: any StorageEngine
  private let ids: IDGenerator
  private var opened: (any SQLConnection)?
  private var observer: (any CommitObserver)?
  private var changeCounter: Int64 = 0
  private var lastCursor: Cursor = ""
  /// About how many requests the last commits had.
  private var burst = 0
  /// What must stay in place for a commit to outlive this process.
  private var files: [FileIdentity] = []
  /// Who is asked to hold still while the engine's log is shortened.
  private var readers: ReaderPool?
  /// Until when the engine's log is let be, after somebody was in the way.
  private var logPause: ContinuousClock.Instant?
  /// When the operator is to be told that the log is too long; nil while it isn't.
  private var logWarning: ContinuousClock.Instant?

  /// The writer's own thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Makes a writer; `open` connects it.
  /// - Parameter thread: Where it runs; it ends with `close`.
  public init(
    engine: any StorageEngine, ids: IDGenerator, limits: Limits = Limits(),
    measurements: WriterMeasurements = WriterMeasurements(), thread: DedicatedThread = DedicatedThread(name: "writer")
  ) {
    self.engine = engine
    self.ids = ids
    self.limits = limits
    self.measurements = measurements
    self.thread = thread
  }

  /// Opens the connection and continues the cursors after the last one on disk.
  /// - Parameter observer: Hears of every commit from now on.
  /// - Throws: `SQLError`.
  public func open(observer: any CommitObserver, readers: ReaderPool) throws {
    let connection = try engine.openWriter()
    try ids.advance(pastLastCursorOf: connection)
    lastCursor = try Events.lastCursor(connection)
    changeCounter = try engine.changeCounter(of: connection)
    files = try engine.filesInUse()
    opened = connection
    self.observer = observer
    self.readers = readers
  }

  /// Runs `body` in the next group commit; see `Store.write`. Callable from any executor.
  public nonisolated func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    guard let trace = Trace.recorded else { return try await enqueue(body, visit: nil) }
    let visit = WriterVisit()
    do {
      let value = try await enqueue(body, visit: visit)
      visit.record(in: trace, error: nil)
      return value
    } catch {
      visit.record(in: trace, error: error)
      throw error
    }
  }

  private nonisolated func enqueue<T: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> T, visit: WriterVisit?
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let request = Request(
        run: { transaction in
          let value = try body(transaction)
          return { continuation.resume(returning: value) }
        },
        fail: { continuation.resume(throwing: $0) },
        since: .now, visit: visit)
      let verdict = mailbox.withLock { mailbox -> (accepted: Bool, wake: Bool) in
        guard !mailbox.closed, mailbox.requests.count < limits.waitingRequestsMax else {
          mailbox.counters.refused += 1
          return (false, false)
        }
        mailbox.requests.append(request)
        let wake = !mailbox.draining
        mailbox.draining = true
        return (true, wake)
      }
      if !verdict.accepted { request.fail(Self.overloaded) }
      if verdict.wake { thread.submit { self.assumeIsolated { $0.drain() } } }
    }
  }

  /// Refuses the requests that have waited too long, such as while the disk stalls. Called from a timer.
  public nonisolated func expireWaiting() {
    let now = ContinuousClock.now
    let allowed = Duration.milliseconds(Int64(limits.waitMillisecondsMax))
    let expired = mailbox.withLock { mailbox -> ArraySlice<Request> in
      let count = mailbox.requests.prefix { now - $0.since > allowed }.count
      let expired = mailbox.requests.prefix(count)
      mailbox.requests.removeFirst(count)
      mailbox.counters.refused += UInt64(count)
      return expired
    }
    for request in expired { request.fail(Self.overloaded) }
  }

  /// Looks whether another process, such as an admin command, changed the database, or moved or removed its files. Called
  /// from a timer.
  public func lookForOtherProcesses() throws {
    guard let opened, checkFiles(opened) == nil else { return }
    try adoptForeignChanges(opened)
  }

  /// Whether what is committed outlives this process: false while the database's files are not in their place. Callable
  /// from any thread.
  public nonisolated var keepsWrites: Bool { mailbox.withLock { $0.keepsWrites } }

  /// Refuses new writes, commits what waits, then stops the thread.
  public nonisolated func close() async {
    mailbox.withLock { $0.closed = true }
    await finish()
    thread.shutdown()
  }

  /// The counters as of now.
  public nonisolated var counters: Counters {
    mailbox.withLock { mailbox in
      var counters = mailbox.counters
      counters.waiting = mailbox.requests.count
      return counters
    }
  }

  private static let gatherStepMicroseconds: UInt32 = 50
  private static let overloaded = StoreError(.unavailable, "the server can't store this right now, try again shortly")

  private static let misplaced = StoreError(
    .unavailable, "the server has lost its data files and can't store anything; its operator must look after it")

  // Actor jobs run in order, so by the time this runs every earlier drain job has ended; one more takes the rest.
  private func finish() {
    drain()
    opened = nil
    // It holds the store, and so the writer.
    observer = nil
    readers = nil
  }

  private func drain() {
    while true {
      gather()
      let group = mailbox.withLock { mailbox -> [Request] in
        let group = Array(mailbox.requests.prefix(limits.groupRequestsMax))
        if group.isEmpty { mailbox.draining = false } else { mailbox.requests.removeFirst(group.count) }
        return group
      }
      if group.isEmpty { return }
      burst = max(group.count, burst * 3 / 4)
      commit(group)
      shortenLog()
    }
  }

  /// After the acknowledgements, so that only the next group waits for it.
  private func shortenLog() {
    guard let opened, let readers else { return }
    if let logPause, ContinuousClock.now < logPause { return }
    logPause = nil
    do {
      guard try engine.isLogTooLong() else {
        logWarning = nil
        return
      }
      // Where somebody always reads, there is no moment without a reader unless it is made.
      let isShort = try readers.pause(waitMilliseconds: limits.logReadersMilliseconds) {
        try engine.shortenLog(of: opened)
      }
      if isShort {
        logWarning = nil
        return
      }
    } catch {
      measurements.report("can't copy the write-ahead log to the database, trying again later: \(error)")
    }
    logPause = .now + .milliseconds(limits.logPauseMilliseconds)
    warnOfLog()
  }

  /// Once in each such time: the disk fills up, and only the operator can end another process.
  private func warnOfLog() {
    let now = ContinuousClock.now
    if let logWarning, now >= logWarning {
      measurements.report(
        "the write-ahead log has been longer than it may be for \(limits.logWarningMilliseconds / 1_000) s and grows: "
          + "some process reads the database without an end, such as a stopped 'clickclack doctor' or 'sqlite3'")
      self.logWarning = now + .milliseconds(limits.logWarningMilliseconds)
    } else if logWarning == nil {
      logWarning = now + .milliseconds(limits.logWarningMilliseconds)
    }
  }

  /// Waits a moment for companions when the last commits had some: clients that were answered together ask again
  /// together, and one commit and one broadcast for all of them cost a fraction of several. A client on its own is
  /// never kept waiting.
  private func gather() {
    let expected = min(burst, limits.groupRequestsMax)
    guard expected > 1 else { return }
    let deadline = ContinuousClock.now + .microseconds(limits.gatherMicrosecondsMax)
    var waiting = mailbox.withLock { $0.requests.count }
    var quietSteps = 0
    while (1..<expected).contains(waiting), quietSteps < 2, ContinuousClock.now < deadline {
      usleep(Self.gatherStepMicroseconds)
      let arrived = mailbox.withLock { $0.requests.count }
      quietSteps = arrived == waiting ? quietSteps + 1 : 0
      waiting = arrived
    }
  }

  /// What became of the requests of a group, before its commit.
  private struct Outcome {
    var acknowledgements: [@Sendable () -> Void] = []
    var refusals: [(request: Request, reason: any Error)] = []
    var batch = CommitBatch()
  }

  /// A request failed after it had written, and there was no savepoint to return to.
  private struct PartialWrite: Error {}

  private func commit(_ group: [Request]) {
    guard let db = opened else {
      for request in group { request.fail(Self.overloaded) }
      return
    }
    if let refusal = checkFiles(db) {
      for request in group { request.fail(refusal) }
      return
    }
    let started = ContinuousClock.now
    for request in group { request.visit?.began(at: started, requests: group.count) }
    let outcome: Outcome
    do {
      do {
        outcome = try run(group, isolating: false, db)
      } catch is PartialWrite {
        try db.execute("ROLLBACK")
        outcome = try run(group, isolating: true, db)
      }
      try db.execute("COMMIT")
    } catch {
      abandon(db)
      let refusal = Self.refusal(for: error)
      for request in group { request.fail(refusal) }
      return
    }
    if let refusal = checkFiles(db) {
      // Nobody learns of what a restart would not find; should the files come back, everybody does.
      for request in group { request.fail(refusal) }
      return
    }
    announce(outcome.batch, db)
    measurements.commit((ContinuousClock.now - started).wholeMicroseconds, group.count)
    mailbox.withLock {
      $0.counters.commits += 1
      $0.counters.requests += UInt64(outcome.acknowledgements.count)
    }
    for acknowledge in outcome.acknowledgements { acknowledge() }
    for (request, reason) in outcome.refusals { request.fail(reason) }
  }

  /// Runs every request of a group in one transaction, which it leaves open.
  ///
  /// Savepoints cost a sixth of the writer's time (the full-text index takes part in each), and nearly every request
  /// that fails does so before it writes. So a group runs without them first; should a request fail half-way, the
  /// group is rolled back and run again with a savepoint for each. Nothing was acknowledged, so nobody can tell.
  private func run(_ group: [Request], isolating: Bool, _ db: any SQLConnection) throws -> Outcome {
    var outcome = Outcome()
    outcome.acknowledgements.reserveCapacity(group.count)
    try db.execute("BEGIN IMMEDIATE")
    try adoptForeignChanges(db)
    let now = Timestamp.now()
    for request in group {
      if isolating { try db.execute("SAVEPOINT request") }
      let before = db.changeCount
      let transaction = Transaction(connection: db, ids: ids, now: now)
      do {
        outcome.acknowledgements.append(try request.run(transaction))
        outcome.batch.add(transaction)
      } catch {
        // After some errors SQLite takes back the whole transaction by itself: nothing of the group is there any more, and what
        // followed would be committed statement by statement.
        guard db.inTransaction else { throw error }
        outcome.refusals.append((request, Self.refusal(for: error)))
        if isolating {
          try db.execute("ROLLBACK TO request")
        } else if db.changeCount != before {
          throw PartialWrite()
        }
      }
      if isolating { try db.execute("RELEASE request") }
    }
    if outcome.batch.wroteMessages { try SearchIndex.catchUp(db) }
    return outcome
  }

  private func announce(_ batch: CommitBatch, _ db: any SQLConnection) {
    var batch = batch
    do {
      try batch.resolve(db)
      if let last = batch.events.last { lastCursor = last.cursor }
      observer?.committed(batch)
    } catch {
      // Without the facts nothing in memory can be trusted: start afresh from the database.
      measurements.report("can't read the facts behind a commit, forgetting all: \(error)")
      observer?.changedByAnotherProcess()
      observer?.committed(batch)
    }
  }

  /// Looks whether the files that are open are still those at their paths.
  /// - Returns: What to tell whoever wants to write; nil when they are.
  private func checkFiles(_ db: any SQLConnection) -> StoreError? {
    let lost = files.indices.filter { isLost(&files[$0], db) }.map { files[$0] }
    let keptWrites = mailbox.withLock { mailbox in
      defer { mailbox.keepsWrites = lost.isEmpty }
      return mailbox.keepsWrites
    }
    guard lost.isEmpty else {
      if keptWrites { reportLoss(of: lost, db) }
      return Self.misplaced
    }
    guard !keptWrites else { return nil }
    measurements.report("the database's files are back in their place: writes are stored again")
    // What was committed meanwhile was never announced.
    do { try adoptChanges(db) } catch { measurements.report("can't read what was committed meanwhile: \(error)") }
    return nil
  }

  private func isLost(_ file: inout FileIdentity, _ db: any SQLConnection) -> Bool {
    switch file.look() {
    case .asItWas: return false
    case .gone: return true
    case .shorter:
      // Once it is lost nobody touches it any more.
      guard keepsWrites else { return true }
      guard let isCut = try? engine.isCut(file, with: db) else {
        // The disk can't read, which is told to whoever reads. It is asked again with the next write.
        return false
      }
      if !isCut { file.acceptLength() }
      return isCut
    }
  }

  private func reportLoss(of lost: [FileIdentity], _ db: any SQLConnection) {
    var isSaved = false
    do {
      isSaved = try engine.salvage(lost, with: db)
    } catch {
      measurements.report("can't save what was in the lost files: \(error)")
    }
    let paths = lost.map(\.path).joined(separator: ", ")
    measurements.report(
      "the database's files were moved, replaced, removed or cut while the server uses them (\(paths)): writes are refused, "
        + "since a restart would lose them. "
        + (isSaved
          ? "Nothing that was acknowledged is lost: restart the server"
          : "Put the files back, or restart the server with what is there"))
  }

  private func adoptForeignChanges(_ db: any SQLConnection) throws {
    guard try engine.changeCounter(of: db) != changeCounter else { return }
    try adoptChanges(db)
  }

  private func adoptChanges(_ db: any SQLConnection) throws {
    changeCounter = try engine.changeCounter(of: db)
    try ids.advance(pastLastCursorOf: db)
    observer?.changedByAnotherProcess()
    while true {
      let foreign = try Events.after(lastCursor, limit: 1_000, db)
      guard let last = foreign.last else { return }
      lastCursor = last.cursor
      observer?.committed(CommitBatch(events: foreign))
    }
  }

  private func abandon(_ db: any SQLConnection) {
    // SQLite rolls back by itself after some errors, and there is nothing to undo when the lock was not to be had.
    guard db.inTransaction else { return }
    do {
      try db.execute("ROLLBACK")
    } catch {
      measurements.report("rollback: \(error)")
    }
  }

  private static func refusal(for error: any Error) -> any Error {
    (error as? SQLError)?.refusal(overloaded) ?? error
  }
}

extension SQLError {
  /// What a request is told that met this error: the disk's failures pass, so it may come again.
  /// - Parameter overloaded: What it is told when the disk or another process keeps it from its turn.
  func refusal(_ overloaded: StoreError) -> any Error {
    switch kind {
    case .full: StoreError(.full, "the server's disk is full")
    case .busy, .io, .cut, .damaged: overloaded
    case .late: StoreError(.unavailable, "this takes the server too long: ask for less, such as fewer or longer words")
    case .constraint, .other: self
    }
  }
}

/// Where the writer reports what it measures and what goes wrong; the server wires it to its metrics and its log.
public struct WriterMeasurements: Sendable {
  /// Called after each commit with its duration in microseconds and the requests in it.
  public let commit: @Sendable (_ microseconds: Int64, _ requests: Int) -> Void
  /// Called with a line for the log.
  public let report: @Sendable (String) -> Void

  /// Measurements that go nowhere unless given.
  public init(
    commit: @escaping @Sendable (_ microseconds: Int64, _ requests: Int) -> Void = { _, _ in },
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.commit = commit
    self.report = report
  }
}

extension Duration {
  /// Whole microseconds, rounded down.
  public var wholeMicroseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
