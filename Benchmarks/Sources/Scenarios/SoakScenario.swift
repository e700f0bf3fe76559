import SeededRandom

/// The chat day for hours: finds the peak, then keeps a share of it up while clients come and go, and watches what the
/// server holds.
///
/// Every client verifies as it goes that it gets each event of its workspace once and in order, over all its connections;
/// the durable log is read along and must say the same.
struct SoakScenario {
  private static let pageLimit = 200
  /// Between two reads of a workspace's durable log that had nothing new, in seconds.
  private static let pollSeconds = 1.0
  /// How long a client stays away, at most.
  private static let awaySecondsMax = 3.0
  /// How far the schedule may fall behind before actions are left out.
  private static let behindSecondsMax = 1.0
  private static let connectSecondsMax = 120.0
  private static let noteSeconds = 60.0

  private let size: ChatTraffic.Size
  private let rate: Double?
  private let load: Double
  private let rampSeconds: Double
  private let seed: UInt64
  private let concurrency: Int
  private let seconds: Double
  private let warmupSeconds: Double
  private let staySeconds: Double
  private let sampleSeconds: Double
  private let stallSeconds: Double
  private let dataDirectory: String?
  private let csv: String?

  init(_ arguments: Arguments) throws {
    size = try ChatTraffic.Size(arguments)
    rate = arguments.has(.rate) ? try arguments.number(.rate, default: 1, in: Limits.rate) : nil
    load = try arguments.number(.load, default: 0.7, in: Limits.load)
    rampSeconds = try arguments.number(.ramp, default: 20, in: Limits.seconds)
    seed = UInt64(try arguments.integer(.seed, default: 1, in: 0...Int.max))
    concurrency = try arguments.integer(.concurrency, default: 64, in: Limits.concurrency)
    seconds = try arguments.number(.seconds, default: 3600, in: Limits.seconds)
    warmupSeconds = try arguments.number(.warmup, default: seconds / 3, in: Limits.warmupSeconds)
    staySeconds = try arguments.number(.stay, default: 60, in: Limits.seconds)
    sampleSeconds = try arguments.number(.sample, default: 5, in: Limits.seconds)
    stallSeconds = try arguments.number(.stall, default: 60, in: Limits.seconds)
    dataDirectory = arguments.text(.data)
    csv = arguments.text(.csv)
  }

  func run(_ context: RunContext) throws -> Report {
    try Socket.requireDescriptors(size.clients + concurrency)
    let soak = try Soak(self, context)
    try soak.connect()
    let peak = try rate == nil ? soak.measurePeak() : nil
    let rate = self.rate ?? (peak ?? 0) * load
    guard rate >= 1 else { throw BenchmarkError("the server does less than one action per second") }
    Output.error("running at \(Figure.short(rate)) actions/s for \(Figure.short(seconds)) s\n")
    return try soak.run(rate: rate, peak: peak)
  }

  /// The run itself, on one thread.
  private final class Soak {
    private let options: SoakScenario
    private let context: RunContext
    private let chat: ChatTraffic
    private let poller: Poller
    private let sockets: SubscriberSet<LogSink>
    private let pool: HTTPPool
    /// How far the durable logs have been read along.
    private var pages: [LogPages]
    private var churn: Churn
    private var number = 0
    private var answered: UInt64 = 0
    private var skipped: UInt64 = 0
    private var samples: [SoakSample] = []
    private var lastCPU = 0.0

    init(_ options: SoakScenario, _ context: RunContext) throws {
      self.options = options
      self.context = context
      chat = try ChatTraffic(options.size, seed: options.seed, context)
      poller = try Poller()
      sockets = SubscriberSet(
        poller: poller, target: context.target, address: context.address,
        sink: LogSink(topics: chat.workspaces.count, subscribers: options.size.clients))
      pool = HTTPPool(poller: poller, address: context.address, connections: options.concurrency)
      pool.keepsBody = true
      pages = chat.starts.map { LogPages(cursor: $0) }
      churn = Churn(
        clients: options.size.clients, staySeconds: options.staySeconds, awaySecondsMax: SoakScenario.awaySecondsMax)
      pool.onResponse = { [unowned self] in finish($0, $1) }
    }

    func connect() throws {
      sockets.open(
        chat.workspaceOfClient.enumerated().map { client, workspace in
          .init(client: client, topic: workspace, path: chat.path(of: client, after: chat.starts[workspace]))
        })
      let giveUpAt = Clock.now() + UInt64(seconds: SoakScenario.connectSecondsMax)
      while !sockets.isSettled, Clock.now() < giveUpAt { poller.turn(sockets, pool) }
      guard sockets.openCount == options.size.clients else {
        throw BenchmarkError("only \(sockets.openCount) clients connected: \(sockets.firstLoss ?? "too slow")")
      }
    }

