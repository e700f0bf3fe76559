/// Parses a JSON document (RFC 8259) strictly and remembers lines, which JSONDecoder does not.
///
/// A name may not occur twice in an object, and `null` is refused: a setting is given or left out. Does no I/O and never
/// traps, whatever the input.
struct JSONReader {
  private var scanner: ByteScanner

  /// Parses a document that must be one object.
  static func parse(_ bytes: [UInt8]) throws(ConfigurationSyntaxError) -> [String: ConfigurationNode] {
    var reader = JSONReader(scanner: try ByteScanner(bytes))
    reader.skipSpace()
    guard reader.scanner.current == UInt8(ascii: "{") else {
      throw reader.scanner.error("expected an object, found \(reader.scanner.found)")
    }
    let members = try reader.readObject(depth: 1)
    reader.skipSpace()
    guard reader.scanner.isAtEnd else {
      throw reader.scanner.error("expected the end of the file, found \(reader.scanner.found)")
    }
    return members
  }

  private mutating func readValue(depth: Int) throws(ConfigurationSyntaxError) -> ConfigurationNode {
    skipSpace()
    let line = scanner.line
    switch scanner.current {
    case UInt8(ascii: "{"): return ConfigurationNode(value: .table(try readObject(depth: depth + 1)), line: line)
    case UInt8(ascii: "["): return ConfigurationNode(value: .array(try readArray(depth: depth + 1)), line: line)
    case UInt8(ascii: "\""): return ConfigurationNode(value: .string(try readString()), line: line)
    default: return ConfigurationNode(value: try readScalar(), line: line)
    }
  }

  private mutating func readObject(depth: Int) throws(ConfigurationSyntaxError) -> [String: ConfigurationNode] {
    try checkDepth(depth)
    scanner.advance()
    var members: [String: ConfigurationNode] = [:]
    skipSpace()
    if scanner.take("}") { return members }
    repeat {
      skipSpace()
      guard scanner.current == UInt8(ascii: "\"") else {
        throw scanner.error("expected a name, found \(scanner.found)")
      }
      let name = try readString()
      guard members[name] == nil else { throw scanner.error("'\(name)' is defined twice") }
      skipSpace()
      guard scanner.take(":") else { throw scanner.error("expected ':' after '\(name)', found \(scanner.found)") }
      members[name] = try readValue(depth: depth)
      skipSpace()
    } while scanner.take(",")
    guard scanner.take("}") else { throw scanner.error("expected ',' or '}', found \(scanner.found)") }
    return members
  }

  private mutating func readArray(depth: Int) throws(ConfigurationSyntaxError) -> [ConfigurationNode] {
    try checkDepth(depth)
    scanner.advance()
    var items: [ConfigurationNode] = []
    skipSpace()
    if scanner.take("]") { return items }
    repeat {
      items.append(try readValue(depth: depth))
      skipSpace()
    } while scanner.take(",")
    guard scanner.take("]") else { throw scanner.error("expected ',' or ']', found \(scanner.found)") }
    return items
  }

  private mutating func readString() throws(ConfigurationSyntaxError) -> String {
    scanner.advance()
    var text = ""
    while true {
      let start = scanner.position
      scanner.skip { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 }
      text += scanner.text(from: start)
      switch scanner.current {
      case UInt8(ascii: "\""):
        scanner.advance()
        return text
      case UInt8(ascii: "\\"): text.unicodeScalars.append(try readEscape())
      case nil: throw scanner.error("the string never ends")
      default: throw scanner.error("a string may not hold \(scanner.found)")
      }
    }
  }

  private mutating func readEscape() throws(ConfigurationSyntaxError) -> Unicode.Scalar {
    scanner.advance()
    let plain: Unicode.Scalar? =
      switch scanner.current {
      case UInt8(ascii: "\""): "\""
      case UInt8(ascii: "\\"): "\\"
      case UInt8(ascii: "/"): "/"
      case UInt8(ascii: "b"): "\u{8}"
      case UInt8(ascii: "f"): "\u{C}"
      case UInt8(ascii: "n"): "\n"
      case UInt8(ascii: "r"): "\r"
      case UInt8(ascii: "t"): "\t"
      default: nil
      }
    if let plain {
      scanner.advance()
      return plain
    }
    guard scanner.take("u") else { throw scanner.error("unknown escape: a backslash before \(scanner.found)") }
    let first = try readUnit()
    guard UTF16.isLeadSurrogate(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw scanner.error("half of a surrogate pair") }
      return scalar
    }
    guard scanner.take("\\"), scanner.take("u") else { throw scanner.error("half of a surrogate pair") }
    let second = try readUnit()
    guard UTF16.isTrailSurrogate(second) else { throw scanner.error("half of a surrogate pair") }
    let code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    guard let scalar = Unicode.Scalar(code) else { throw scanner.error("half of a surrogate pair") }
    return scalar
  }

  private mutating func readUnit() throws(ConfigurationSyntaxError) -> UInt16 {
    UInt16(truncatingIfNeeded: try scanner.readHexDigits(4))
  }

  private mutating func readScalar() throws(ConfigurationSyntaxError) -> ConfigurationValue {
    let start = scanner.position
    scanner.skip { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    let word = scanner.text(from: start)
    switch word {
    case "": throw scanner.error("expected a value, found \(scanner.found)")
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": throw scanner.error("null is not a value: leave the setting out instead")
    default:
      guard let text = DecimalNumber(word, style: .json)?.text else { throw scanner.error("not a value: \(word)") }
      if let integer = Int64(text) { return .integer(integer) }
      guard let number = Double(text), number.isFinite else { throw scanner.error("not a number: \(word)") }
      return .float(number)
    }
  }

  private func checkDepth(_ depth: Int) throws(ConfigurationSyntaxError) {
    guard depth <= ConfigurationFileLimits.depthMax else { throw scanner.error("the file is nested too deeply") }
  }

  private mutating func skipSpace() {
    scanner.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }
}
