import Synchronization

/// Sends spans to a collector in batches, by OTLP/HTTP.
///
/// `add` takes them from any thread and never waits: what finds the queue full is dropped and counted. Batches are
/// encoded on a thread of their own, one is under way at a time, and one that the collector can't take is tried again a
/// few times.
public actor SpanExporter: SpanSink {
  /// Bounds and times.
  public struct Limits: Sendable {
    /// Spans that wait; further ones are dropped.
    public var waitingMax = 8_192
    /// Spans in one request.
    public var batchMax = 512
    /// How long a span waits for others at most, in milliseconds.
    public var gatherMilliseconds: UInt64 = 1_000
    /// How often a batch is sent before it is dropped.
    public var attemptsMax = 5
    /// How long after the first failed attempt the next one is made, in milliseconds; then twice as long each time, and
    /// up to a quarter more at random.
    public var retryMilliseconds: UInt64 = 1_000
    /// The longest pause between attempts, whatever the collector asks for, in milliseconds.
    public var retryMillisecondsMax: UInt64 = 30_000
    /// How long one request may take, in milliseconds.
    public var requestMilliseconds: UInt64 = 10_000
    /// Bytes of an answer.
    public var responseBytesMax = 64 << 10
    /// The defaults.
    public init() {}
  }

  /// Where the spans go.
  public struct Destination: Sendable {
    /// The URL that takes spans: the collector's address and `/v1/traces`.
    public let url: String
    /// Sent with each request, such as credentials.
    public let headers: [OutboundHeader]

    /// Describes a collector by its address without a slash at the end.
    public init(endpoint: String, headers: [OutboundHeader] = []) {
      url = endpoint + "/v1/traces"
      self.headers = headers
    }
  }

  /// What became of spans, read from any thread.
  public struct Counters: Sendable, Equatable {
    /// Spans that the collector took.
    public var exported: UInt64 = 0
    /// Spans that found the queue full.
    public var overflowed: UInt64 = 0
    /// Spans that could not be sent.
    public var failed: UInt64 = 0
    /// Spans that the collector did not want.
    public var rejected: UInt64 = 0
  }

  private struct Queue {
    var spans: [Span] = []
    var counters = Counters()
    // Whether the worker was told already that a batch is complete.
    var isAnnounced = false
    var isClosed = false
  }

  private nonisolated let thread: DedicatedThread
  /// A thread of its own: encoding hundreds of spans would keep the connections of a loop waiting.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private nonisolated let queue = Mutex(Queue())
  private nonisolated let limits: Limits
  private nonisolated let loop: EventLoop
  private let destination: Destination
  private let encoder: OTLPTraceEncoder
  private let client: OutboundHTTPClient
  private let log: Logger
  private var worker: Task<Void, Never>?
  private var timer: CoarseTimer?
  // The worker, while it waits for spans or for its next attempt.
  private var waiter: CheckedContinuation<Void, Never>?
  private var isRetrying = false
  private var isStopping = false
  private var isFailing = false

  /// Makes an exporter; `start` begins.
  /// - Parameter loop: Where its connections and its timer live.
  /// - Throws: `OutboundHTTPError` for a URL that is none.
  public init(
    to destination: Destination, encoder: OTLPTraceEncoder, loop: EventLoop, limits: Limits = Limits(), log: Logger
  ) throws(OutboundHTTPError) {
    // The operator chose the collector, so its address may be private.
    client = OutboundHTTPClient(loop: loop, addressGuard: try AddressGuard(allowingHostOf: destination.url))
    thread = DedicatedThread(name: "traces")
    self.destination = destination
    self.encoder = encoder
    self.loop = loop
    self.limits = limits
    self.log = log
  }

  /// Queues a span, or counts it as dropped.
  public nonisolated func add(_ span: Span) {
    let isComplete = queue.withLock { queue in
      guard !queue.isClosed, queue.spans.count < limits.waitingMax else {
        queue.counters.overflowed += 1
        return false
      }
      queue.spans.append(span)
      guard queue.spans.count >= limits.batchMax, !queue.isAnnounced else { return false }
      queue.isAnnounced = true
      return true
    }
    if isComplete { thread.submit { self.assumeIsolated { $0.batchIsComplete() } } }
  }

  /// The counters as of now.
  public nonisolated var counters: Counters { queue.withLock { $0.counters } }

  /// Begins to send.
  public func start() {
    timer = makeTimer { $0.wake() }
    worker = Task { await work() }
  }

  /// Sends what waits, without further tries, and ends; what is left after the time given is dropped and counted.
  public nonisolated func stop(withinMilliseconds milliseconds: UInt64) async {
    await finish(withinMilliseconds: milliseconds)
    client.shutdown()
    thread.shutdown()
  }

  private func finish(withinMilliseconds milliseconds: UInt64) async {
    isStopping = true
    wake()
    // Not the other one: that may have fired already, and would end this at once.
    let deadline = makeTimer { $0.worker?.cancel() }
    loop.submit { deadline.schedule(afterMilliseconds: milliseconds) }
    await worker?.value
    let timers = [timer, deadline].compactMap { $0 }
    loop.submit { for timer in timers { timer.cancel() } }
    queue.withLock { queue in
      queue.isClosed = true
      queue.counters.failed += UInt64(queue.spans.count)
      queue.spans = []
    }
  }

  private func work() async {
    while !Task.isCancelled {
      if !isStopping, queue.withLock({ $0.spans.count < limits.batchMax }) {
        await pause(milliseconds: limits.gatherMilliseconds)
      }
      let batch = takeBatch()
      if !batch.isEmpty {
        await export(batch)
      } else if isStopping {
        return
      }
    }
  }

  private func takeBatch() -> [Span] {
    queue.withLock { queue in
      let batch = Array(queue.spans.prefix(limits.batchMax))
      queue.spans.removeFirst(batch.count)
      queue.isAnnounced = false
      return batch
    }
  }

  private func export(_ batch: [Span]) async {
    var request = OutboundRequest(
      method: "POST", url: destination.url,
      headers: [OutboundHeader(name: "Content-Type", value: "application/json")] + destination.headers,
      body: encoder.encode(batch))
    request.totalTimeoutMilliseconds = limits.requestMilliseconds
    request.responseBytesMax = limits.responseBytesMax
    var attempt = 1
    while true {
      switch await answer(to: request) {
      case .taken(let rejected, let message): return taken(batch.count, rejected: rejected, message)
      case .refused(let reason): return dropped(batch.count, reason)
      case .later(let reason, let afterSeconds):
        guard attempt < limits.attemptsMax, !isStopping else { return dropped(batch.count, reason) }
        noteFailure(reason)
        isRetrying = true
        await pause(milliseconds: delay(afterAttempt: attempt, wished: afterSeconds))
        isRetrying = false
        attempt += 1
      }
    }
  }

  private func answer(to request: OutboundRequest) async -> OTLPAnswer {
    do throws(OutboundHTTPError) {
      return OTLPAnswer(try await client.send(request))
    } catch {
      return OTLPAnswer(error)
    }
  }

  /// How long to wait. Chance keeps servers that failed together from coming back together.
  private func delay(afterAttempt attempt: Int, wished seconds: Int?) -> UInt64 {
    let backoff = limits.retryMilliseconds << UInt64(min(attempt - 1, 16))
    let wished = UInt64(clamping: seconds ?? 0).multipliedReportingOverflow(by: 1_000)
    let delay = min(max(backoff, wished.overflow ? .max : wished.partialValue), limits.retryMillisecondsMax)
    return delay + UInt64.random(in: 0...delay / 4)
  }

  private func taken(_ count: Int, rejected: Int, _ message: String) {
    let rejected = min(rejected, count)
    queue.withLock { queue in
      queue.counters.exported += UInt64(count - rejected)
      queue.counters.rejected += UInt64(rejected)
    }
    if isFailing { log.notice("the collector of traces takes spans again") }
    isFailing = false
    // A message without rejected spans is advice from the collector.
    if rejected > 0 || !message.isEmpty {
      log.warning(
        "the collector of traces objects", metadata: ["rejected": .string("\(rejected)"), "reason": .string(message)])
    }
  }

  private func dropped(_ count: Int, _ reason: String) {
    queue.withLock { $0.counters.failed += UInt64(count) }
    noteFailure(reason)
  }

  /// Logs the first failure of a row: a collector that is away for an hour is one line.
  private func noteFailure(_ reason: String) {
    if !isFailing { log.warning("the collector of traces takes no spans", metadata: ["reason": .string(reason)]) }
    isFailing = true
  }

  private func batchIsComplete() {
    if !isRetrying { wake() }
  }

  private func pause(milliseconds: UInt64) async {
    guard !isStopping else { return }
    await withCheckedContinuation { continuation in
      waiter = continuation
      if let timer { loop.submit { timer.schedule(afterMilliseconds: milliseconds) } }
    }
  }

  private func wake() {
    waiter?.resume()
    waiter = nil
  }

  private func makeTimer(_ action: @escaping @Sendable (isolated SpanExporter) -> Void) -> CoarseTimer {
    CoarseTimer(loop: loop) { [weak self] in
      guard let self else { return }
      thread.submit { self.assumeIsolated { action($0) } }
    }
  }
}
