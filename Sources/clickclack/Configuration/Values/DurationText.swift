/// Reads and writes durations such as `250ms`, `30s` or `1h30m`.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  static func parse(_ text: String) throws(BadValue) -> Duration {
    let bad = BadValue("must be a duration such as '250ms', '30s' or '1h30m', not '\(text)'")
    var rest = text[...]
    var total = 0
    var previous = Int.max
    guard !rest.isEmpty else { throw bad }
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let number = Int(digits), let unit = units.first(where: { $0.name == name }),
        unit.milliseconds < previous
      else { throw bad }
      previous = unit.milliseconds
      let (part, isTooLarge) = number.multipliedReportingOverflow(by: unit.milliseconds)
      let (sum, isOverflow) = total.addingReportingOverflow(part)
      guard !isTooLarge, !isOverflow else { throw BadValue("is too long: '\(text)'") }
      total = sum
    }
    return .milliseconds(total)
  }

  static func text(_ duration: Duration) -> String {
    var rest = milliseconds(duration)
    var text = ""
    for unit in units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text.isEmpty ? "0s" : text
  }

  static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
