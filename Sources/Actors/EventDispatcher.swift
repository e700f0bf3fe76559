import Runtime
import Storage
import Synchronization

/// Delivers events to apps: notes after each commit what subscriptions asked for, calls the apps, and tries again later
/// when a call fails. What waits is on disk, so a restart continues where it stopped.
///
/// Lives on one loop. Each subscription has at most one call under way, in the order of the log; a delivery that failed
/// waits for its next time while later ones go on. An app may get a delivery twice, never a wrong one.
public actor EventDispatcher: CommitObserver {
  /// Bounds and times.
  public struct Limits: Sendable {
    /// Subscriptions that are served at the same time.
    public var concurrentMax = 32
    /// How long after each failed attempt the next one is made, in milliseconds, up to a tenth more at random. After
    /// as many failures as there are entries, and one more, the delivery is given up.
    public var retryMilliseconds: [UInt64] = [
      2_000, 15_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000,
    ]
    /// How often it is looked for deliveries that have become due, in milliseconds.
    public var tickMilliseconds: UInt64 = 1_000
    /// The defaults.
    public init() {}
  }

  /// Counters for the metrics, read from any thread.
  public struct Counters: Sendable {
    /// Attempts that succeeded.
    public var delivered: UInt64 = 0
    /// Attempts that failed.
    public var failed: UInt64 = 0
  }

  /// Whether the log may have events that no delivery was noted for.
  private enum ScanNeed {
    case none, onTick, now
  }

  private struct Shared {
    var watched: Set<WorkspaceID> = []
    // Workspaces with events that may concern a subscription; nil for all.
    var news: Set<WorkspaceID>? = []
    var counters = Counters()
  }

  private nonisolated let loop: EventLoop
  /// The loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let wakeup: Wakeup
  private nonisolated let shared = Mutex(Shared())
  private let store: any Store
  private let sender: CallbackSender
  private let limits: Limits
  private let report: @Sendable (String) -> Void
  private var workers: [String: Task<Void, Never>] = [:]
  // Subscriptions that became due while their worker may have been about to end.
  private var dueAgain: Set<String> = []
  private var timer: CoarseTimer?
  private var scan = ScanNeed.now
  private var isRunning = false
  private var isStopped = false

  /// Makes a dispatcher; `start` begins.
  /// - Parameter report: Takes a line for the log.
  public init(
    loop: EventLoop, store: any Store, sender: CallbackSender, limits: Limits = Limits(),
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.loop = loop
    wakeup = Wakeup(of: loop)
    self.store = store
    self.sender = sender
    self.limits = limits
    self.report = report
  }

  /// Takes up what waits from before, and goes on until `stop`.
  public func start() {
    timer = loop.makeTimer { [weak self] in self?.assumeIsolated { $0.tick() } }
    wakeForAll()
  }

  /// Ends the calls under way; what they were to deliver waits for the next start.
  public func stop() async {
    isStopped = true
    timer?.cancel()
    timer = nil
    let ending = Array(workers.values)
    for worker in ending { worker.cancel() }
    for worker in ending { await worker.value }
    sender.shutdown()
  }

  /// There is a new subscription, which may want events that are committed already.
  public nonisolated func subscriptionsChanged() { wakeForAll() }

  /// A commit: wakes the dispatcher when an event may concern a subscription. On the writer's thread.
  public nonisolated func committed(_ batch: CommitBatch) {
    guard !batch.events.isEmpty else { return }
    let concerns = shared.withLock { shared -> Bool in
      guard !shared.watched.isEmpty else { return false }
      var concerns = false
      for event in batch.events where event.audience.isPublic && shared.watched.contains(event.workspaceID) {
        shared.news?.insert(event.workspaceID)
        concerns = true
      }
      return concerns
    }
    if concerns { wake() }
  }

  /// Another process may have added subscriptions or events.
  public nonisolated func changedByAnotherProcess() { wakeForAll() }

  /// The counters as of now.
  public nonisolated var counters: Counters { shared.withLock { $0.counters } }

  private nonisolated func wakeForAll() {
    shared.withLock { $0.news = nil }
    wake()
  }

  private nonisolated func wake() {
    wakeup.request { [weak self] in
      self?.assumeIsolated { dispatcher in
        dispatcher.scan = .now
        dispatcher.run()
      }
    }
  }

  private func tick() {
    if scan == .onTick {
      scan = .now
      shared.withLock { $0.news = nil }
    }
    run()
  }

  private func run() {
    guard !isRunning, !isStopped else { return }
    isRunning = true
    Task(executorPreference: loop) { await self.work() }
  }

  private func work() async {
    var areWaiting = true
    do {
      repeat { areWaiting = try await look() } while scan == .now && !isStopped
    } catch {
      if !isStopped { report("can't look for deliveries: \(error)") }
      scan = .onTick
    }
    isRunning = false
    guard !isStopped else { return }
    // Nothing may have been waiting when it was looked, and be noted since: only an idle dispatcher needs no tick.
    if areWaiting || scan != .none {
      timer?.schedule(afterMilliseconds: limits.tickMilliseconds)
    } else {
      timer?.cancel()
    }
  }

  /// Notes new deliveries if there may be any, and serves the subscriptions that have some due.
  /// - Returns: Whether any delivery waits, due or not.
  private func look() async throws -> Bool {
    if scan == .now {
      scan = .none
      let news = shared.withLock { shared -> Set<WorkspaceID>? in
        defer { shared.news = [] }
        return shared.news
      }
      let found = try await store.write { [self] tx in
        let found = try EventDeliveries.enqueue(in: news, tx)
        // On the writer's thread already: an event that is committed right after this scan must find itself watched.
        shared.withLock { $0.watched.formUnion(found.watched) }
        return found
      }
      shared.withLock { $0.watched = found.watched }
      // What did not fit is looked at again with the next tick, when there may be room.
      if found.isBehind, scan == .none { scan = .onTick }
    }
    // Those that are being served already take no part in the limit.
    let limit = limits.concurrentMax * 2
    let (due, areWaiting) = try await store.read { db in
      (try EventDeliveries.due(at: .now(), limit: limit, db), try EventDeliveries.areWaiting(db))
    }
    for subscription in due { serve(subscription) }
    return areWaiting
  }

  private func serve(_ subscription: String) {
    guard !isStopped else { return }
    if workers[subscription] != nil {
      dueAgain.insert(subscription)
      return
    }
    guard workers.count < limits.concurrentMax else { return }
    workers[subscription] = Task(executorPreference: loop) { await self.deliverAll(of: subscription) }
  }

  private func deliverAll(of subscription: String) async {
    do {
      repeat {
        dueAgain.remove(subscription)
        while !isStopped, let delivery = try await next(for: subscription) {
          guard try await attempt(delivery) else { break }
        }
      } while dueAgain.contains(subscription) && !isStopped
    } catch {
      if !isStopped { report("can't deliver events to \(subscription): \(error)") }
    }
    workers[subscription] = nil
    // Another subscription may have waited for this one to end.
    run()
  }

  private func next(for subscription: String) async throws -> EventDeliveries.Delivery? {
    try await store.read { try EventDeliveries.next(for: subscription, at: .now(), $0) }
  }

  /// Makes one call and notes how it ended; false when it was cut off by the end of the server.
  private func attempt(_ delivery: EventDeliveries.Delivery) async throws -> Bool {
    let startedAt = Timestamp.now()
    let subscription = delivery.subscription
    let outcome = await sender.send(
      Array(delivery.request.utf8), to: subscription.callbackURL, secret: subscription.signingSecret,
      eventID: delivery.eventID)
    guard let outcome else { return false }
    shared.withLock { shared in
      if outcome.isSuccess { shared.counters.delivered += 1 } else { shared.counters.failed += 1 }
    }
    let delay = outcome.isSuccess ? nil : retryDelay(afterAttempts: Int(delivery.attempts) + 1)
    try await store.write { tx in
      let retryAt = delay.map { Timestamp(microseconds: tx.now.microseconds + $0) }
      try EventDeliveries.record(
        delivery, startedAt: startedAt, status: outcome.status, body: outcome.body, error: outcome.error,
        retryAt: retryAt, tx)
    }
    return true
  }

  /// How long to wait, in microseconds; nil to give up. Chance spreads what failed together.
  private func retryDelay(afterAttempts attempts: Int) -> Int64? {
    guard attempts <= limits.retryMilliseconds.count else { return nil }
    let base = Int64(limits.retryMilliseconds[attempts - 1]) * 1_000
    return base + Int64.random(in: 0...base / 10)
  }
}
