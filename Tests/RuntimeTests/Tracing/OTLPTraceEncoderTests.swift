import SeededRandom
import Testing

@testable import Runtime

@Suite struct OTLPTraceEncoderTests {
  @Test func writesWhatTheProtocolSays() throws {
    let context = try #require(TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-00000000000000ff-01"))
    var span = Span(
      name: "GET /api/me", kind: .server, context: context, startNanoseconds: 1_700_000_000_000_000_001,
      endNanoseconds: .max)
    let opening = """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"chat \\"1\\""}},\
      {"key":"service.version","value":{"stringValue":"v1"}}]},\
      "scopeSpans":[{"scope":{"name":"clickclack","version":"v1"},"spans":[
      """
    let encoder = OTLPTraceEncoder(serviceName: "chat \"1\"", version: "v1")
    #expect(text(encoder.encode([])) == opening + "]}]}]}")
    let plain = """
      {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000ff","flags":257,"name":"GET /api/me",\
      "kind":2,"startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"18446744073709551615","attributes":[]}
      """
    #expect(text(encoder.encode([span])) == opening + plain + "]}]}]}")
    span.parentID = SpanID(0xb7ad_6b71_6920_3331)
    span.isParentRemote = true
    span.isError = true
    span.context.state = TraceState(["a=\"\\"])
    span.attributes = [Span.Attribute("http.response.status_code", 503), Span.Attribute("error.type", "503")]
    let full = """
      {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000ff","parentSpanId":"b7ad6b7169203331",\
      "traceState":"a=\\"\\\\","flags":769,"name":"GET /api/me",\
      "kind":2,"startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"18446744073709551615",\
      "attributes":[{"key":"http.response.status_code","value":{"intValue":"503"}},\
      {"key":"error.type","value":{"stringValue":"503"}}],"status":{"code":2}}
      """
    #expect(text(encoder.encode([span])) == opening + full + "]}]}]}")
    span.isError = false
    #expect(try ExportedSpans(encoder.encode([span, span])).spans.count == 2)
  }

  @Test func aCollectorReadsWhatWasMeant() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let encoder = OTLPTraceEncoder(serviceName: "clickclack", version: "v1")
    for _ in 0..<200 {
      let spans = (0..<Int.random(in: 0..<4, using: &generator)).map { _ in Self.random(using: &generator) }
      let exported = try ExportedSpans(encoder.encode(spans)).spans
      #expect(exported.count == spans.count, "seed \(seed)")
      for (span, read) in zip(spans, exported) {
        #expect(read.traceId == span.context.traceID.description, "seed \(seed)")
        #expect(read.spanId == span.context.spanID.description, "seed \(seed)")
        #expect(read.parentSpanId == span.parentID?.description, "seed \(seed)")
        #expect(read.traceState == span.context.state?.text, "seed \(seed)")
        #expect(read.flags & 1 == (span.context.isSampled ? 1 : 0), "seed \(seed)")
        #expect(read.flags >> 8 == (span.isParentRemote ? 3 : 1), "seed \(seed)")
        #expect(read.name == span.name && read.kind == span.kind.rawValue, "seed \(seed)")
        #expect(read.startTimeUnixNano == "\(span.startNanoseconds)", "seed \(seed)")
        #expect(read.endTimeUnixNano == "\(span.endNanoseconds)", "seed \(seed)")
        #expect(read.status == (span.isError ? ExportedSpans.Status(code: 2) : nil), "seed \(seed)")
        let attributes = span.attributes.map { attribute in
          switch attribute.value {
          case .string(let text):
            ExportedSpans.Attribute(key: attribute.name, value: .init(stringValue: text, intValue: nil))
          case .integer(let number):
            ExportedSpans.Attribute(key: attribute.name, value: .init(stringValue: nil, intValue: "\(number)"))
          }
        }
        #expect(read.attributes == attributes, "seed \(seed)")
      }
    }
  }

  @Test func longTextIsCut() throws {
    var span = Span.numbered(1)
    span.attributes = [Span.Attribute("url.path", String(repeating: "\u{1}", count: 1 << 16))]
    let bytes = OTLPTraceEncoder(serviceName: "clickclack", version: "v1").encode([span])
    #expect(bytes.count < 2_048)
    #expect(try ExportedSpans(bytes).spans[0].attributes[0].value.stringValue?.hasSuffix("…") == true)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func random(using generator: inout SeededGenerator) -> Span {
    func text() -> String {
      let scalars = (0..<Int.random(in: 0..<12, using: &generator)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0..<(Bool.random(using: &generator) ? 128 : 0x11_0000), using: &generator))
      }
      return String(String.UnicodeScalarView(scalars))
    }
    let traceID = TraceID(high: generator.next(), low: generator.next()) ?? .random()
    var context = TraceContext(
      traceID: traceID, spanID: SpanID(generator.next()) ?? .random(), isSampled: .random(using: &generator))
    if Bool.random(using: &generator) { context.state = TraceState(["vendor=\(generator.next())"]) }
    return Span(
      name: text(), kind: [.internal, .server, .client][Int.random(in: 0..<3, using: &generator)], context: context,
      parentID: Bool.random(using: &generator) ? SpanID(generator.next()) : nil,
      isParentRemote: .random(using: &generator), startNanoseconds: generator.next(), endNanoseconds: generator.next(),
      attributes: (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? Span.Attribute(text(), text()) : Span.Attribute(text(), Int(truncatingIfNeeded: generator.next()))
      }, isError: .random(using: &generator))
  }
}
