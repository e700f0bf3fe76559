import Glibc

/// A moment in UTC, printed as RFC 3339 with milliseconds.
public struct LogTimestamp: Sendable, Equatable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public var seconds: Int
  /// The rest, 0 to 999,999,999 nanoseconds.
  public var nanoseconds: Int

  /// Makes a timestamp from a POSIX time.
  public init(seconds: Int, nanoseconds: Int = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Reads the system's clock.
  public static func now() -> LogTimestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return LogTimestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  func write(to line: inout [UInt8]) {
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    Self.write(Int(parts.tm_year) + 1900, digits: 4, to: &line)
    line.append(UInt8(ascii: "-"))
    Self.write(Int(parts.tm_mon) + 1, digits: 2, to: &line)
    line.append(UInt8(ascii: "-"))
    Self.write(Int(parts.tm_mday), digits: 2, to: &line)
    line.append(UInt8(ascii: "T"))
    Self.write(Int(parts.tm_hour), digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    Self.write(Int(parts.tm_min), digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    Self.write(Int(parts.tm_sec), digits: 2, to: &line)
    line.append(UInt8(ascii: "."))
    Self.write(nanoseconds / 1_000_000, digits: 3, to: &line)
    line.append(UInt8(ascii: "Z"))
  }

  private static func write(_ value: Int, digits: Int, to line: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    var rest = value
    while divisor > 0 {
      line.append(UInt8(ascii: "0") + UInt8(clamping: rest / divisor % 10))
      rest %= divisor
      divisor /= 10
    }
  }
}
