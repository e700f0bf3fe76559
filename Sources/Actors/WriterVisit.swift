import Runtime
import Storage
import Synchronization

/// What a traced request waits for at the writer: its turn, then the group that it is part of, commit included. Recorded
/// where the request goes on, since the writer's time is dearer.
final class WriterVisit: Sendable {
  private let arrivedAt = ContinuousClock.now
  private let turn = Mutex<(at: ContinuousClock.Instant, requests: Int)?>(nil)

  /// Its group begins. On the writer's thread.
  func began(at instant: ContinuousClock.Instant, requests: Int) { turn.withLock { $0 = (instant, requests) } }

  /// Adds the spans to the trace, now that the request is answered.
  func record(in trace: Trace, error: (any Error)?) {
    let now = ContinuousClock.now
    let isFault = error.map { Self.isFault($0) } ?? false
    guard let turn = turn.withLock({ $0 }) else {
      return trace.record("writer queue", from: arrivedAt, to: now, failed: isFault)
    }
    trace.record("writer queue", from: arrivedAt, to: turn.at)
    trace.record(
      "writer commit", from: turn.at, to: now,
      attributes: [Span.Attribute("clickclack.commit.requests", turn.requests)], failed: isFault)
  }

  /// Whether the writer failed, rather than the request being refused by the rules.
  private static func isFault(_ error: any Error) -> Bool {
    guard let error = error as? StoreError else { return true }
    return error.kind == .unavailable || error.kind == .full
  }
}
