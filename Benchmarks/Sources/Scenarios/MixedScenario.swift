/// A chat day in short: many workspaces of which a few are busy, with everything that people do there.
///
/// Actions follow a fixed schedule, and latencies count from the scheduled moment. At the end the events that each
/// client received are compared with the durable log of its workspace.
struct MixedScenario {
  private static let drainSeconds = 10.0

  private let size: ChatTraffic.Size
  private let rate: Double
  private let seed: UInt64
  private let concurrency: Int
  private let seconds: Double
  private let stallSeconds: Double

  init(_ arguments: Arguments) throws {
    size = try ChatTraffic.Size(arguments)
    rate = try arguments.number(.rate, default: 500, in: Limits.rate)
    seed = UInt64(try arguments.integer(.seed, default: 1, in: 0...Int.max))
    concurrency = try arguments.integer(.concurrency, default: 64, in: Limits.concurrency)
    seconds = try arguments.number(.seconds, default: 5, in: Limits.seconds)
    stallSeconds = try arguments.number(.stall, default: 10, in: Limits.seconds)
    guard rate * seconds <= 50_000_000 else {
      throw BenchmarkError("--rate times --seconds must not exceed 50 million")
    }
  }

  func run(_ context: RunContext) throws -> Report {
    try Socket.requireDescriptors(size.clients + concurrency)
    let chat = try ChatTraffic(size, seed: seed, context)
    let poller = try Poller()
    let sockets = SubscriberSet(
      poller: poller, target: context.target, address: context.address, sink: CursorSink(subscribers: size.clients))
    sockets.open(
      chat.workspaceOfClient.enumerated().map { client, workspace in
        .init(client: client, topic: workspace, path: chat.path(of: client, after: chat.starts[workspace]))
      })
    let pool = HTTPPool(poller: poller, address: context.address, connections: concurrency)
    pool.keepsBody = true
    while !sockets.isSettled {
      poller.turn(sockets, pool)
      context.progress.show { "connecting: \(sockets.openCount) open" }
    }
    if let loss = sockets.firstLoss { throw BenchmarkError("\(sockets.lostCount) clients did not connect: \(loss)") }
    sockets.sink.publishedAt = Array(repeating: 0, count: Int(rate * seconds) + 2)
    let meter = CostMeter(server: context.server)
    act(chat, poller, sockets, pool, context)
    var cost = meter.read()
    let faults = try settle(chat, poller, sockets, pool, context)
    cost.seconds = max(cost.seconds, 1e-9)
    return report(chat, sockets, context, cost, faults)
  }

  private func act(
    _ chat: ChatTraffic, _ poller: Poller, _ sockets: SubscriberSet<CursorSink>, _ pool: HTTPPool,
    _ context: RunContext
  ) {
    pool.onResponse = { response, now in chat.finish(response, now) }
    let start = Clock.now()
    let end = start + UInt64(seconds: seconds)
    var number = 0
    while Clock.now() < end {
      let now = Clock.now()
      while pool.hasRoom {
        let due = start + UInt64(Double(number) * 1e9 / rate)
        guard due <= now, due < end else { break }
        number += 1
        if number < sockets.sink.publishedAt.count { sockets.sink.publishedAt[number] = due }
        pool.submit(chat.request(number: number, due: due), tag: number, now: now)
      }
      pool.flush(now: now)
      let next = start + UInt64(Double(number) * 1e9 / rate)
      poller.turn(sockets, pool, timeout: next > now ? next - now : 1_000_000)
      context.progress.show {
        "\(number) actions, \(sockets.sink.noted) events received, \(chat.faults.refused) refused"
      }
    }
  }

  /// Waits for what is still on its way, then compares every client with the durable log.
  private func settle(
    _ chat: ChatTraffic, _ poller: Poller, _ sockets: SubscriberSet<CursorSink>, _ pool: HTTPPool,
    _ context: RunContext
  ) throws -> Faults {
    let answersBy = Clock.now() + UInt64(seconds: Self.drainSeconds)
    while pool.underWayCount > 0, Clock.now() < answersBy { poller.turn(sockets, pool) }
    var faults = chat.faults
    let eventsMax = 4 * Int(rate * seconds) + 1000
    let logs = try zip(chat.workspaces, chat.starts).map { workspace, start in
      try context.api.cursors(of: workspace, after: start, max: eventsMax).map { sockets.sink.number(of: $0.utf8) }
    }
    let wanted = chat.workspaceOfClient.reduce(0) { $0 + logs[$1].count }
    var seen = -1
    var lastProgress = Clock.now()
    while sockets.sink.noted < wanted, Clock.now() - lastProgress < UInt64(seconds: stallSeconds) {
      poller.turn(sockets, pool)
      if sockets.sink.noted != seen { lastProgress = Clock.now() }
      seen = sockets.sink.noted
    }
    context.progress.clear()
    faults.lost += UInt64(sockets.lostCount)
    if faults.note == nil { faults.note = sockets.firstLoss }
    for (client, workspace) in chat.workspaceOfClient.enumerated() {
      faults.add(CursorSink.faults(received: sockets.sink.received[client], expected: logs[workspace]))
    }
    return faults
  }

  private func report(
    _ chat: ChatTraffic, _ sockets: SubscriberSet<CursorSink>, _ context: RunContext, _ cost: Cost,
    _ faults: Faults
  ) -> Report {
    let actions = chat.times.reduce(0) { $0 + $1.count }
    var report = Report(
      label: context.label, scenario: Scenario.mixed.rawValue,
      parameters: [
        "clients": "\(size.clients)", "workspaces": "\(size.workspaces)", "rate": Figure.short(rate),
        "bytes": "\(size.messageBytes)",
      ], operation: "action", operations: actions, cost: cost, histogram: sockets.sink.histogram, faults: faults)
    report.details.append(.init(name: "events delivered", value: Double(sockets.sink.noted), unit: ""))
    report.details.append(.init(name: "ephemeral delivered", value: Double(sockets.sink.ephemeral), unit: ""))
    for action in ChatAction.allCases {
      let p99 = Double(chat.times[action.rawValue].quantile(0.99)) / 1000
      report.details.append(.init(name: "p99 \(action.name)", value: p99, unit: "us"))
    }
    return report
  }
}
