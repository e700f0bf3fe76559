/// A span that has begun and not yet ended.
public struct OpenSpan: Sendable {
  /// What is done as part of this span has it as its current trace.
  public let trace: Trace
  let kind: Span.Kind
  let parentID: SpanID?
  let isParentRemote: Bool
  let startedAt: ContinuousClock.Instant

  /// Whether anybody will see it: name and attributes need not be made otherwise.
  public var isRecorded: Bool { trace.recording != nil }

  /// Ends it and hands it on. To be called once, from any thread; does nothing unless the trace is recorded.
  public func end(
    _ name: @autoclosure () -> String, at end: ContinuousClock.Instant = .now,
    attributes: @autoclosure () -> [Span.Attribute] = [], failed: Bool = false
  ) {
    guard let recording = trace.recording else { return }
    recording.sink.add(
      Span(
        name: name(), kind: kind, context: trace.context, parentID: parentID, isParentRemote: isParentRemote,
        startNanoseconds: recording.clock.nanoseconds(at: startedAt),
        endNanoseconds: recording.clock.nanoseconds(at: max(startedAt, end)), attributes: attributes(),
        isError: failed))
  }
}
