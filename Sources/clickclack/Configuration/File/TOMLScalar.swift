/// Reads the values of TOML that are written without quotes: booleans, integers and floats.
enum TOMLScalar {
  static func parse(_ word: String) -> ConfigurationValue? {
    switch word {
    case "true": .boolean(true)
    case "false": .boolean(false)
    case "inf", "+inf": .float(.infinity)
    case "-inf": .float(-.infinity)
    case "nan", "+nan", "-nan": .float(.nan)
    default: integer(word).map(ConfigurationValue.integer) ?? float(word).map(ConfigurationValue.float)
    }
  }

  private static func integer(_ word: String) -> Int64? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      guard let digits = withoutUnderscores(word.dropFirst(2), isDigit: { $0.isASCII && $0.isHexDigit }) else {
        return nil
      }
      return Int64(digits, radix: radix)
    }
    guard let digits = decimalDigits(word) else { return nil }
    return Int64(digits)
  }

  private static func float(_ word: String) -> Double? {
    let parts = word.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false).flatMap {
      $0.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false)
    }
    guard parts.count <= 2 else { return nil }
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard mantissa.count <= 2, mantissa.count == 2 || parts.count == 2 else { return nil }
    guard var text = decimalDigits(String(mantissa[0])) else { return nil }
    if mantissa.count == 2 {
      guard let fraction = withoutUnderscores(mantissa[1], isDigit: isDecimal) else { return nil }
      text += "." + fraction
    }
    if parts.count == 2 {
      let hasSign = parts[1].hasPrefix("+") || parts[1].hasPrefix("-")
      guard let exponent = withoutUnderscores(parts[1].dropFirst(hasSign ? 1 : 0), isDigit: isDecimal) else {
        return nil
      }
      text += "e" + (hasSign ? String(parts[1].prefix(1)) : "") + exponent
    }
    return Double(text)
  }

  /// Digits with an optional sign and without leading zeros, underscores removed.
  private static func decimalDigits(_ word: String) -> String? {
    let hasSign = word.hasPrefix("+") || word.hasPrefix("-")
    guard let digits = withoutUnderscores(word.dropFirst(hasSign ? 1 : 0), isDigit: isDecimal) else { return nil }
    guard digits == "0" || !digits.hasPrefix("0") else { return nil }
    return (word.hasPrefix("-") ? "-" : "") + digits
  }

  /// An underscore must stand between two digits.
  private static func withoutUnderscores(_ text: Substring, isDigit: (Character) -> Bool) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    return groups.joined()
  }

  private static func isDecimal(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
