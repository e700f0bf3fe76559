/// Reads of the newest 50 messages; every answer must carry as many messages as the first.
struct ReadsScenario {
  private static let pageMessages = 50

  private let concurrency: Int
  private let messages: Int
  private let messageBytes: Int
  private let seconds: Double
  private let warmupSeconds: Double

  init(_ arguments: Arguments) throws {
    concurrency = try arguments.integer(.concurrency, default: 64, in: Limits.concurrency)
    messages = try arguments.integer(.messages, default: 200, in: Limits.messages)
    messageBytes = try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes)
    seconds = try arguments.number(.seconds, default: 5, in: Limits.seconds)
    warmupSeconds = try arguments.number(.warmup, default: 1, in: Limits.warmupSeconds)
  }

  func run(_ context: RunContext) throws -> Report {
    guard let channel = try context.api.makeChannels(1).first else { throw BenchmarkError("no channel was made") }
    for number in 1...messages {
      try context.api.post(NumberedMessage.text(bytes: messageBytes), in: channel)
      context.progress.show { "filling the channel: \(number) of \(messages)" }
    }
    let request = context.target.request("GET", "/api/channels/\(channel.id)/messages?limit=\(Self.pageMessages)")
    let expected = min(messages, Self.pageMessages)
    var faults = Faults()
    var bytes = 0
    let loop = ClosedLoop(
      context: context, concurrency: concurrency, seconds: seconds, warmupSeconds: warmupSeconds)
    let outcome = try loop.run(request: { request }) { response in
      guard response.status == 200, Self.count("\"channel_seq\":", in: response.body) == expected else {
        faults.refuse(response)
        return false
      }
      bytes = response.bodyBytes
      return true
    }
    var report = Report(
      label: context.label, scenario: Scenario.reads.rawValue,
      parameters: ["concurrency": "\(concurrency)", "bytes": "\(messageBytes)"], operation: "read",
      operations: outcome.finished, cost: outcome.cost, histogram: outcome.histogram, faults: faults)
    report.details.append(.init(name: "answer size", value: Double(bytes), unit: "B"))
    return report
  }

  /// Occurrences of a marker in a text.
  static func count(_ marker: String, in body: [UInt8]) -> Int {
    let wanted = Array(marker.utf8)
    return body.withUnsafeBufferPointer { text in
      wanted.withUnsafeBufferPointer { wanted in
        guard let start = text.baseAddress else { return 0 }
        var position = 0
        var found = 0
        while let next = ByteSearch.offset(of: wanted, in: start + position, count: text.count - position) {
          found += 1
          position += next + wanted.count
        }
        return found
      }
    }
  }
}
