/// Writes metric families in the Prometheus text exposition format 0.0.4.
struct PrometheusExposition {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ entry: MetricsRegistry.Entry) {
    let name = entry.family.name
    append("# HELP \(name) ")
    appendEscaped(entry.family.help, quotes: false)
    append("\n# TYPE \(name) \(entry.family.kind.rawValue)\n")
    for series in entry.series {
      switch series.source {
      case .counter(let counter): appendSample(name, series.labels, "\(counter.value)")
      case .gauge(let gauge): appendSample(name, series.labels, "\(gauge.value)")
      case .histogram(let histogram): append(name, series.labels, histogram)
      case .reading(let read):
        if let value = read() { appendSample(name, series.labels, Self.number(value)) }
      }
    }
  }

  /// The count is taken from the buckets, so that it always equals the last cumulative bucket.
  private mutating func append(_ name: String, _ labels: [MetricLabel], _ histogram: Histogram) {
    let (counts, sum) = histogram.snapshot
    var cumulative: UInt64 = 0
    for (index, count) in counts.enumerated() {
      cumulative += count
      let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
      appendSample("\(name)_bucket", labels + [("le", bound)], "\(cumulative)")
    }
    appendSample("\(name)_sum", labels, Self.number(sum))
    appendSample("\(name)_count", labels, "\(cumulative)")
  }

  private mutating func appendSample(_ name: String, _ labels: [MetricLabel], _ value: String) {
    append(name)
    for (index, label) in labels.enumerated() {
      append(index == 0 ? "{" : ",")
      append(label.name)
      append("=\"")
      appendEscaped(label.value, quotes: true)
      append("\"")
    }
    if !labels.isEmpty { append("}") }
    append(" \(value)\n")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendEscaped(_ text: String, quotes: Bool) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\"") where quotes: append("\\\"")
      default: bytes.append(byte)
      }
    }
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(value)"
  }
}
