/// Reads the values of TOML that are written without quotes: booleans, integers and floats.
enum TOMLScalar {
  static func parse(_ word: String) -> ConfigurationValue? {
    switch word {
    case "true": .boolean(true)
    case "false": .boolean(false)
    case "inf", "+inf": .float(.infinity)
    case "-inf": .float(-.infinity)
    case "nan", "+nan", "-nan": .float(.nan)
    default: number(word)
    }
  }

  private static func number(_ word: String) -> ConfigurationValue? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      return DigitGroups.joined(word.dropFirst(2)) { $0.isASCII && $0.isHexDigit }
        .flatMap { Int64($0, radix: radix) }.map(ConfigurationValue.integer)
    }
    guard let number = DecimalNumber(word, style: .toml) else { return nil }
    return number.isInteger
      ? Int64(number.text).map(ConfigurationValue.integer) : Double(number.text).map(ConfigurationValue.float)
  }
}
