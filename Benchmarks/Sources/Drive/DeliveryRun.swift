import Glibc
import Synchronization

/// One run of publishing to subscribers: connects, warms up, measures, drains, verifies.
struct DeliveryRun {
  /// What to do; the same for all loops.
  struct Plan: Sendable {
    let target: Target
    let address: Socket.Address
    let subscribers: Int
    let loops: Int
    /// WebSocket path of each topic.
    let paths: [String]
    let window: Int
    let seconds: Double
    let warmupSeconds: Double
    /// A run without any delivery for this long is given up, and what is missing then is missing.
    let stallSeconds: Double
    let matching: DeliverySink.Matching
    let server: ServerProcess
  }

  /// What one run found.
  struct Outcome: Sendable {
    var deliveries: UInt64 = 0
    var published: UInt64 = 0
    var histogram = Histogram()
    var faults = Faults()
    var unmatched: UInt64 = 0
    var otherFrames: UInt64 = 0
    var cost = Cost()
  }

  fileprivate struct LoopOutcome: Sendable {
    var deliveries: UInt64 = 0
    var histogram = Histogram()
    var checkers: [SequenceChecker] = []
    var topics: [Int] = []
    var lost = 0
    var firstLoss: String?
    var unmatched: UInt64 = 0
    var otherFrames: UInt64 = 0
  }

  private final class Outcomes: Sendable {
    let all = Mutex<[LoopOutcome]>([])
  }

  let plan: Plan
  let progress: Progress

  /// Runs; the first loop, which also publishes, is the caller's thread.
  func run(pace: Publisher.Pace, makeSender: (Poller) throws -> any MessageSender) throws -> Outcome {
    let board = Board(
      topics: plan.paths.count, subscribers: plan.subscribers, loops: plan.loops, window: plan.window)
    let outcomes = Outcomes()
    let plan = plan
    let threads = try (1..<max(1, plan.loops)).map { index in
      try LoopThread {
        do {
          let loop = try DeliveryLoop(plan: plan, board: board, index: index)
          while board.phase != .stopped { loop.turn(timeout: 20_000_000) { _, _, _, _ in } }
          let outcome = Self.outcome(of: loop)
          outcomes.all.withLock { $0.append(outcome) }
        } catch {
          outcomes.all.withLock { $0.append(LoopOutcome(lost: 1, firstLoss: "\(error)")) }
          board.settledLoops.add(1, ordering: .releasing)
        }
      }
    }
    let first = Result { try runFirstLoop(board, pace, makeSender) }
    board.phase = .stopped
    threads.forEach { $0.join() }
    var (outcome, delivered, own) = try first.get()
    for each in outcomes.all.withLock({ $0 }) + [own] { outcome.add(each, delivered: delivered) }
    return outcome
  }

  /// Answers what the run found so far, how many messages each topic delivered, and the loop's own share.
  private func runFirstLoop(
    _ board: Board, _ pace: Publisher.Pace, _ makeSender: (Poller) throws -> any MessageSender
  ) throws -> (Outcome, [UInt64], LoopOutcome) {
    let loop = try DeliveryLoop(plan: plan, board: board, index: 0)
    let sender = try makeSender(loop.poller)
    let publisher = Publisher(board: board, sender: sender, pace: pace)
    var outcome = Outcome()
    try conduct(loop, board, publisher, sender, &outcome)
    outcome.published = publisher.published.reduce(0, +)
    outcome.faults.refused = sender.refused.reduce(0, +)
    outcome.faults.note = sender.firstRefusal
    let delivered = zip(publisher.published, sender.refused).map { $0 - $1 }
    return (outcome, delivered, Self.outcome(of: loop))
  }

