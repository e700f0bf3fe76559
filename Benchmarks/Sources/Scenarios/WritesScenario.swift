/// Durable message writes by REST; afterwards every acknowledged sequence number must be there exactly once.
struct WritesScenario {
  private let concurrency: Int
  private let messageBytes: Int
  private let seconds: Double
  private let warmupSeconds: Double

  init(_ arguments: Arguments) throws {
    concurrency = try arguments.integer(.concurrency, default: 64, in: Limits.concurrency)
    messageBytes = try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes)
    seconds = try arguments.number(.seconds, default: 5, in: Limits.seconds)
    warmupSeconds = try arguments.number(.warmup, default: 1, in: Limits.warmupSeconds)
  }

  func run(_ context: RunContext) throws -> Report {
    guard let channel = try context.api.makeChannels(1).first else { throw BenchmarkError("no channel was made") }
    let body = "{\"body\":\"\(NumberedMessage.text(bytes: messageBytes))\"}"
    let request = context.target.request("POST", "/api/channels/\(channel.id)/messages", json: body)
    var faults = Faults()
    var acknowledged: Set<UInt64> = []
    var field = NumberField(marker: "\"channel_seq\":")
    let loop = ClosedLoop(
      context: context, concurrency: concurrency, seconds: seconds, warmupSeconds: warmupSeconds)
    let outcome = try loop.run(request: { request }) { response in
      guard response.status == 201 else {
        faults.refuse(response)
        return false
      }
      let number = response.body.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.flatMap { field.find(in: $0, count: bytes.count) }
      }
      if let number, acknowledged.insert(number).inserted { return true }
      faults.duplicates += 1
      return false
    }
    if faults.refused == 0, let last = acknowledged.max() { faults.missing += last - UInt64(acknowledged.count) }
    return Report(
      label: context.label, scenario: Scenario.writes.rawValue,
      parameters: ["concurrency": "\(concurrency)", "bytes": "\(messageBytes)"], operation: "write",
      operations: outcome.finished, cost: outcome.cost, histogram: outcome.histogram, faults: faults)
  }
}

extension Faults {
  /// Counts a request that was not answered as it should have been.
  mutating func refuse(_ response: HTTPPool.Response) {
    refused += 1
    guard note == nil else { return }
    let text = String(decoding: response.body.prefix(200), as: UTF8.self)
    note = response.status == 0 ? "the connection broke" : "the server answered \(response.status): \(text)"
  }
}