    /// Actions per second with as many under way as may be, the time included until every client has every event.
    func measurePeak() throws -> Double {
      let start = Clock.now()
      let end = start + UInt64(seconds: options.rampSeconds)
      while Clock.now() < end {
        let now = Clock.now()
        readAlong(now: now)
        while pool.hasRoom { submit(due: now, now: now) }
        pool.flush(now: now)
        poller.turn(sockets, pool)
      }
      guard try settle() else { throw BenchmarkError("the clients did not catch up after the measurement of the peak") }
      let peak = Double(answered) / (Clock.now() - start).inSeconds
      Output.error("peak: \(Figure.short(peak)) actions/s\n")
      return peak
    }

    func run(rate: Double, peak: Double?) throws -> Report {
      let file = try options.csv.map { try SampleFile($0) }
      let before = Counters(answered: answered, deliveries: sockets.sink.deliveries)
      _ = takeSample(at: 0, since: before, reset: true)
      let meter = CostMeter(server: context.server)
      let start = Clock.now()
      let end = start + UInt64(seconds: options.seconds)
      churn.start(now: start)
      var schedule = Schedule(start: start, rate: rate)
      var sampleAt = start
      var noteAt = start + UInt64(seconds: SoakScenario.noteSeconds)
      while Clock.now() < end {
        let now = Clock.now()
        readAlong(now: now)
        skipped += schedule.leaveOut(olderThan: UInt64(seconds: SoakScenario.behindSecondsMax), now: now)
        while pool.hasRoom, let due = schedule.next(now: now) { submit(due: due, now: now) }
        pool.flush(now: now)
        churn.turn(sockets, now: now) { [chat, sockets] in Self.resume($0, chat, sockets, now) }
        poller.turn(sockets, pool, timeout: min(schedule.delay(now: now), 20_000_000))
        guard now >= sampleAt else { continue }
        let sample = takeSample(at: (now - start).inSeconds, since: before, reset: true)
        samples.append(sample)
        try file?.append(sample.line)
        sampleAt += UInt64(seconds: options.sampleSeconds)
        if now >= noteAt {
          Output.error(sample.note + "\n")
          noteAt += UInt64(seconds: SoakScenario.noteSeconds)
        }
      }
      var cost = meter.read()
      cost.serverResidentBytes = context.server.usage().residentBytes
      let isSettled = try settle()
      let last = takeSample(at: (Clock.now() - start).inSeconds, since: before, reset: false)
      return report(rate: rate, peak: peak, cost: cost, last: last, isSettled: isSettled)
    }

    // MARK: Actions

    private func submit(due: UInt64, now: UInt64) {
      number += 1
      sockets.sink.note(publication: number, at: due)
      pool.submit(chat.request(number: number, due: due), tag: number, now: now)
    }

    private func finish(_ response: HTTPPool.Response, _ now: UInt64) {
      guard response.tag < 0 else {
        answered += 1
        return chat.finish(response, now)
      }
      let topic = -1 - response.tag
      pages[topic].isAsked = false
      guard response.status == 200 else {
        pages[topic].askAt = now + UInt64(seconds: SoakScenario.pollSeconds)
        return chat.refuse(response)
      }
      let events = sockets.sink.read(page: response.body, topic: topic, by: &pages[topic].reader)
      if let cursor = sockets.sink.logs[topic].cursor(before: pages[topic].reader.position) {
        pages[topic].cursor = cursor
      }
      pages[topic].isAtEnd = events < SoakScenario.pageLimit
      pages[topic].askAt = pages[topic].isAtEnd ? now + UInt64(seconds: SoakScenario.pollSeconds) : now
      trim(topic)
    }

    /// Asks for what is new in the durable logs.
    private func readAlong(now: UInt64) {
      for topic in pages.indices where pool.hasRoom && !pages[topic].isAsked && pages[topic].askAt <= now {
        pages[topic].isAsked = true
        let path = "/api/realtime/events?workspace_id=\(chat.workspaces[topic])&limit=\(SoakScenario.pageLimit)"
        let cursor = pages[topic].cursor
        let request = context.target.request("GET", cursor.isEmpty ? path : path + "&after_cursor=\(cursor)")
        pool.submit(request, tag: -1 - topic, now: now)
      }
      pool.flush(now: now)
    }

    private func trim(_ topic: Int) {
      var passed = pages[topic].reader.position
      for (client, workspace) in chat.workspaceOfClient.enumerated() where workspace == topic {
        passed = min(passed, sockets.sink.subscribers[client].position)
      }
      sockets.sink.trim(topic: topic, allHavePassed: passed)
    }

