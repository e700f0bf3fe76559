import FoundationEssentials

/// A chat day in short: many workspaces of which a few are busy, with everything that people do there.
///
/// Actions follow a fixed schedule, and latencies count from the scheduled moment. At the end the events that each
/// client received are compared with the durable log of its workspace.
struct MixedScenario {
  private static let reactions = ["+1", "heart", "tada", "eyes", "rocket", "joy", "thinking", "100"]
  private static let drainSeconds = 10.0

  private let clients: Int
  private let workspaces: Int
  private let channelsEach: Int
  private let rate: Double
  private let exponent: Double
  private let seed: UInt64
  private let concurrency: Int
  private let messageBytes: Int
  private let seconds: Double
  private let stallSeconds: Double

  init(_ arguments: Arguments) throws {
    clients = try arguments.integer(.clients, default: 1000, in: Limits.sockets)
    workspaces = try arguments.integer(.workspaces, default: 20, in: Limits.workspaces)
    channelsEach = try arguments.integer(.channels, default: 5, in: Limits.channels)
    rate = try arguments.number(.rate, default: 500, in: Limits.rate)
    exponent = try arguments.number(.zipf, default: 1, in: Limits.zipf)
    seed = UInt64(try arguments.integer(.seed, default: 1, in: 0...Int.max))
    concurrency = try arguments.integer(.concurrency, default: 64, in: Limits.concurrency)
    messageBytes = try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes)
    seconds = try arguments.number(.seconds, default: 5, in: Limits.seconds)
    stallSeconds = try arguments.number(.stall, default: 10, in: Limits.seconds)
    guard rate * seconds <= 50_000_000 else {
      throw BenchmarkError("--rate times --seconds must not exceed 50 million")
    }
  }

  func run(_ context: RunContext) throws -> Report {
    try Socket.requireDescriptors(clients + concurrency)
    let chat = try makeChat(context)
    let poller = try Poller()
    let sockets = SubscriberSet(
      poller: poller, target: context.target, address: context.address, sink: CursorSink(subscribers: clients))
    sockets.open(
      chat.workspaceOfClient.enumerated().map { client, workspace in
        let path = BenchmarkAPI.realtimePath(workspace: chat.workspaces[workspace], after: chat.starts[workspace])
        return .init(client: client, topic: workspace, path: path)
      })
    let pool = HTTPPool(poller: poller, address: context.address, connections: concurrency)
    pool.keepsBody = true
    while !sockets.isSettled {
      turn(poller, sockets, pool)
      context.progress.show { "connecting: \(sockets.openCount) open" }
    }
    if let loss = sockets.firstLoss { throw BenchmarkError("\(sockets.lostCount) clients did not connect: \(loss)") }
    sockets.sink.publishedAt = Array(repeating: 0, count: Int(rate * seconds) + 2)
    let meter = CostMeter(server: context.server)
    act(chat, poller, sockets, pool, context)
    var cost = meter.read()
    var faults = chat.faults
    try settle(chat, poller, sockets, pool, context, &faults)
    cost.seconds = max(cost.seconds, 1e-9)
    return report(chat, sockets, context, cost, faults)
  }

  /// What changes while the scenario runs; used on one thread.
  private final class Chat {
    var channels: [BenchmarkAPI.Channel] = []
    var workspaces: [String] = []
    var starts: [String] = []
    var workspaceOfClient: [Int] = []
    /// The last message of each channel, which is what reactions and replies go to.
    var newest: [String] = []
    var generator: SeededGenerator
    var faults = Faults()
    var times = ChatAction.allCases.map { _ in Histogram() }
    /// Actions under way, by request tag: what was done, where, and when it was due.
    var underWay: [Int: (action: ChatAction, channel: Int, due: UInt64)] = [:]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }
  }

  private func makeChat(_ context: RunContext) throws -> Chat {
    let chat = Chat(seed: seed)
    for number in 1...workspaces {
      let channels = try context.api.makeWorkspace(named: "Benchmark \(number)", channels: channelsEach)
      chat.channels += channels
      chat.workspaces += channels.first.map { [$0.workspace] } ?? []
      context.progress.show { "making workspaces: \(number) of \(workspaces)" }
    }
    chat.newest = try chat.channels.map { try context.api.post("The first message.", in: $0) }
    chat.starts = try chat.workspaces.map { try context.api.tailCursor(of: $0) }
    let popularity = Zipf(count: workspaces, exponent: exponent)
    chat.workspaceOfClient = (0..<clients).map { _ in popularity.draw(using: &chat.generator) }
    return chat
  }

  private func act(
    _ chat: Chat, _ poller: Poller, _ sockets: SubscriberSet<CursorSink>, _ pool: HTTPPool, _ context: RunContext
  ) {
    // Channels come workspace by workspace, so the first workspaces are the busy ones, as their client counts are.
    let activity = Zipf(count: chat.channels.count, exponent: exponent)
    pool.onResponse = { response, now in finish(response, chat, now) }
    let start = Clock.now()
    let end = start + UInt64(seconds: seconds)
    var number = 0
    while Clock.now() < end {
      let now = Clock.now()
      while pool.hasRoom {
        let due = start + UInt64(Double(number) * 1e9 / rate)
        guard due <= now, due < end else { break }
        number += 1
        let action = ChatAction.draw(using: &chat.generator)
        let channel = activity.draw(using: &chat.generator)
        chat.underWay[number] = (action, channel, due)
        if number < sockets.sink.publishedAt.count { sockets.sink.publishedAt[number] = due }
        pool.submit(request(action, channel, number, chat, context.target), tag: number, now: now)
      }
      pool.flush(now: now)
      let next = start + UInt64(Double(number) * 1e9 / rate)
      turn(poller, sockets, pool, timeout: next > now ? next - now : 1_000_000)
      context.progress.show {
        "\(number) actions, \(sockets.sink.noted) events received, \(chat.faults.refused) refused"
      }
    }
  }

  private func request(
    _ action: ChatAction, _ channel: Int, _ number: Int, _ chat: Chat, _ target: Target
  ) -> [UInt8] {
    let place = chat.channels[channel]
    let text = NumberedMessage.text(bytes: messageBytes)
    let correlation = "X-Correlation-ID: \(DeliverySink.correlationPrefix)\(number)\r\n"
    let message = "/api/messages/\(chat.newest[channel])"
    switch action {
    case .post:
      let path = "/api/channels/\(place.id)/messages"
      return target.request("POST", path, client: number, headers: correlation, json: "{\"body\":\"\(text)\"}")
    case .type:
      let json = "{\"workspace_id\":\"\(place.workspace)\",\"channel_id\":\"\(place.id)\",\"type\":\"typing.started\"}"
      return target.request("POST", "/api/realtime/ephemeral", client: number, json: json)
    case .readHistory:
      return target.request("GET", "/api/channels/\(place.id)/messages?limit=50", client: number)
    case .markRead:
      return target.request("POST", "/api/channels/\(place.id)/read", client: number, json: "{\"seq\":1000000}")
    case .react:
      let emoji = Self.reactions[Int.random(in: 0..<Self.reactions.count, using: &chat.generator)]
      return target.request("POST", "\(message)/reactions", client: number, json: "{\"emoji\":\"\(emoji)\"}")
    case .reply:
      return target.request(
        "POST", "\(message)/thread/replies", client: number, headers: correlation, json: "{\"body\":\"\(text)\"}")
    }
  }

  private func finish(_ response: HTTPPool.Response, _ chat: Chat, _ now: UInt64) {
    guard let done = chat.underWay.removeValue(forKey: response.tag) else { return }
    guard done.action.accepts(response.status) else { return chat.faults.refuse(response) }
    chat.times[done.action.rawValue].record(now - done.due)
    guard done.action == .post else { return }
    do {
      chat.newest[done.channel] = try BenchmarkAPI.messageID(in: response.body)
    } catch {
      chat.faults.refuse(response)
    }
  }

  /// Waits for what is still on its way, then compares every client with the durable log.
  private func settle(
    _ chat: Chat, _ poller: Poller, _ sockets: SubscriberSet<CursorSink>, _ pool: HTTPPool, _ context: RunContext,
    _ faults: inout Faults
  ) throws {
    let answersBy = Clock.now() + UInt64(seconds: Self.drainSeconds)
    while pool.underWayCount > 0, Clock.now() < answersBy { turn(poller, sockets, pool) }
    faults = chat.faults
    let eventsMax = 4 * Int(rate * seconds) + 1000
    let logs = try zip(chat.workspaces, chat.starts).map { workspace, start in
      try context.api.cursors(of: workspace, after: start, max: eventsMax).map { sockets.sink.number(of: $0.utf8) }
    }
    let wanted = chat.workspaceOfClient.reduce(0) { $0 + logs[$1].count }
    var seen = -1
    var lastProgress = Clock.now()
    while sockets.sink.noted < wanted, Clock.now() - lastProgress < UInt64(seconds: stallSeconds) {
      turn(poller, sockets, pool)
      if sockets.sink.noted != seen { lastProgress = Clock.now() }
      seen = sockets.sink.noted
    }
    context.progress.clear()
    faults.lost += UInt64(sockets.lostCount)
    if faults.note == nil { faults.note = sockets.firstLoss }
    for (client, workspace) in chat.workspaceOfClient.enumerated() {
      faults.add(CursorSink.faults(received: sockets.sink.received[client], expected: logs[workspace]))
    }
  }

  private func report(
    _ chat: Chat, _ sockets: SubscriberSet<CursorSink>, _ context: RunContext, _ cost: Cost, _ faults: Faults
  ) -> Report {
    let actions = chat.times.reduce(0) { $0 + $1.count }
    var report = Report(
      label: context.label, scenario: Scenario.mixed.rawValue,
      parameters: [
        "clients": "\(clients)", "workspaces": "\(workspaces)", "rate": Figure.short(rate),
        "bytes": "\(messageBytes)",
      ], operation: "action", operations: actions, cost: cost, histogram: sockets.sink.histogram, faults: faults)
    report.details.append(.init(name: "events delivered", value: Double(sockets.sink.noted), unit: ""))
    report.details.append(.init(name: "ephemeral delivered", value: Double(sockets.sink.ephemeral), unit: ""))
    for action in ChatAction.allCases {
      let p99 = Double(chat.times[action.rawValue].quantile(0.99)) / 1000
      report.details.append(.init(name: "p99 \(action.name)", value: p99, unit: "us"))
    }
    return report
  }

  private func turn(
    _ poller: Poller, _ sockets: SubscriberSet<CursorSink>, _ pool: HTTPPool, timeout: UInt64 = 20_000_000
  ) {
    for index in 0..<poller.wait(nanoseconds: timeout) {
      let event = poller.event(at: index)
      let now = Clock.now()
      if event.tag >= HTTPPool.tagBase {
        pool.handle(tag: event.tag, isWritable: event.isWritable, isReadable: event.isReadable, now: now)
      } else {
        sockets.handle(Int(event.tag), isWritable: event.isWritable, isReadable: event.isReadable, now: now)
      }
    }
  }
}
