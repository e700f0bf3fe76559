/// Parses the part of TOML 1.0 that a configuration needs.
///
/// Understood are tables, dotted and quoted keys, all four kinds of string, integers in four bases, floats, booleans,
/// arrays and comments. Inline tables, arrays of tables and dates are refused by name, as is everything malformed: a file
/// means exactly what it says or is an error. The parser does no I/O and never traps, whatever the input.
struct TOMLParser {
  private var scanner: ByteScanner
  private let root = TOMLTable(line: 1, origin: .header)
  private var table: TOMLTable

  /// Parses a whole document.
  static func parse(_ bytes: [UInt8]) throws(ConfigurationSyntaxError) -> [String: ConfigurationNode] {
    var parser = TOMLParser(scanner: try ByteScanner(bytes))
    try parser.readDocument()
    return parser.root.nodes
  }

  private init(scanner: ByteScanner) {
    self.scanner = scanner
    table = root
  }

  private mutating func readDocument() throws(ConfigurationSyntaxError) {
    while true {
      try skipBlank()
      guard !scanner.isAtEnd else { return }
      if scanner.current == UInt8(ascii: "[") {
        try readHeader()
      } else {
        try readPair()
      }
      try readLineEnd()
    }
  }

  private mutating func readHeader() throws(ConfigurationSyntaxError) {
    let line = scanner.line
    guard !scanner.isAt("[[") else { throw scanner.error("arrays of tables are not supported") }
    scanner.advance()
    let path = try readKeyPath(end: "]")
    table = root
    for (index, part) in path.enumerated() {
      let isLast = index == path.count - 1
      switch table.entries[part] {
      case nil:
        let child = TOMLTable(line: line, origin: isLast ? .header : .implied)
        table.entries[part] = .table(child)
        table = child
      case .table(let child):
        if isLast {
          guard child.origin == .implied else {
            throw ConfigurationSyntaxError(
              line: line, message: "table [\(path.joined(separator: "."))] is defined twice")
          }
          child.origin = .header
          child.line = line
        }
        table = child
      case .node:
        throw ConfigurationSyntaxError(line: line, message: "'\(part)' is a value already, not a table")
      }
    }
  }

  private mutating func readPair() throws(ConfigurationSyntaxError) {
    let line = scanner.line
    let path = try readKeyPath(end: "=")
    var target = table
    for part in path.dropLast() {
      switch target.entries[part] {
      case nil:
        let child = TOMLTable(line: line, origin: .dotted)
        target.entries[part] = .table(child)
        target = child
      case .table(let child):
        guard child.origin == .dotted else {
          throw ConfigurationSyntaxError(line: line, message: "table '\(part)' is defined elsewhere")
        }
        target = child
      case .node:
        throw ConfigurationSyntaxError(line: line, message: "'\(part)' is a value already, not a table")
      }
    }
    let key = path[path.count - 1]
    guard target.entries[key] == nil else {
      throw ConfigurationSyntaxError(line: line, message: "key '\(path.joined(separator: "."))' is defined twice")
    }
    skipSpace()
    target.entries[key] = .node(try readValue(depth: 0))
  }

  /// Reads `a.b."c"` up to and including the end character.
  private mutating func readKeyPath(end: Unicode.Scalar) throws(ConfigurationSyntaxError) -> [String] {
    var path: [String] = []
    repeat {
      guard path.count < ConfigurationFileLimits.depthMax else { throw scanner.error("the key has too many parts") }
      skipSpace()
      path.append(try readKey())
      skipSpace()
    } while scanner.take(".")
    guard scanner.take(end) else { throw scanner.error("expected '\(end)' after the key, found \(scanner.found)") }
    return path
  }