    private static func resume(
      _ client: Int, _ chat: ChatTraffic, _ sockets: SubscriberSet<LogSink>, _ now: UInt64
    ) {
      let topic = chat.workspaceOfClient[client]
      let position = sockets.sink.subscribers[client].position
      let cursor = sockets.sink.logs[topic].cursor(before: position) ?? chat.starts[topic]
      sockets.sink.connectedAt[client] = now
      sockets.reopen(client, path: chat.path(of: client, after: cursor))
    }

    // MARK: The end

    /// Waits until every action is answered and every client has every event of its durable log; false when that
    /// does not happen although nothing moves any more.
    private func settle() throws -> Bool {
      var moved: UInt64 = 0
      var movedAt = Clock.now()
      // Only pages that are asked for from now on can say that nothing is left.
      var isFresh = false
      while Clock.now() - movedAt < UInt64(seconds: options.stallSeconds) {
        let now = Clock.now()
        churn.bringAllBack(sockets) { [chat, sockets] in Self.resume($0, chat, sockets, now) }
        if pool.underWayCount == 0, !isFresh {
          for topic in pages.indices {
            pages[topic].isAtEnd = false
            pages[topic].askAt = now
          }
          isFresh = true
        }
        readAlong(now: now)
        poller.turn(sockets, pool)
        if isFresh, pool.underWayCount == 0, pages.allSatisfy(\.isAtEnd), unread == 0 {
          // A little longer, so that a duplicate of the last event would be seen.
          let lingerUntil = Clock.now() + UInt64(seconds: 0.2)
          while Clock.now() < lingerUntil { poller.turn(sockets, pool) }
          return true
        }
        let progress = sockets.sink.deliveries + answered
        if progress != moved { movedAt = Clock.now() }
        moved = progress
      }
      return false
    }

    /// Events that some reader lacks, over all readers.
    private var unread: UInt64 {
      var sum: UInt64 = 0
      for (client, topic) in chat.workspaceOfClient.enumerated() {
        sum += sockets.sink.subscribers[client].missing(of: sockets.sink.logs[topic])
      }
      for topic in pages.indices { sum += pages[topic].reader.missing(of: sockets.sink.logs[topic]) }
      return sum
    }

    private struct Counters {
      let answered: UInt64
      let deliveries: UInt64
    }

    private func takeSample(at second: Double, since before: Counters, reset: Bool) -> SoakSample {
      var sample = SoakSample(second: second)
      sample.actions = answered - before.answered
      sample.deliveries = sockets.sink.deliveries - before.deliveries
      sample.skipped = skipped
      sample.refused = chat.faults.refused
      for reader in sockets.sink.subscribers + pages.map(\.reader) {
        sample.missing += reader.skipped
        sample.duplicates += reader.duplicates
        sample.reordered += reader.reordered
      }
      sample.reconnects = churn.reconnects
      sample.lost = UInt64(sockets.lostCount)
      sample.connected = sockets.openCount
      let server = context.server
      let holdings = server.holdings()
      sample.anonymousBytes = holdings.anonymousBytes
      sample.fileBytes = holdings.fileBytes
      sample.descriptors = holdings.descriptors
      if let directory = options.dataDirectory {
        sample.databaseBytes = SoakSample.size(of: "\(directory)/clickclack.db")
        sample.walBytes = SoakSample.size(of: "\(directory)/clickclack.db-wal")
      }
      sample.actionP50 = Double(chat.recent.quantile(0.5)) / 1000
      sample.actionP99 = Double(chat.recent.quantile(0.99)) / 1000
      sample.deliveryP50 = Double(sockets.sink.recent.quantile(0.5)) / 1000
      sample.deliveryP99 = Double(sockets.sink.recent.quantile(0.99)) / 1000
      guard reset else { return sample }
      let usage = server.usage()
      let cpu = usage.userSeconds + usage.systemSeconds
      sample.serverCPU = max(0, cpu - lastCPU) * 100 / options.sampleSeconds
      lastCPU = cpu
      chat.recent.reset()
      sockets.sink.recent.reset()
      return sample
    }

