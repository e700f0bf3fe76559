import Storage

/// A collector of traces on loopback (OTLP/HTTP as JSON).
final class TraceCollector: Sendable {
  let receiver: PostReceiver

  init(port: UInt16 = 0) throws { receiver = try PostReceiver(port: port) }

  /// What makes a server send its spans here.
  var flags: [String] { ["--otlp-endpoint", "http://127.0.0.1:\(receiver.port)/"] }

  /// The spans that arrived, in order.
  var spans: [ReceivedSpan] {
    receiver.bodies.flatMap { $0["resourceSpans"].elements }.flatMap { $0["scopeSpans"].elements }
      .flatMap { $0["spans"].elements }.map { ReceivedSpan(json: $0) }
  }

  /// Waits for the first span that is as described.
  func span(_ what: String, where matches: (ReceivedSpan) -> Bool) throws -> ReceivedSpan {
    try eventually("the span arrives: \(what)") { spans.first(where: matches) }
  }

  /// Waits for the first span of this name.
  func span(_ name: String) throws -> ReceivedSpan { try span(name) { $0.name == name } }
}

/// A span as the collector got it.
struct ReceivedSpan: Sendable {
  let json: JSONValue

  var name: String { json["name"].text }
  var traceID: String { json["traceId"].text }
  var spanID: String { json["spanId"].text }
  /// Empty for the first span of a trace.
  var parentID: String { json["parentSpanId"].text }
  var kind: Int64? { json["kind"].integer }
  var start: UInt64? { UInt64(json["startTimeUnixNano"].text) }
  var end: UInt64? { UInt64(json["endTimeUnixNano"].text) }

  /// The attributes as text, by name.
  var attributes: [String: String] {
    var found: [String: String] = [:]
    for attribute in json["attributes"].elements {
      let value = attribute["value"]
      found[attribute["key"].text] = value["stringValue"].text + value["intValue"].text
    }
    return found
  }
}
