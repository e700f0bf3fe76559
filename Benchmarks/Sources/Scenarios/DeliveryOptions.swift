/// The options that `fanout` and `broadcast` share.
struct DeliveryOptions {
  let subscribers: Int
  let window: Int
  let rate: Double?
  let messageBytes: Int
  let loops: Int
  let seconds: Double
  let warmupSeconds: Double
  let stallSeconds: Double

  init(_ arguments: Arguments) throws {
    subscribers = try arguments.integer(.subscribers, default: 1000, in: Limits.sockets)
    window = try arguments.integer(.window, default: 8, in: Limits.window)
    rate = arguments.has(.rate) ? try arguments.number(.rate, default: 1, in: Limits.rate) : nil
    messageBytes = try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes)
    loops = try arguments.integer(.loops, default: 1, in: Limits.loops)
    seconds = try arguments.number(.seconds, default: 5, in: Limits.seconds)
    warmupSeconds = try arguments.number(.warmup, default: 1, in: Limits.warmupSeconds)
    stallSeconds = try arguments.number(.stall, default: 10, in: Limits.seconds)
  }

  var pace: Publisher.Pace { rate.map { .rate($0) } ?? .window(window) }

  var parameters: [String: String] {
    var parameters = ["subscribers": "\(subscribers)", "bytes": "\(messageBytes)"]
    if let rate { parameters["rate"] = Figure.short(rate) } else { parameters["window"] = "\(window)" }
    return parameters
  }

  func plan(_ context: RunContext, paths: [String], matching: DeliverySink.Matching) throws -> DeliveryRun.Plan {
    try Socket.requireDescriptors(subscribers + 256)
    return DeliveryRun.Plan(
      target: context.target, address: context.address, subscribers: subscribers, loops: loops, paths: paths,
      window: window, seconds: seconds, warmupSeconds: warmupSeconds, stallSeconds: stallSeconds, matching: matching,
      server: context.server)
  }

  func report(_ context: RunContext, _ scenario: Scenario, _ outcome: DeliveryRun.Outcome) -> Report {
    var report = Report(
      label: context.label, scenario: scenario.rawValue, parameters: parameters, operation: "delivery",
      operations: outcome.deliveries, cost: outcome.cost, histogram: outcome.histogram, faults: outcome.faults)
    report.details.append(.init(name: "messages, with warm-up", value: Double(outcome.published), unit: ""))
    if outcome.otherFrames > 0 {
      report.details.append(.init(name: "other frames", value: Double(outcome.otherFrames), unit: ""))
    }
    if outcome.unmatched > 0 {
      report.details.append(.init(name: "without latency", value: Double(outcome.unmatched), unit: ""))
    }
    return report
  }
}
