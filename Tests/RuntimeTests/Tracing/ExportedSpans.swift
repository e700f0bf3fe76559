import FoundationEssentials

/// The body of an export as a collector reads it: the JSON form of `ExportTraceServiceRequest`, strictly.
struct ExportedSpans: Decodable {
  struct Value: Decodable, Equatable {
    var stringValue: String?
    var intValue: String?
  }

  struct Attribute: Decodable, Equatable {
    var key: String
    var value: Value
  }

  struct Status: Decodable, Equatable {
    var code: Int
  }

  struct Span: Decodable {
    var traceId: String
    var spanId: String
    var parentSpanId: String?
    var traceState: String?
    var flags: Int
    var name: String
    var kind: Int
    var startTimeUnixNano: String
    var endTimeUnixNano: String
    var attributes: [Attribute]
    var status: Status?
  }

  struct Scope: Decodable {
    var name: String
    var version: String
  }

  struct ScopeSpans: Decodable {
    var scope: Scope
    var spans: [Span]
  }

  struct Resource: Decodable {
    var attributes: [Attribute]
  }

  struct ResourceSpans: Decodable {
    var resource: Resource
    var scopeSpans: [ScopeSpans]
  }

  var resourceSpans: [ResourceSpans]

  var spans: [Span] { resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans) }

  init(_ body: [UInt8]) throws { self = try JSONDecoder().decode(ExportedSpans.self, from: Data(body)) }
}
