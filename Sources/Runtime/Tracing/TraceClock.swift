import Glibc

/// Tells when something happened, for the spans that one program adds to a trace: the system's clock as it was at the
/// beginning, and from there on one that never jumps. So durations are right whatever happens to the system's clock,
/// and the next trace follows it.
struct TraceClock: Sendable {
  private let instant: ContinuousClock.Instant
  private let nanoseconds: Int64

  /// Reads both clocks.
  init() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    self.init(instant: .now, nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// A clock by which an instant is so many nanoseconds after 1970.
  init(instant: ContinuousClock.Instant, nanoseconds: Int64) {
    self.instant = instant
    self.nanoseconds = nanoseconds
  }

  /// Nanoseconds since 1970; 0 for what lies before.
  func nanoseconds(at instant: ContinuousClock.Instant) -> UInt64 {
    let (seconds, attoseconds) = (instant - self.instant).components
    return UInt64(max(0, nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
  }
}
