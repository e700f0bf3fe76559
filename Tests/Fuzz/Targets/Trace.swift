import FoundationEssentials

@testable import Runtime
@testable import Storage

/// Trace contexts, a line for each `traceparent` or, if it holds an equals sign, `tracestate`; spans of them as a
/// collector reads them, and what a collector answers. Normal forms stay as they are, and nothing that is sent can end
/// its field or its JSON.
func fuzzTrace(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let lines = text.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
    .map { String(decoding: Array($0), as: UTF8.self) }
  let states = lines.filter { $0.contains("=") }
  let parents = lines.filter { !$0.contains("=") }
  if let state = TraceState(states) {
    invariant((1...TraceState.bytesMax).contains(state.text.utf8.count), "a state that is too long")
    invariant(state.text.utf8.count(where: { $0 == UInt8(ascii: ",") }) < TraceState.membersMax, "too many members")
    invariant(state.text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }, "a state that can't be sent")
    invariant(TraceState([state.text]) == state, "a state does not survive")
  }
  if let context = TraceContext(traceparents: parents, tracestates: states) {
    let written = context.traceparent
    invariant(parents.count == 1 && written.utf8.count == 55, "not one parent")
    invariant(parents[0].dropFirst(2).hasPrefix(written.dropFirst(2).dropLast(2)), "other identifiers")
    invariant(
      parents[0].utf8.allSatisfy { !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        || parents[0].utf8.count > 55,
      "upper case is accepted")
    var again = TraceContext(traceparent: written)
    again?.state = context.state
    invariant(again == context, "a parent does not survive")
    checkSpan(context, text)
  }
  let answer = OTLPAnswer(OutboundResponse(status: 200, headers: [], body: bytes, url: ""))
  guard case .taken(let rejected, _) = answer, rejected >= 0 else {
    return invariant(false, "success is none: \(answer)")
  }
}

private func checkSpan(_ context: TraceContext, _ text: String) {
  var span = Span(name: text, kind: .client, context: context, startNanoseconds: 1, endNanoseconds: .max)
  span.attributes = [Span.Attribute(text, text), Span.Attribute("n", .min)]
  let encoded = OTLPTraceEncoder(serviceName: text, version: text).encode([span])
  guard let read = outcome({ try JSONDecoder().decode(JSONValue.self, from: Data(encoded)) }),
    case .object(let request) = read, case .array(let resources)? = request["resourceSpans"]
  else { return invariant(false, "no JSON: \(String(decoding: encoded, as: UTF8.self))") }
  invariant(resources.count == 1, "several resources")
}
