/// Decides which traces are recorded, and begins their spans.
public struct Tracer: Sendable {
  /// Records nothing. What others send is passed on all the same.
  public static let off = Tracer()

  private let sink: (any SpanSink)?
  private let sampledBelow: UInt64

  private init() {
    sink = nil
    sampledBelow = 0
  }

  /// Makes a tracer that is on.
  /// - Parameters:
  ///   - sink: Takes the spans.
  ///   - sampleRatio: The part of all traces that is recorded, from 0 to 1.
  public init(sink: any SpanSink, sampleRatio: Double) {
    self.sink = sink
    sampledBelow = UInt64(min(max(sampleRatio, 0), 1) * Double(1 << 63 as UInt64))
  }

  /// Begins the span of a request that came from outside; nil while tracing is off.
  ///
  /// The trace goes on as the caller's, or is a new one.
  /// - Parameter heedsSampling: Whether the caller may say if the trace is recorded. Otherwise, and for a new trace, the
  ///   ratio decides.
  public func serve(continuing parent: TraceContext?, heedsSampling: Bool) -> OpenSpan? {
    guard sink != nil else { return nil }
    return begin(.server, continuing: parent, isSampled: heedsSampling ? parent?.isSampled : nil)
  }

  /// Begins the span of a request to another server: part of the current task's trace, or else of a new one. Nil when
  /// there is nothing to pass on: tracing is off and the task has no trace.
  func call() -> OpenSpan? {
    guard let current = Trace.current else {
      return sink == nil ? nil : begin(.client, continuing: nil, isSampled: nil)
    }
    return current.child(.client)
      ?? OpenSpan(trace: current, kind: .client, parentID: nil, isParentRemote: false, startedAt: .now)
  }

  private func begin(_ kind: Span.Kind, continuing parent: TraceContext?, isSampled: Bool?) -> OpenSpan {
    let traceID = parent?.traceID ?? .random()
    let isSampled = isSampled ?? self.isSampled(traceID)
    let context = TraceContext(traceID: traceID, spanID: .random(), isSampled: isSampled, state: parent?.state)
    let recording = isSampled ? sink.map { Trace.Recording(sink: $0, clock: TraceClock()) } : nil
    return OpenSpan(
      trace: Trace(context, recording: recording), kind: kind, parentID: parent?.spanID,
      isParentRemote: parent != nil, startedAt: .now)
  }

  /// By the trace's last 63 bits, so that every program with the same ratio decides alike, as OpenTelemetry's
  /// `TraceIdRatioBased` does.
  func isSampled(_ traceID: TraceID) -> Bool { traceID.low >> 1 < sampledBelow }
}
