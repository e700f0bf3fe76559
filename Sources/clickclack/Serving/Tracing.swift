import Runtime

/// What a server traces its work with: a tracer, and what sends its spans away.
struct Tracing: Sendable {
  let tracer: Tracer
  /// Absent while tracing is off.
  private let exporter: SpanExporter?

  /// The least time that spans get at a stop, in milliseconds, should connections have used up the grace period.
  private static let flushMillisecondsMin: UInt64 = 1_000

  /// Begins to send spans if a collector is configured.
  /// - Parameter loop: Where connections to the collector live.
  /// - Throws: `OutboundHTTPError`.
  init(_ configuration: Configuration, loop: EventLoop, metrics: MetricsRegistry, log: Logger) async throws {
    guard !configuration.otlpEndpoint.isEmpty else {
      tracer = .off
      exporter = nil
      return
    }
    var limits = SpanExporter.Limits()
    limits.waitingMax = configuration.traceQueueMax
    let exporter = try SpanExporter(
      to: SpanExporter.Destination(
        endpoint: configuration.otlpEndpoint, headers: configuration.otlpHeaders.map(\.field)),
      encoder: OTLPTraceEncoder(serviceName: configuration.otlpServiceName, version: VersionCommand.version),
      loop: loop, limits: limits, log: log)
    await exporter.start()
    tracer = Tracer(sink: exporter, sampleRatio: configuration.traceSampleRatio)
    self.exporter = exporter
    Self.register(metrics, exporter)
  }

  /// Sends what waits until the deadline, but for a second at least, if the collector takes it.
  func stop(until deadline: ContinuousClock.Instant) async {
    let left = (deadline - .now).wholeMilliseconds
    await exporter?.stop(withinMilliseconds: max(left, Self.flushMillisecondsMin))
  }

  private static func register(_ metrics: MetricsRegistry, _ exporter: SpanExporter) {
    metrics.read(
      "clickclack_trace_spans_exported_total", kind: .counter, help: "Spans that the collector of traces took."
    ) { Double(exporter.counters.exported) }
    let reasons: [(String, @Sendable (SpanExporter.Counters) -> UInt64)] = [
      ("overflow", \.overflowed), ("failed", \.failed), ("rejected", \.rejected),
    ]
    for (reason, count) in reasons {
      metrics.read(
        "clickclack_trace_spans_dropped_total", kind: .counter,
        help: "Spans that never reached the collector of traces.",
        labels: [("reason", reason)]
      ) { Double(count(exporter.counters)) }
    }
  }
}
