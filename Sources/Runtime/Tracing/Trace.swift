/// What the current task works for: the place in a trace that logs name and outbound calls pass on, and where spans go
/// while the trace is recorded.
///
/// A task that is made within inherits it. Code that hands work to a thread of its own, as the database writer does,
/// takes it along.
public final class Trace: Sendable {
  /// The trace of the current task; nil when it works for nobody who is traced.
  @TaskLocal public static var current: Trace?

  /// The same as `current`, but nil unless spans are recorded.
  public static var recorded: Trace? {
    guard let trace = current, trace.recording != nil else { return nil }
    return trace
  }

  /// The span that is under way here, or the caller's if this server records none.
  public let context: TraceContext

  struct Recording: Sendable {
    let sink: any SpanSink
    let clock: TraceClock
  }

  let recording: Recording?

  /// A trace of others that is passed on as it came.
  public convenience init(passing context: TraceContext) { self.init(context, recording: nil) }

  init(_ context: TraceContext, recording: Recording?) {
    self.context = context
    self.recording = recording
  }

  /// Records a piece of work of this server that has ended, as a child of the span under way. Does nothing unless the trace
  /// is recorded. Callable from any thread.
  public func record(
    _ name: String, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant,
    attributes: [Span.Attribute] = [], failed: Bool = false
  ) {
    child(.internal, startedAt: start)?.end(name, at: end, attributes: attributes, failed: failed)
  }

  /// Begins a span below the one under way; nil unless the trace is recorded.
  func child(_ kind: Span.Kind, startedAt start: ContinuousClock.Instant = .now) -> OpenSpan? {
    guard recording != nil else { return nil }
    var context = context
    context.spanID = .random()
    return OpenSpan(
      trace: Trace(context, recording: recording), kind: kind, parentID: self.context.spanID, isParentRemote: false,
      startedAt: start)
  }
}
