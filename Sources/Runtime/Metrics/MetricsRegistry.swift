import Synchronization

/// Owns the metrics of a server and renders them for a Prometheus scrape.
///
///     let registry = MetricsRegistry()
///     let requests = registry.counter("http_requests_total", help: "Requests served.", labels: [("method", "GET")])
///     requests.increment()
///
/// Make metrics once, at the start, and keep them: making one takes a lock, recording does not. Asking again for the same
/// name and labels returns the same metric. Names, labels and kinds are written by programmers, so a wrong one traps.
public final class MetricsRegistry: Sendable {
  enum Source {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case reading(@Sendable () -> Double?)
  }

  struct Series {
    let labels: [MetricLabel]
    let source: Source
  }

  struct Entry {
    let family: MetricFamily
    var series: [Series]
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Makes an empty registry.
  public init() {}

  /// Makes or finds a counter; its name should end in `_total`.
  public func counter(_ name: String, help: String, labels: [MetricLabel] = []) -> Counter {
    let source = register(name, kind: .counter, help: help, labels: labels) { .counter(Counter()) }
    guard case .counter(let counter) = source else { preconditionFailure("metric \(name) is read by a closure") }
    return counter
  }

  /// Makes or finds a gauge.
  public func gauge(_ name: String, help: String, labels: [MetricLabel] = []) -> Gauge {
    let source = register(name, kind: .gauge, help: help, labels: labels) { .gauge(Gauge()) }
    guard case .gauge(let gauge) = source else { preconditionFailure("metric \(name) is read by a closure") }
    return gauge
  }

  /// Makes or finds a histogram with upper bounds in rising order.
  public func histogram(
    _ name: String, help: String, bounds: [Double] = Histogram.secondsBounds, labels: [MetricLabel] = []
  ) -> Histogram {
    precondition(
      zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds of metric \(name) must rise")
    precondition(!labels.contains { $0.name == "le" }, "metric \(name) may not use the label le")
    let source = register(name, kind: .histogram, help: help, labels: labels) {
      .histogram(Histogram(bounds: bounds))
    }
    guard case .histogram(let histogram) = source else { preconditionFailure("metric \(name) is no histogram") }
    precondition(histogram.bounds == bounds, "metric \(name) has other bounds already")
    return histogram
  }

  /// Registers a value that is read at every scrape, on the thread that renders; `nil` leaves the sample out.
  public func read(
    _ name: String, kind: MetricKind = .gauge, help: String, labels: [MetricLabel] = [],
    _ value: @escaping @Sendable () -> Double?
  ) {
    precondition(kind != .histogram, "metric \(name): a histogram cannot be read as one value")
    _ = register(name, kind: kind, help: help, labels: labels) { .reading(value) }
  }

  /// Renders every metric in the Prometheus text format 0.0.4, families and series in the order of their names.
  ///
  /// Serve it with `MetricsRegistry.contentType`. Runs on the caller's thread.
  public func render() -> [UInt8] {
    let entries = entries.withLock { Array($0.values) }.sorted { $0.family.name < $1.family.name }
    var exposition = PrometheusExposition()
    for entry in entries { exposition.append(entry) }
    return exposition.bytes
  }

  /// The media type of `render`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func register(
    _ name: String, kind: MetricKind, help: String, labels: [MetricLabel], make: () -> Source
  ) -> Source {
    precondition(Self.isMetricName(name), "bad metric name \(name)")
    for label in labels { precondition(Self.isLabelName(label.name), "bad label name \(label.name) of \(name)") }
    precondition(Set(labels.map(\.name)).count == labels.count, "metric \(name) has a label twice")
    let key = labels.sorted { $0.name < $1.name }
    return entries.withLock { entries in
      var entry = entries[name] ?? Entry(family: MetricFamily(name: name, kind: kind, help: help), series: [])
      precondition(entry.family.kind == kind, "metric \(name) is a \(entry.family.kind) already")
      let found = entry.series.first { $0.labels.elementsEqual(key, by: { $0 == $1 }) }
      if let found { return found.source }
      let source = make()
      entry.series.append(Series(labels: key, source: source))
      entries[name] = entry
      return source
    }
  }

  static func isMetricName(_ name: String) -> Bool {
    isName(name, allowsColon: true)
  }

  /// Names that begin with two underscores are reserved for Prometheus itself.
  static func isLabelName(_ name: String) -> Bool {
    isName(name, allowsColon: false) && !name.hasPrefix("__")
  }

  private static func isName(_ name: String, allowsColon: Bool) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      case UInt8(ascii: ":"): allowsColon
      default: false
      }
    }
  }
}
