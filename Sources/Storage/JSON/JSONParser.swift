/// Reads any JSON text (RFC 8259) in UTF-8, in time proportional to its length. Of members with one name the first counts,
/// as for the decoder of requests.
struct JSONParser {
  /// Containers within containers; the decoder of requests has the same bound.
  static let depthMax = 512
  static let malformed = StoreError.invalid("the body is not valid JSON")

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads exactly one value.
  /// - Throws: `StoreError.invalid`.
  static func parse(_ bytes: [UInt8]) throws(StoreError) -> JSONValue {
    var parser = JSONParser(bytes)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { parser.index = 3 }
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.index == bytes.count else { throw malformed }
    return value
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func value(depth: Int) throws(StoreError) -> JSONValue {
    guard depth <= Self.depthMax else { throw Self.malformed }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(StoreError) -> JSONValue {
    let end = index + word.utf8CodeUnitCount
    let isThere = word.withUTF8Buffer { end <= bytes.count && bytes[index..<end].elementsEqual($0) }
    guard isThere else { throw Self.malformed }
    index = end
    return value
  }

  private mutating func object(depth: Int) throws(StoreError) -> [String: JSONValue] {
    guard depth <= Self.depthMax else { throw Self.malformed }
    index += 1
    var fields: [String: JSONValue] = [:]
    skipBlanks()
    if take(UInt8(ascii: "}")) { return fields }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw Self.malformed }
      let name = try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw Self.malformed }
      let value = try value(depth: depth)
      if fields[name] == nil { fields[name] = value }
      skipBlanks()
      if take(UInt8(ascii: "}")) { return fields }
      guard take(UInt8(ascii: ",")) else { throw Self.malformed }
    }
  }

  private mutating func array(depth: Int) throws(StoreError) -> [JSONValue] {
    guard depth <= Self.depthMax else { throw Self.malformed }
    index += 1
    var items: [JSONValue] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return items }
    while true {
      items.append(try value(depth: depth))
      skipBlanks()
      if take(UInt8(ascii: "]")) { return items }
      guard take(UInt8(ascii: ",")) else { throw Self.malformed }
    }
  }

  private mutating func number() throws(StoreError) -> JSONValue {
    let start = index
    var isWhole = true
    _ = take(UInt8(ascii: "-"))
    let first = next
    guard skipDigits() > 0 else { throw Self.malformed }
    let digitsStart = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
    guard first != UInt8(ascii: "0") || index == digitsStart + 1 else { throw Self.malformed }
    if take(UInt8(ascii: ".")) {
      isWhole = false
      guard skipDigits() > 0 else { throw Self.malformed }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard skipDigits() > 0 else { throw Self.malformed }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let whole = Int64(text) { return .integer(whole) }
    guard let value = Double(text), value.isFinite else { throw Self.malformed }
    // Rounded to a double it may be a whole number, which it then is whenever it is read again.
    return Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  private mutating func skipDigits() -> Int {
    let start = index
    while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
    return index - start
  }

  private mutating func string() throws(StoreError) -> String {
    index += 1
    var text: [UInt8] = []
    var copied = index
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[copied..<index]
        index += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw Self.malformed }
        return string
      case UInt8(ascii: "\\"):
        text += bytes[copied..<index]
        index += 1
        try appendEscape(to: &text)
        copied = index
      case 0..<0x20: throw Self.malformed
      default: index += 1
      }
    }
    throw Self.malformed
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(StoreError) {
    guard let byte = next else { throw Self.malformed }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = UInt32(try fourDigits())
      if (0xd800..<0xdc00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = UInt32(try fourDigits())
        guard (0xdc00..<0xe000).contains(low) else { throw Self.malformed }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      // A surrogate by itself is no character.
      guard let scalar = Unicode.Scalar(code) else { throw Self.malformed }
      text += scalar.utf8
    default: throw Self.malformed
    }
  }

  private mutating func fourDigits() throws(StoreError) -> UInt16 {
    var code: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw Self.malformed
      }
      code = code << 4 | UInt16(digit)
      index += 1
    }
    return code
  }
}