    private func report(
      rate: Double, peak: Double?, cost: Cost, last: SoakSample, isSettled: Bool
    ) -> Report {
      var faults = chat.faults
      faults.missing = isSettled ? last.missing : unread
      faults.duplicates = last.duplicates
      faults.reordered = last.reordered
      faults.lost = last.lost
      if faults.note == nil { faults.note = sockets.firstLoss }
      var report = Report(
        label: context.label, scenario: Scenario.soak.rawValue,
        parameters: [
          "clients": "\(options.size.clients)", "workspaces": "\(options.size.workspaces)",
          "rate": Figure.short(rate), "bytes": "\(options.size.messageBytes)",
        ], operation: "delivery", operations: last.deliveries, cost: cost, histogram: sockets.sink.histogram,
        faults: faults)
      if let peak { report.details.append(.init(name: "peak", value: peak, unit: "actions/s")) }
      report.details += [
        .init(name: "actions", value: Double(last.actions), unit: ""),
        .init(name: "left out, too late", value: Double(last.skipped), unit: ""),
        .init(name: "reconnects with a cursor", value: Double(last.reconnects), unit: ""),
        .init(name: "ephemeral delivered", value: Double(sockets.sink.ephemeral), unit: ""),
        .init(name: "database", value: Double(last.databaseBytes), unit: "B"),
      ]
      for action in ChatAction.allCases {
        let p99 = Double(chat.times[action.rawValue].quantile(0.99)) / 1000
        report.details.append(.init(name: "p99 \(action.name)", value: p99, unit: "us"))
      }
      report.checks = SoakVerdict(samples: samples, warmupSeconds: options.warmupSeconds).checks
      report.samples = samples
      return report
    }
  }
}

/// How far the durable log of one workspace has been read.
private struct LogPages {
  var cursor: String
  var reader = EventLogReader()
  var isAsked = false
  var isAtEnd = false
  var askAt: UInt64 = 0

  init(cursor: String) { self.cursor = cursor }
}

/// Moments at which actions are due, at a fixed rate.
private struct Schedule {
  let start: UInt64
  let rate: Double
  private var count = 0

  init(start: UInt64, rate: Double) {
    self.start = start
    self.rate = rate
  }

  private var due: UInt64 { start + UInt64(Double(count) * 1e9 / rate) }

  /// The moment of the next action, if it has come.
  mutating func next(now: UInt64) -> UInt64? {
    let moment = due
    guard moment <= now else { return nil }
    count += 1
    return moment
  }

  /// Leaves out what should have begun too long ago, and answers how many that were.
  mutating func leaveOut(olderThan age: UInt64, now: UInt64) -> UInt64 {
    guard now > due + age else { return 0 }
    let late = Int(Double(now - age - start) * rate / 1e9) - count
    count += max(0, late)
    return UInt64(max(0, late))
  }

  func delay(now: UInt64) -> UInt64 { due > now ? due - now : 1_000_000 }
}

/// Clients that go away without a word and come back with their cursors.
private struct Churn {
  private let clients: Int
  private let interval: UInt64
  private let awayMax: UInt64
  private var nextAt: UInt64 = 0
  private var away: [(client: Int, until: UInt64)] = []
  private var generator = SeededGenerator(seed: 2)
  private var lostBefore = 0
  private(set) var reconnects: UInt64 = 0

  init(clients: Int, staySeconds: Double, awaySecondsMax: Double) {
    self.clients = clients
    interval = max(1, UInt64(seconds: staySeconds / Double(clients)))
    awayMax = UInt64(seconds: awaySecondsMax)
  }

  mutating func start(now: UInt64) { nextAt = now + interval }

  mutating func turn<Sink: FrameSink>(_ sockets: SubscriberSet<Sink>, now: UInt64, resume: (Int) -> Void) {
    while nextAt <= now {
      nextAt += interval
      let client = Int.random(in: 0..<clients, using: &generator)
      guard sockets.isOpen(client) else { continue }
      sockets.disconnect(client)
      away.append((client, now + UInt64.random(in: 0...awayMax, using: &generator)))
    }
    if sockets.lostCount > lostBefore {
      lostBefore = sockets.lostCount
      for client in 0..<clients where sockets.isClosed(client) && !away.contains(where: { $0.client == client }) {
        away.append((client, now + UInt64.random(in: 0...awayMax, using: &generator)))
      }
    }
    for absent in away where absent.until <= now && sockets.isClosed(absent.client) {
      resume(absent.client)
      reconnects += 1
    }
    away.removeAll { $0.until <= now }
  }

  /// Brings everybody back at once, also those whom the server has lost.
  mutating func bringAllBack<Sink: FrameSink>(_ sockets: SubscriberSet<Sink>, resume: (Int) -> Void) {
    away.removeAll()
    for client in 0..<clients where sockets.isClosed(client) {
      resume(client)
      reconnects += 1
    }
  }
}

extension SoakSample {
  /// The sample in a line for whoever waits.
  fileprivate var note: String {
    let faults = missing + duplicates + reordered
    return
      "\(Figure.fixed(second, 0)) s: \(actions) actions, \(deliveries) deliveries, \(faults) wrong, \(refused) refused, "
      + "\(Figure.bytes(Double(anonymousBytes))) of memory, \(descriptors) descriptors, log \(Figure.bytes(Double(walBytes))), "
      + "p99 \(Figure.duration(microseconds: actionP99))"
  }
}
