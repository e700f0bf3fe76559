import Synchronization

@testable import Runtime

/// Keeps the spans that a test makes.
final class SpanRecorder: SpanSink {
  private let kept = Mutex<[Span]>([])
  var spans: [Span] { kept.withLock { $0 } }
  func add(_ span: Span) { kept.withLock { $0.append(span) } }
}

extension Span {
  /// A span for tests that don't look at it.
  static func numbered(_ number: Int) -> Span {
    let context = TraceContext(traceID: .random(), spanID: .random(), isSampled: true)
    return Span(name: "span \(number)", kind: .internal, context: context, startNanoseconds: 1, endNanoseconds: 2)
  }
}
