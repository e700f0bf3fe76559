/// Where in which trace a request belongs, as programs tell each other with `traceparent` and `tracestate`
/// (W3C Trace Context, level 1).
public struct TraceContext: Hashable, Sendable {
  /// The trace.
  public var traceID: TraceID
  /// The span that is the parent of what follows.
  public var spanID: SpanID
  /// Whether whoever made the parent recorded it.
  public var isSampled: Bool
  /// What vendors pass along; nil for nothing.
  public var state: TraceState?

  /// Gathers the parts.
  public init(traceID: TraceID, spanID: SpanID, isSampled: Bool, state: TraceState? = nil) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
    self.state = state
  }

  /// Reads the header fields of a request, every value of each; nil unless there is exactly one `traceparent`, and a
  /// valid one. A `tracestate` that is invalid is left out.
  public init?(traceparents: [String], tracestates: [String]) {
    guard traceparents.count == 1, let context = TraceContext(traceparent: traceparents[0]) else { return nil }
    self = context
    state = TraceState(tracestates)
  }

  /// Reads a `traceparent` (section 3.2): of version 00 exactly, of later versions what version 00 would have understood
  /// (section 4.3). Upper-case digits are invalid, as are version ff and identifiers of zeros.
  public init?(traceparent: String) {
    let bytes = Array(traceparent.utf8)
    guard bytes.count >= Self.lengthOfVersion00,
      [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
      let version = LowercaseHex.number(bytes[0..<2]), version != 0xff,
      version == 0 ? bytes.count == Self.lengthOfVersion00 : Self.mayGoOn(bytes),
      let high = LowercaseHex.number(bytes[3..<19]), let low = LowercaseHex.number(bytes[19..<35]),
      let traceID = TraceID(high: high, low: low),
      let spanID = LowercaseHex.number(bytes[36..<52]).flatMap({ SpanID($0) }),
      let flags = LowercaseHex.number(bytes[53..<55])
    else { return nil }
    self.init(traceID: traceID, spanID: spanID, isSampled: flags & 1 == 1)
  }

  /// The value of `traceparent`: always version 00, and of the flags only `sampled`, the one that it defines.
  public var traceparent: String {
    var text = Array("00-".utf8)
    text.reserveCapacity(Self.lengthOfVersion00)
    LowercaseHex.append(traceID.high, to: &text)
    LowercaseHex.append(traceID.low, to: &text)
    text.append(UInt8(ascii: "-"))
    LowercaseHex.append(spanID.number, to: &text)
    text.append(contentsOf: (isSampled ? "-01" : "-00").utf8)
    return String(decoding: text, as: UTF8.self)
  }

  /// The header fields that pass it on.
  var headers: [OutboundHeader] {
    let parent = OutboundHeader(name: "traceparent", value: traceparent)
    guard let state else { return [parent] }
    return [parent, OutboundHeader(name: "tracestate", value: state.text)]
  }

  private static let lengthOfVersion00 = 55

  /// Whether a later version ends here or goes on with a field of its own.
  private static func mayGoOn(_ bytes: [UInt8]) -> Bool {
    bytes.count == lengthOfVersion00 || bytes[lengthOfVersion00] == UInt8(ascii: "-")
  }
}