  private func conduct(
    _ loop: DeliveryLoop, _ board: Board, _ publisher: Publisher, _ sender: any MessageSender,
    _ outcome: inout Outcome
  ) throws {
    let turn = { (idle: UInt64) in
      let now = Clock.now()
      loop.turn(timeout: min(idle, publisher.delay(now: now)), publisher: publisher, sender: sender)
    }
    let connectBy = Clock.now() + UInt64(seconds: 60)
    while board.settledLoops.load(ordering: .acquiring) < plan.loops {
      guard Clock.now() < connectBy else { throw BenchmarkError("the subscribers did not connect within 60 seconds") }
      turn(20_000_000)
      progress.show { "connecting: \(loop.subscribers.openCount) open" }
    }
    if let loss = loop.subscribers.firstLoss {
      throw BenchmarkError("\(loop.subscribers.lostCount) subscribers did not connect: \(loss)")
    }
    board.phase = .warming
    publisher.start(now: Clock.now())
    keepTurning(for: plan.warmupSeconds, "warming up", board, publisher, sender, loop, turn)

    board.phase = .measuring
    loop.enterPhase()
    (sender as? RESTSender)?.startMeasuring()
    let meter = CostMeter(server: plan.server)
    keepTurning(for: plan.seconds, "measuring", board, publisher, sender, loop, turn)
    publisher.isPaused = true
    drain(board, publisher, sender, turn)
    outcome.cost = meter.read()
    // A little longer, so that a duplicate of the last message would be seen.
    let lingerUntil = Clock.now() + UInt64(seconds: 0.1)
    while Clock.now() < lingerUntil { turn(10_000_000) }
    progress.clear()
  }

  private func keepTurning(
    for seconds: Double, _ what: String, _ board: Board, _ publisher: Publisher, _ sender: any MessageSender,
    _ loop: DeliveryLoop, _ turn: (UInt64) -> Void
  ) {
    let start = Clock.now()
    let end = start + UInt64(seconds: seconds)
    let before = board.deliveries.load(ordering: .relaxed)
    var seen = before
    var lastProgress = start
    publisher.pump(now: start)
    while true {
      turn(20_000_000)
      let now = Clock.now()
      let deliveries = board.deliveries.load(ordering: .relaxed)
      if deliveries != seen || publisher.inFlightTotal == 0 { lastProgress = now }
      seen = deliveries
      if now >= end || now - lastProgress > UInt64(seconds: plan.stallSeconds) { return }
      progress.show {
        let rate = Double(deliveries - before) / (now - start).inSeconds
        let p99 = Figure.duration(microseconds: Double(loop.subscribers.sink.histogram.quantile(0.99)) / 1000)
        return "\(what): \(Figure.short(rate)) deliveries/s, p99 \(p99), "
          + "\(publisher.inFlightTotal) in flight, \(loop.subscribers.lostCount) sockets lost"
      }
    }
  }

  private func drain(
    _ board: Board, _ publisher: Publisher, _ sender: any MessageSender, _ turn: (UInt64) -> Void
  ) {
    var seen = board.deliveries.load(ordering: .relaxed)
    var lastProgress = Clock.now()
    while publisher.inFlightTotal > 0 || sender.underWay > 0 {
      turn(1_000_000)
      let deliveries = board.deliveries.load(ordering: .relaxed)
      if deliveries != seen { lastProgress = Clock.now() }
      seen = deliveries
      if Clock.now() - lastProgress > UInt64(seconds: plan.stallSeconds) { return }
    }
  }

  private static func outcome(of loop: DeliveryLoop) -> LoopOutcome {
    let sink = loop.subscribers.sink
    return LoopOutcome(
      deliveries: sink.deliveries, histogram: sink.histogram, checkers: sink.checkers, topics: loop.topicOfSubscriber,
      lost: loop.subscribers.lostCount, firstLoss: loop.subscribers.firstLoss, unmatched: sink.unmatched,
      otherFrames: sink.otherFrames)
  }
}

extension DeliveryRun.Outcome {
  fileprivate mutating func add(_ loop: DeliveryRun.LoopOutcome, delivered: [UInt64]) {
    deliveries += loop.deliveries
    histogram.merge(loop.histogram)
    unmatched += loop.unmatched
    otherFrames += loop.otherFrames
    faults.lost += UInt64(loop.lost)
    if faults.note == nil { faults.note = loop.firstLoss }
    for (checker, topic) in zip(loop.checkers, loop.topics) {
      faults.missing += checker.missing(through: delivered[topic])
      faults.duplicates += checker.duplicates
      faults.reordered += checker.reordered
    }
  }
}
