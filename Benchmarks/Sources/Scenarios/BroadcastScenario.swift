/// The fan-out engine alone: a trivial peer that sends whatever arrives at `/pub` to every socket at `/sub`, or a
/// ClickClack server's ephemeral events, which are neither stored nor numbered by the server.
struct BroadcastScenario {
  private let options: DeliveryOptions
  private let isEphemeral: Bool
  /// Connections that publish ephemeral events; a single one is pipelined.
  private let connections: Int

  init(_ arguments: Arguments) throws {
    options = try DeliveryOptions(arguments)
    isEphemeral = arguments.has(.ephemeral)
    connections = try arguments.integer(.concurrency, default: min(options.window, 1024), in: Limits.concurrency)
  }

  func run(_ context: RunContext) throws -> Report {
    let channels = isEphemeral ? try context.api.makeChannels(1) : []
    let paths =
      try isEphemeral
      ? channels.map {
        BenchmarkAPI.realtimePath(workspace: $0.workspace, after: try context.api.tailCursor(of: $0.workspace))
      } : ["/sub"]
    let run = DeliveryRun(
      plan: try options.plan(context, paths: paths, matching: .sequence), progress: context.progress)
    var outcome = try run.run(pace: options.pace) { poller in
      if isEphemeral {
        return RESTSender(
          poller: poller, target: context.target, address: context.address, kind: .ephemeral, channels: channels,
          connections: connections, depth: connections == 1 ? Limits.window.upperBound : 1,
          messageBytes: options.messageBytes)
      }
      return try SocketSender(
        poller: poller, target: context.target, address: context.address, path: "/pub",
        messageBytes: options.messageBytes)
    }
    // Nothing promises an order between events that came in on different connections.
    if isEphemeral, connections > 1 { outcome.faults.reordered = 0 }
    return options.report(context, .broadcast, outcome)
  }
}
