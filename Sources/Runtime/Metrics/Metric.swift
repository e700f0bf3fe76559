/// The kinds of metric of the Prometheus data model that the server uses.
public enum MetricKind: String, Sendable {
  case counter, gauge, histogram
}

/// One label of a metric, fixed when the metric is made.
public typealias MetricLabel = (name: String, value: String)

/// The name, kind and help that all metrics of one family share.
struct MetricFamily: Sendable {
  let name: String
  let kind: MetricKind
  let help: String
}
