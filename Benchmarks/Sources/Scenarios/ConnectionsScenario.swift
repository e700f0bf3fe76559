/// Opens idle WebSockets and measures what each costs the server in memory.
struct ConnectionsScenario {
  private static let connectSecondsMax = 300.0

  private let clients: Int
  private let isPeer: Bool
  private let seconds: Double

  init(_ arguments: Arguments) throws {
    clients = try arguments.integer(.clients, default: 10_000, in: Limits.sockets)
    isPeer = arguments.has(.peer)
    seconds = try arguments.number(.seconds, default: 5, in: Limits.seconds)
  }

  func run(_ context: RunContext) throws -> Report {
    try Socket.requireDescriptors(clients)
    let path = try isPeer ? "/sub" : realtimePath(context)
    let poller = try Poller()
    let sockets = SubscriberSet(
      poller: poller, target: context.target, address: context.address, sink: CountingSink())
    let server = context.server
    let before = server.usage()
    let meter = CostMeter(server: server)
    let start = Clock.now()
    sockets.open((0..<clients).map { .init(client: $0, topic: 0, path: path) })
    while !sockets.isSettled, Clock.now() - start < UInt64(seconds: Self.connectSecondsMax) {
      turn(poller, sockets)
      context.progress.show { "\(sockets.openCount) open" }
    }
    var cost = meter.read()
    let opened = sockets.openCount
    // Idle for a while: what the server only frees later must not count, what it allocates later must.
    let idleUntil = Clock.now() + UInt64(seconds: seconds)
    while Clock.now() < idleUntil { turn(poller, sockets) }
    context.progress.clear()
    let after = server.usage()
    cost.serverResidentBytes = server.isKnown ? after.residentBytes : nil

    var faults = Faults(lost: UInt64(clients - sockets.openCount), note: sockets.firstLoss)
    if faults.lost > 0, faults.note == nil { faults.note = "not all sockets opened in time" }
    var report = Report(
      label: context.label, scenario: Scenario.connections.rawValue, parameters: ["clients": "\(clients)"],
      operation: "connection", operations: UInt64(opened), cost: cost, histogram: nil, faults: faults)
    if server.isKnown, opened > 0 {
      let grown = Double(after.residentBytes) - Double(before.residentBytes)
      report.details.append(.init(name: "server RSS / connection", value: grown / Double(opened), unit: "B"))
    }
    return report
  }

  private func realtimePath(_ context: RunContext) throws -> String {
    guard let channel = try context.api.makeChannels(1).first else { throw BenchmarkError("no channel was made") }
    let cursor = try context.api.tailCursor(of: channel.workspace)
    return BenchmarkAPI.realtimePath(workspace: channel.workspace, after: cursor)
  }

  private func turn(_ poller: Poller, _ sockets: SubscriberSet<CountingSink>) {
    for index in 0..<poller.wait(nanoseconds: 20_000_000) {
      let event = poller.event(at: index)
      sockets.handle(
        Int(event.tag), isWritable: event.isWritable, isReadable: event.isReadable, now: Clock.now())
    }
  }
}
