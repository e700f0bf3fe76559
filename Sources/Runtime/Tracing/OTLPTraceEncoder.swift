/// Writes batches of spans as the body of an OTLP/HTTP request: an `ExportTraceServiceRequest` in the JSON form of
/// Protocol Buffers (OpenTelemetry Protocol 1.x, "JSON Protobuf Encoding"). Identifiers are hexadecimal, 64-bit numbers are
/// strings and enumerations are numbers.
public struct OTLPTraceEncoder: Sendable {
  /// Bytes of a name or an attribute that are sent; the rest is cut off.
  static let textBytesMax = 1_024

  // Everything before the first span, which is the same each time.
  private let opening: [UInt8]

  /// Makes an encoder.
  /// - Parameters:
  ///   - serviceName: Under which name the collector files the spans.
  ///   - version: The version of this program.
  public init(serviceName: String, version: String) {
    var bytes: [UInt8] = []
    bytes.append(#"{"resourceSpans":[{"resource":{"attributes":["#)
    Self.append(Span.Attribute("service.name", serviceName), to: &bytes)
    bytes.append(",")
    Self.append(Span.Attribute("service.version", version), to: &bytes)
    bytes.append(#"]},"scopeSpans":[{"scope":{"name":"clickclack","version":"#)
    Self.append(version, to: &bytes)
    bytes.append(#"},"spans":["#)
    opening = bytes
  }

  /// The body for some spans.
  public func encode(_ spans: some Collection<Span>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(opening.count + spans.count * 640)
    bytes += opening
    var isFirst = true
    for span in spans {
      if !isFirst { bytes.append(",") }
      isFirst = false
      Self.append(span, to: &bytes)
    }
    bytes.append("]}]}]}")
    return bytes
  }

  // The low byte has the flags of the trace; the next bit says that the one after it counts, which is set when the
  // parent is in another program (SpanFlags of the protocol).
  private static let hasIsRemote = 0x100
  private static let isRemote = 0x200

  private static func append(_ span: Span, to bytes: inout [UInt8]) {
    let context = span.context
    bytes.append(#"{"traceId":""#)
    LowercaseHex.append(context.traceID.high, to: &bytes)
    LowercaseHex.append(context.traceID.low, to: &bytes)
    bytes.append(#"","spanId":""#)
    LowercaseHex.append(context.spanID.number, to: &bytes)
    if let parentID = span.parentID {
      bytes.append(#"","parentSpanId":""#)
      LowercaseHex.append(parentID.number, to: &bytes)
    }
    if let state = context.state {
      bytes.append(#"","traceState":"#)
      LogEscaping.appendJSON(state.text, to: &bytes, room: TraceState.bytesMax * 2)
      bytes.append(#","flags":"#)
    } else {
      bytes.append(#"","flags":"#)
    }
    let flags = (context.isSampled ? 1 : 0) | hasIsRemote | (span.isParentRemote ? isRemote : 0)
    bytes.append("\(flags)")
    bytes.append(#","name":"#)
    append(span.name, to: &bytes)
    bytes.append(#","kind":"#)
    bytes.append("\(span.kind.rawValue)")
    bytes.append(#","startTimeUnixNano":""#)
    bytes.append("\(span.startNanoseconds)")
    bytes.append(#"","endTimeUnixNano":""#)
    bytes.append("\(span.endNanoseconds)")
    bytes.append(#"","attributes":["#)
    for (index, attribute) in span.attributes.enumerated() {
      if index > 0 { bytes.append(",") }
      append(attribute, to: &bytes)
    }
    bytes.append("]")
    // STATUS_CODE_ERROR; without a status it is unset, which is what instrumentation says of everything else.
    if span.isError { bytes.append(#","status":{"code":2}"#) }
    bytes.append("}")
  }

  private static func append(_ attribute: Span.Attribute, to bytes: inout [UInt8]) {
    bytes.append(#"{"key":"#)
    append(attribute.name, to: &bytes)
    switch attribute.value {
    case .string(let text):
      bytes.append(#","value":{"stringValue":"#)
      append(text, to: &bytes)
      bytes.append("}}")
    case .integer(let number): bytes.append(#","value":{"intValue":"\#(number)"}}"#)
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    LogEscaping.appendJSON(text, to: &bytes, room: textBytesMax)
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
