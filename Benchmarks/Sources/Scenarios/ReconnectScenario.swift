import Glibc

/// All clients come back at once, as after a deploy, and resume from their cursors.
struct ReconnectScenario {
  private let clients: Int
  private let missed: Int
  private let restart: String?
  private let messageBytes: Int
  private let stallSeconds: Double

  init(_ arguments: Arguments) throws {
    clients = try arguments.integer(.clients, default: 10_000, in: Limits.sockets)
    missed = try arguments.integer(.missed, default: 20, in: Limits.missed)
    restart = arguments.text(.restart)
    messageBytes = try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes)
    stallSeconds = try arguments.number(.stall, default: 10, in: Limits.seconds)
    guard restart == nil || !arguments.has(.pid) else {
      throw BenchmarkError("--pid cannot be combined with --restart, which changes it")
    }
  }

  func run(_ context: RunContext) throws -> Report {
    try Socket.requireDescriptors(clients)
    guard let channel = try context.api.makeChannels(1).first else { throw BenchmarkError("no channel was made") }
    let workspace = channel.workspace
    let start = try context.api.tailCursor(of: workspace)
    let body = NumberedMessage.text(bytes: messageBytes)
    let poller = try Poller()
    let sockets = SubscriberSet(
      poller: poller, target: context.target, address: context.address, sink: CursorSink(subscribers: clients))

    open(sockets, workspace, after: start)
    try connectAll(poller, sockets, context)
    try context.api.post(body, in: channel)
    _ = catchUp(poller, sockets, events: 1, context)
    let cursor = try context.api.tailCursor(of: workspace)

    sockets.closeAll()
    for _ in 0..<(missed + 1) / 2 { try context.api.post(body, in: channel) }
    if let restart { try runShell(restart, context) }
    for _ in 0..<missed / 2 { try context.api.post(body, in: channel) }
    let due = try context.api.cursors(of: workspace, after: cursor, max: missed).count

    sockets.sink.forget()
    let meter = CostMeter(server: context.server)
    let stormAt = Clock.now()
    open(sockets, workspace, after: cursor)
    let isComplete = catchUp(poller, sockets, events: due, context)
    let cost = meter.read()
    var histogram = Histogram()
    for moment in sockets.sink.lastAt where moment > 0 { histogram.record(moment - stormAt) }

    try context.api.post(body, in: channel)
    let hasLive = isComplete && catchUp(poller, sockets, events: due + 1, context)
    context.progress.clear()
    var faults = try verify(sockets, workspace, after: cursor, due: due + 1, context)
    if !hasLive, !faults.isFailure { faults.note = "clients did not catch up in time" }
    var report = Report(
      label: context.label, scenario: Scenario.reconnect.rawValue,
      parameters: ["clients": "\(clients)", "missed": "\(missed)", "restart": restart == nil ? "no" : "yes"],
      operation: "client", operations: UInt64(clients), cost: cost, histogram: histogram, faults: faults)
    report.details.append(.init(name: "all caught up", value: cost.seconds, unit: "s"))
    return report
  }

  private func open(_ sockets: SubscriberSet<CursorSink>, _ workspace: String, after cursor: String) {
    let path = BenchmarkAPI.realtimePath(workspace: workspace, after: cursor)
    sockets.open((0..<clients).map { .init(client: $0, topic: 0, path: path) })
  }

  private func connectAll(_ poller: Poller, _ sockets: SubscriberSet<CursorSink>, _ context: RunContext) throws {
    let giveUpAt = Clock.now() + UInt64(seconds: 60)
    while !sockets.isSettled, Clock.now() < giveUpAt {
      turn(poller, sockets)
      context.progress.show { "connecting: \(sockets.openCount) open" }
    }
    guard sockets.openCount == clients else {
      throw BenchmarkError("only \(sockets.openCount) of \(clients) connected: \(sockets.firstLoss ?? "too slow")")
    }
  }

  /// Waits until every client has so many events; false when nothing moves any more.
  private func catchUp(
    _ poller: Poller, _ sockets: SubscriberSet<CursorSink>, events: Int, _ context: RunContext
  ) -> Bool {
    let wanted = clients * events
    var seen = -1
    var lastProgress = Clock.now()
    while sockets.sink.noted < wanted || !sockets.isSettled {
      turn(poller, sockets)
      let moved = sockets.sink.noted + sockets.openCount
      if moved != seen { lastProgress = Clock.now() }
      seen = moved
      context.progress.show { "\(sockets.openCount) open, \(sockets.sink.noted) of \(wanted) events received" }
      if Clock.now() - lastProgress > UInt64(seconds: stallSeconds) { return false }
    }
    return true
  }

  private func verify(
    _ sockets: SubscriberSet<CursorSink>, _ workspace: String, after cursor: String, due: Int, _ context: RunContext
  ) throws -> Faults {
    let log = try context.api.cursors(of: workspace, after: cursor, max: due)
    let expected = log.map { sockets.sink.number(of: $0.utf8) }
    var faults = Faults(lost: UInt64(sockets.lostCount), note: sockets.firstLoss)
    if expected.count != missed + 1 {
      faults.missing += UInt64(abs(missed + 1 - expected.count))
      faults.note = "the durable log has \(expected.count) of \(missed + 1) acknowledged messages"
    }
    for received in sockets.sink.received { faults.add(CursorSink.faults(received: received, expected: expected)) }
    return faults
  }

  private func runShell(_ command: String, _ context: RunContext) throws {
    context.api.disconnect()
    let status = system(command)
    guard status == 0 else { throw BenchmarkError("the restart command failed with status \(status >> 8)") }
  }

  private func turn(_ poller: Poller, _ sockets: SubscriberSet<CursorSink>) {
    for index in 0..<poller.wait(nanoseconds: 20_000_000) {
      let event = poller.event(at: index)
      sockets.handle(
        Int(event.tag), isWritable: event.isWritable, isReadable: event.isReadable, now: Clock.now())
    }
  }
}
