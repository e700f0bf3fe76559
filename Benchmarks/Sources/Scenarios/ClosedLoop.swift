/// Keeps a fixed number of HTTP requests under way for a time, each sent when another has been answered.
struct ClosedLoop {
  struct Outcome {
    var finished: UInt64 = 0
    var histogram = Histogram()
    var cost = Cost()
  }

  let context: RunContext
  let concurrency: Int
  let seconds: Double
  let warmupSeconds: Double
  /// Requests without an answer for this long after the end are given up.
  static let drainSeconds = 10.0

  /// - Parameters:
  ///   - request: makes the next request.
  ///   - isGood: checks an answer; it is called for warm-up requests, too.
  func run(request: @escaping () -> [UInt8], isGood: @escaping (HTTPPool.Response) -> Bool) throws -> Outcome {
    try Socket.requireDescriptors(concurrency)
    let poller = try Poller()
    let pool = HTTPPool(poller: poller, address: context.address, connections: concurrency)
    pool.keepsBody = true
    var outcome = Outcome()
    pool.onResponse = { response, _ in
      guard isGood(response) else { return }
      outcome.finished += 1
      outcome.histogram.record(response.latency)
    }
    let server = context.server
    let turn = { (isSending: Bool) in
      let now = Clock.now()
      while isSending, pool.hasRoom { pool.submit(request(), tag: 0, now: now) }
      pool.flush(now: now)
      for index in 0..<poller.wait(nanoseconds: 20_000_000) {
        let event = poller.event(at: index)
        pool.handle(tag: event.tag, isWritable: event.isWritable, isReadable: event.isReadable, now: Clock.now())
      }
    }
    let warmBy = Clock.now() + UInt64(seconds: warmupSeconds)
    while Clock.now() < warmBy { turn(true) }
    outcome.finished = 0
    outcome.histogram.reset()
    let meter = CostMeter(server: server)
    let start = Clock.now()
    let end = start + UInt64(seconds: seconds)
    while Clock.now() < end {
      turn(true)
      context.progress.show {
        let rate = Double(outcome.finished) / (Clock.now() - start).inSeconds
        let p99 = Figure.duration(microseconds: Double(outcome.histogram.quantile(0.99)) / 1000)
        return "\(Figure.short(rate)) requests/s, p99 \(p99)"
      }
    }
    let giveUpAt = Clock.now() + UInt64(seconds: Self.drainSeconds)
    while pool.underWayCount > 0, Clock.now() < giveUpAt { turn(false) }
    outcome.cost = meter.read()
    context.progress.clear()
    return outcome
  }
}
