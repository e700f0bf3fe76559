/// A decimal number as JSON (RFC 8259 section 6) and TOML write it: a sign, a whole number without leading zeros, a
/// fraction and an exponent. `Int64` and `Double` alone would accept more.
struct DecimalNumber {
  enum Style {
    case json
    /// Also a plus sign, and underscores between digits.
    case toml
  }

  /// The number without plus sign and underscores.
  private(set) var text = ""
  /// Whether it has neither a fraction nor an exponent.
  private(set) var isInteger = true

  init?(_ word: String, style: Style) {
    var rest = Substring(word)
    if rest.first == "-" || (style == .toml && rest.first == "+") {
      if rest.removeFirst() == "-" { text = "-" }
    }
    guard let whole = Self.takeDigits(&rest, style), whole == "0" || !whole.hasPrefix("0") else { return nil }
    text += whole
    if rest.first == "." {
      rest.removeFirst()
      guard let fraction = Self.takeDigits(&rest, style) else { return nil }
      text += "." + fraction
      isInteger = false
    }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      text += "e"
      if let sign = rest.first, sign == "+" || sign == "-" { text.append(rest.removeFirst()) }
      guard let exponent = Self.takeDigits(&rest, style) else { return nil }
      text += exponent
      isInteger = false
    }
    guard rest.isEmpty else { return nil }
  }

  /// Takes at least one digit from the front, without the underscores.
  private static func takeDigits(_ rest: inout Substring, _ style: Style) -> String? {
    let run = rest.prefix { ("0"..."9").contains($0) || (style == .toml && $0 == "_") }
    rest = rest.dropFirst(run.count)
    return DigitGroups.joined(run) { ("0"..."9").contains($0) }
  }
}

/// Digits with underscores between them, as TOML allows in numbers of every base.
enum DigitGroups {
  /// The digits alone; nil if there are none, or if an underscore does not stand between two.
  static func joined(_ text: Substring, isDigit: (Character) -> Bool) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    return groups.joined()
  }
}
