import Runtime

/// What the HTTP layer counts.
public struct HTTPMetrics: Sendable {
  private let classes: [Counter]
  private let duration: Histogram

  /// Registers the metrics.
  public init(registry: MetricsRegistry) {
    classes = (1...5).map { digit in
      registry.counter(
        "clickclack_http_requests_total", help: "Requests answered, by class of status.",
        labels: [("status", "\(digit)xx")])
    }
    duration = registry.histogram(
      "clickclack_http_request_duration_seconds", help: "Time from the whole request to its response.")
  }

  /// Counts a request that was refused before anyone handled it.
  public func refused(status: Int) {
    if (100..<600).contains(status) { classes[status / 100 - 1].increment() }
  }

  /// Counts one exchange.
  func record(status: Int, duration elapsed: Duration) {
    if (100..<600).contains(status) { classes[status / 100 - 1].increment() }
    duration.observe(elapsed)
  }
}
