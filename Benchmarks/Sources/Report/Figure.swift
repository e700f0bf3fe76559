import Glibc

/// Numbers as people read them.
enum Figure {
  /// Three significant digits with a k or M where it helps: 3.41 M, 204 k, 0.302.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    return switch abs(value) {
    case 1e9...: significant(value / 1e9) + " G"
    case 1e6...: significant(value / 1e6) + " M"
    case 1e4...: significant(value / 1e3) + " k"
    default: significant(value)
    }
  }

  /// A fixed number of digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    let scale = pow(10, Double(digits))
    let scaled = Int64((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % Int64(scale))
    return sign + "\(scaled / Int64(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// Microseconds in the unit that suits them.
  static func duration(microseconds: Double) -> String {
    switch microseconds {
    case 1e6...: significant(microseconds / 1e6) + " s"
    case 1e3...: significant(microseconds / 1e3) + " ms"
    default: significant(microseconds) + " us"
    }
  }

  static func bytes(_ value: Double) -> String {
    switch abs(value) {
    case 1048576...: return fixed(value / 1048576, 1) + " MiB"
    case 1024...: return fixed(value / 1024, 1) + " KiB"
    default: return fixed(value, 0) + " B"
    }
  }

  private static func significant(_ value: Double) -> String {
    switch abs(value) {
    case 100...: fixed(value, 0)
    case 10..<100: fixed(value, 1)
    case 0: "0"
    case 1..<10: fixed(value, 2)
    default: fixed(value, 3)
    }
  }
}
