/// The full path: a message is published by REST, stored, and delivered to every subscriber of its workspace.
struct FanoutScenario {
  private static let rateConnections = 64

  private let options: DeliveryOptions
  private let workspaces: Int
  private let connections: Int

  init(_ arguments: Arguments) throws {
    options = try DeliveryOptions(arguments)
    workspaces = try arguments.integer(.workspaces, default: 1, in: Limits.workspaces)
    let needed = options.rate == nil ? min(options.window * workspaces, 1024) : Self.rateConnections
    connections = try arguments.integer(.concurrency, default: needed, in: Limits.concurrency)
    guard options.subscribers >= workspaces else {
      throw BenchmarkError("--subscribers must be at least --workspaces, so that each has one")
    }
  }

  func run(_ context: RunContext) throws -> Report {
    let channels = try context.api.makeChannels(workspaces)
    let paths = try channels.map {
      BenchmarkAPI.realtimePath(workspace: $0.workspace, after: try context.api.tailCursor(of: $0.workspace))
    }
    let run = DeliveryRun(
      plan: try options.plan(context, paths: paths, matching: .correlation), progress: context.progress)
    var responses: RESTSender?
    let outcome = try run.run(pace: options.pace) { poller in
      let sender = RESTSender(
        poller: poller, target: context.target, address: context.address, kind: .messages, channels: channels,
        connections: connections, depth: 1, messageBytes: options.messageBytes)
      responses = sender
      return sender
    }
    var report = options.report(context, .fanout, outcome)
    report.parameters["workspaces"] = "\(workspaces)"
    if let times = responses?.responseTimes, times.count > 0 {
      let seconds = max(outcome.cost.seconds, 1e-9)
      report.details.append(.init(name: "publishes", value: Double(times.count) / seconds, unit: "/s"))
      report.details.append(.init(name: "response p50", value: Double(times.quantile(0.5)) / 1000, unit: "us"))
      report.details.append(.init(name: "response p99", value: Double(times.quantile(0.99)) / 1000, unit: "us"))
    }
    return report
  }
}
