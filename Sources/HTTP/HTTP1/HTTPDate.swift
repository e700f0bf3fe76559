/// A date in the only format that is sent, IMF-fixdate (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Format it once per second and pass it to every response of that second.
public struct HTTPDate: Sendable, Hashable {
  /// Seconds since 1970, UTC, within the years 1970 to 9999.
  public let unixSeconds: Int
  /// The 29 bytes of the text.
  public let bytes: [UInt8]

  private static let lastSecond = 253_402_300_799
  private static let dayNames: StaticString = "ThuFriSatSunMonTueWed"
  private static let monthNames: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

  /// Formats a time; times outside the years 1970 to 9999 are moved to the nearest end.
  public init(unixSeconds: Int) {
    self.unixSeconds = min(max(0, unixSeconds), Self.lastSecond)
    let days = self.unixSeconds / 86_400
    let second = self.unixSeconds % 86_400
    let (year, month, day) = Self.civil(days: days)
    var text: [UInt8] = []
    text.reserveCapacity(29)
    text.append(contentsOf: UnsafeBufferPointer(start: Self.dayNames.utf8Start + days % 7 * 3, count: 3))
    text.append(literal: ", ")
    Self.append(day, digits: 2, to: &text)
    text.append(ASCII.space)
    text.append(contentsOf: UnsafeBufferPointer(start: Self.monthNames.utf8Start + (month - 1) * 3, count: 3))
    text.append(ASCII.space)
    Self.append(year, digits: 4, to: &text)
    text.append(ASCII.space)
    Self.append(second / 3600, digits: 2, to: &text)
    text.append(ASCII.colon)
    Self.append(second / 60 % 60, digits: 2, to: &text)
    text.append(ASCII.colon)
    Self.append(second % 60, digits: 2, to: &text)
    text.append(literal: " GMT")
    bytes = text
  }

  /// Reads IMF-fixdate; nil for anything else, which a recipient of If-Modified-Since then ignores.
  public init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 29 else { return nil }
    func number(_ range: Range<Int>) -> Int? { bytes.withBytes { $0.part(range).decimalValue } }
    guard let day = number(5..<7), let year = number(12..<16), let hour = number(17..<19),
      let minute = number(20..<22), let second = number(23..<25), hour < 24, minute < 60, second < 60, year >= 1970
    else { return nil }
    let names = UnsafeRawBufferPointer(start: Self.monthNames.utf8Start, count: 36)
    let month = bytes.withBytes { bytes in
      (0..<12).first { names.part($0 * 3..<$0 * 3 + 3).equals(bytes.part(8..<11)) }
    }
    guard let month else { return nil }
    let days = Self.days(year: year, month: month + 1, day: day)
    self.init(unixSeconds: days * 86_400 + hour * 3600 + minute * 60 + second)
    // Formatting what was read finds every other mistake: the separators, the day's name, the 31st of February.
    guard self.bytes == bytes else { return nil }
  }

  /// The text, for a field value such as Last-Modified.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  private static func append(_ value: Int, digits: Int, to text: inout [UInt8]) {
    var divisor = digits == 4 ? 1000 : 10
    while divisor > 0 {
      text.append(ASCII.zero &+ UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }

  /// Days since 1970 to a date of the Gregorian calendar, counting years from March so that the leap day comes last.
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
