import Glibc

/// A moment in UTC with microseconds, as it is stored and sent: RFC 3339, always 27 characters, so text sorts by time.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// `2026-01-31T09:05:00.000123Z`.
  public let text: String
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// The moment that many microseconds after 1970; the first or last that can be written, if it is beyond the years 0 to 9999.
  public init(microseconds: Int64) {
    let microseconds = min(
      max(microseconds, Self.seconds.lowerBound * 1_000_000), Self.seconds.upperBound * 1_000_000 - 1)
    self.microseconds = microseconds
    text = Self.format(microseconds)
  }

  /// The wall clock's time.
  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  /// Reads RFC 3339 with any offset and up to nine fractional digits.
  /// - Returns: nil when the text is not a valid date and time, or one outside the years 0 to 9999 in UTC.
  public init?(rfc3339 text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for index in range {
        guard (48...57).contains(bytes[index]) else { return nil }
        value = value * 10 + Int64(bytes[index] - 48)
      }
      return value
    }
    func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    guard let year = number(0..<4), byte(4) == UInt8(ascii: "-"), let month = number(5..<7),
      byte(7) == UInt8(ascii: "-"), let day = number(8..<10),
      byte(10) | 0x20 == UInt8(ascii: "t"), let hour = number(11..<13), byte(13) == UInt8(ascii: ":"),
      let minute = number(14..<16), byte(16) == UInt8(ascii: ":"), let second = number(17..<19),
      (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    var index = 19
    var fraction: Int64 = 0
    if byte(index) == UInt8(ascii: ".") {
      index += 1
      var digits = 0
      while (48...57).contains(byte(index)), digits < 9 {
        if digits < 6 { fraction = fraction * 10 + Int64(byte(index) - 48) }
        digits += 1
        index += 1
      }
      guard digits > 0 else { return nil }
      while digits < 6 {
        fraction *= 10
        digits += 1
      }
    }
    var offsetSeconds: Int64 = 0
    switch byte(index) {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): index += 1
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard let hours = number(index + 1..<index + 3), byte(index + 3) == UInt8(ascii: ":"),
        let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
      else { return nil }
      offsetSeconds = (hours * 3_600 + minutes * 60) * (byte(index) == UInt8(ascii: "+") ? 1 : -1)
      index += 6
    default: return nil
    }
    guard index == bytes.count else { return nil }
    let seconds = Self.daysFromCivil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offsetSeconds
    // In UTC it may be another year, which must still have four digits.
    guard Self.seconds.contains(seconds) else { return nil }
    self.init(microseconds: seconds * 1_000_000 + fraction)
  }

  /// This moment moved by a number of seconds.
  public func adding(seconds: Int64) -> Timestamp {
    // More leads beyond what can be written from anywhere.
    let span = Int64(Self.seconds.count)
    return Timestamp(microseconds: microseconds + min(max(seconds, -span), span) * 1_000_000)
  }

  /// The RFC 3339 text.
  public var description: String { text }

  /// Earlier sorts first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// The seconds of the years 0 to 9999.
  private static let seconds: Range<Int64> = daysFromCivil(0, 1, 1) * 86_400..<daysFromCivil(10_000, 1, 1) * 86_400

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    default: 31
    }
  }

  // The proleptic Gregorian calendar counted in days from 1970-01-01, with years that begin in March.
  private static func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1
    )
  }

  private static func format(_ microseconds: Int64) -> String {
    let seconds = microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let date = civil(fromDays: days)
    let secondOfDay = seconds - days * 86_400
    return String(unsafeUninitializedCapacity: 27) { buffer in
      func put(_ value: Int64, _ at: Int, _ digits: Int) {
        var rest = value
        for index in stride(from: at + digits - 1, through: at, by: -1) {
          buffer[index] = UInt8(48 + rest % 10)
          rest /= 10
        }
      }
      put(date.year, 0, 4)
      buffer[4] = UInt8(ascii: "-")
      put(date.month, 5, 2)
      buffer[7] = UInt8(ascii: "-")
      put(date.day, 8, 2)
      buffer[10] = UInt8(ascii: "T")
      put(secondOfDay / 3_600, 11, 2)
      buffer[13] = UInt8(ascii: ":")
      put(secondOfDay / 60 % 60, 14, 2)
      buffer[16] = UInt8(ascii: ":")
      put(secondOfDay % 60, 17, 2)
      buffer[19] = UInt8(ascii: ".")
      put(microseconds - seconds * 1_000_000, 20, 6)
      buffer[26] = UInt8(ascii: "Z")
      return 27
    }
  }
}
