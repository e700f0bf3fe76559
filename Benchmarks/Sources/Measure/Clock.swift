import Glibc

/// Nanoseconds on the monotonic clock, for latencies and schedules within this process.
enum Clock {
  static func now() -> UInt64 {
    nanoseconds(CLOCK_MONOTONIC)
  }

  /// CPU time that this process has used so far, in nanoseconds, user and system together.
  static func processCPU() -> UInt64 {
    nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
  }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}

extension UInt64 {
  /// A span in nanoseconds from seconds.
  init(seconds: Double) {
    self = UInt64(Swift.max(0, seconds) * 1e9)
  }

  /// This span of nanoseconds in seconds.
  var inSeconds: Double { Double(self) / 1e9 }
}