  private mutating func readKey() throws(ConfigurationSyntaxError) -> String {
    switch scanner.current {
    case UInt8(ascii: "\""): return try readBasicString()
    case UInt8(ascii: "'"): return try readLiteralString()
    default:
      let start = scanner.position
      scanner.skip { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
      guard scanner.position > start else { throw scanner.error("expected a key, found \(scanner.found)") }
      return scanner.text(from: start)
    }
  }

  private mutating func readValue(depth: Int) throws(ConfigurationSyntaxError) -> ConfigurationNode {
    let line = scanner.line
    switch scanner.current {
    case UInt8(ascii: "\""):
      let isMultiline = scanner.isAt("\"\"\"")
      let text = isMultiline ? try readMultilineBasicString() : try readBasicString()
      return ConfigurationNode(value: .string(text), line: line)
    case UInt8(ascii: "'"):
      let isMultiline = scanner.isAt("'''")
      let text = isMultiline ? try readMultilineLiteralString() : try readLiteralString()
      return ConfigurationNode(value: .string(text), line: line)
    case UInt8(ascii: "["): return ConfigurationNode(value: .array(try readArray(depth: depth + 1)), line: line)
    case UInt8(ascii: "{"): throw scanner.error("inline tables are not supported")
    default: return ConfigurationNode(value: try readScalar(), line: line)
    }
  }

  private mutating func readArray(depth: Int) throws(ConfigurationSyntaxError) -> [ConfigurationNode] {
    guard depth <= ConfigurationFileLimits.depthMax else { throw scanner.error("lists are nested too deeply") }
    scanner.advance()
    var items: [ConfigurationNode] = []
    while true {
      try skipBlank()
      if scanner.take("]") { return items }
      items.append(try readValue(depth: depth))
      try skipBlank()
      if scanner.take("]") { return items }
      guard scanner.take(",") else { throw scanner.error("expected ',' or ']' in the list, found \(scanner.found)") }
    }
  }

  private mutating func readScalar() throws(ConfigurationSyntaxError) -> ConfigurationValue {
    let start = scanner.position
    scanner.skip { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: ":"):
        true
      default: false
      }
    }
    let word = scanner.text(from: start)
    guard !word.isEmpty else { throw scanner.error("expected a value, found \(scanner.found)") }
    guard let value = TOMLScalar.parse(word) else {
      let isDate = word.contains(":") || (word.count >= 8 && word.dropFirst(4).first == "-")
      throw scanner.error(isDate ? "dates and times are not supported: \(word)" : "not a value: \(word)")
    }
    return value
  }

  private mutating func readBasicString() throws(ConfigurationSyntaxError) -> String {
    scanner.advance()
    var text = ""
    while true {
      if scanner.take("\"") { return text }
      text += try readStringPart(delimiter: UInt8(ascii: "\""))
      if scanner.current == UInt8(ascii: "\\") { text.unicodeScalars.append(try readEscape()) }
    }
  }

  private mutating func readLiteralString() throws(ConfigurationSyntaxError) -> String {
    scanner.advance()
    var text = ""
    while true {
      if scanner.take("'") { return text }
      text += try readStringPart(delimiter: UInt8(ascii: "'"))
    }
  }

  /// Reads plain characters of a string on one line; stops before the delimiter and, in basic strings, a backslash.
  private mutating func readStringPart(delimiter: UInt8) throws(ConfigurationSyntaxError) -> String {
    let start = scanner.position
    let hasEscapes = delimiter == UInt8(ascii: "\"")
    scanner.skip { $0 != delimiter && !(hasEscapes && $0 == UInt8(ascii: "\\")) && !Self.isControl($0) }
    switch scanner.current {
    case delimiter: break
    case UInt8(ascii: "\\") where hasEscapes: break
    case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"): throw scanner.error("the string does not end on its line")
    default: throw scanner.error("a string may not hold \(scanner.found)")
    }
    return scanner.text(from: start)
  }

  private mutating func readMultilineBasicString() throws(ConfigurationSyntaxError) -> String {
    try readMultiline(delimiter: UInt8(ascii: "\""))
  }

  private mutating func readMultilineLiteralString() throws(ConfigurationSyntaxError) -> String {
    try readMultiline(delimiter: UInt8(ascii: "'"))
  }

  private mutating func readMultiline(delimiter: UInt8) throws(ConfigurationSyntaxError) -> String {
    let opening = scanner.line
    scanner.advance(3)
    _ = takeNewline()
    var text = ""
    while let byte = scanner.current {
      let start = scanner.position
      switch byte {
      case delimiter:
        scanner.skip { $0 == delimiter }
        let count = scanner.position - start
        guard count <= 5 else { throw scanner.error("too many quotation marks") }
        text += String(repeating: String(Unicode.Scalar(delimiter)), count: count >= 3 ? count - 3 : count)
        if count >= 3 { return text }
      case UInt8(ascii: "\\") where delimiter == UInt8(ascii: "\""):
        if isLineContinuation() {
          scanner.advance()
          repeat { skipSpace() } while takeNewline()
        } else {
          text.unicodeScalars.append(try readEscape())
        }
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        guard takeNewline() else { throw scanner.error("a string may not hold a lone carriage return") }
        text += "\n"
      case let byte where Self.isControl(byte): throw scanner.error("a string may not hold \(scanner.found)")
      default:
        scanner.skip {
          $0 != delimiter && $0 != UInt8(ascii: "\\") && !Self.isControl($0)
        }
        if scanner.position == start { scanner.advance() }
        text += scanner.text(from: start)
      }
    }
    throw ConfigurationSyntaxError(line: opening, message: "the multi-line string never ends")
  }

  /// A backslash before the end of a line joins it with the next text.
  private func isLineContinuation() -> Bool {
    var offset = 1
    while let byte = scanner.peek(offset) {
      switch byte {
      case 0x20, 0x09: offset += 1
      case 0x0A: return true
      case 0x0D: return scanner.peek(offset + 1) == 0x0A
      default: return false
      }
    }
    return false
  }

  private mutating func readEscape() throws(ConfigurationSyntaxError) -> Unicode.Scalar {
    scanner.advance()
    guard let byte = scanner.current else { throw scanner.error("the string never ends") }
    let plain: Unicode.Scalar? =
      switch byte {
      case UInt8(ascii: "b"): "\u{8}"
      case UInt8(ascii: "t"): "\t"
      case UInt8(ascii: "n"): "\n"
      case UInt8(ascii: "f"): "\u{C}"
      case UInt8(ascii: "r"): "\r"
      case UInt8(ascii: "\""): "\""
      case UInt8(ascii: "\\"): "\\"
      default: nil
      }
    if let plain {
      scanner.advance()
      return plain
    }
    let digitCount = byte == UInt8(ascii: "u") ? 4 : byte == UInt8(ascii: "U") ? 8 : 0
    guard digitCount > 0 else { throw scanner.error("unknown escape: a backslash before \(scanner.found)") }
    scanner.advance()
    let code = try scanner.readHexDigits(digitCount)
    guard let scalar = Unicode.Scalar(code) else { throw scanner.error("not a Unicode character: \(code)") }
    return scalar
  }

  private mutating func readLineEnd() throws(ConfigurationSyntaxError) {
    skipSpace()
    try skipComment()
    guard scanner.isAtEnd || takeNewline() else {
      throw scanner.error("expected the end of the line, found \(scanner.found)")
    }
  }

  /// Skips spaces, comments and line ends.
  private mutating func skipBlank() throws(ConfigurationSyntaxError) {
    repeat {
      skipSpace()
      try skipComment()
    } while takeNewline()
  }

  private mutating func skipComment() throws(ConfigurationSyntaxError) {
    guard scanner.take("#") else { return }
    scanner.skip { !Self.isControl($0) }
    let isLineEnd = scanner.isAtEnd || scanner.current == 0x0A || (scanner.current == 0x0D && scanner.peek(1) == 0x0A)
    guard isLineEnd else { throw scanner.error("a comment may not hold \(scanner.found)") }
  }

  private mutating func skipSpace() {
    scanner.skip { $0 == 0x20 || $0 == 0x09 }
  }

  private mutating func takeNewline() -> Bool {
    if scanner.take("\n") { return true }
    guard scanner.current == 0x0D, scanner.peek(1) == 0x0A else { return false }
    scanner.advance(2)
    return true
  }

  /// Everything below the space but the tab, and DEL.
  private static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7F }
}
