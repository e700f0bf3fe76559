/// Walks through the bytes of a text and counts its lines: what the TOML and JSON parsers share.
struct ByteScanner {
  private let bytes: [UInt8]
  private(set) var position = 0
  private(set) var line = 1

  /// Refuses text that is too large or not UTF-8, so that every slice between ASCII bytes is a valid string.
  init(_ bytes: [UInt8]) throws(ConfigurationSyntaxError) {
    guard bytes.count <= ConfigurationFileLimits.bytesMax else {
      throw ConfigurationSyntaxError(
        line: 1, message: "the file is larger than \(ConfigurationFileLimits.bytesMax) bytes")
    }
    if let end = Self.firstInvalidOffset(bytes) {
      let line = 1 + bytes[..<end].count { $0 == UInt8(ascii: "\n") }
      throw ConfigurationSyntaxError(line: line, message: "not valid UTF-8")
    }
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  func peek(_ offset: Int) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  func isAt(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return bytes[position...].starts(with: wanted)
  }

  mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  /// Consumes one byte if it is the wanted one.
  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard let current, UInt32(current) == byte.value else { return false }
    advance()
    return true
  }

  mutating func skip(while accepts: (UInt8) -> Bool) {
    while let byte = current, accepts(byte) { advance() }
  }

  /// Reads the digits of a Unicode escape, at most 8.
  mutating func readHexDigits(_ count: Int) throws(ConfigurationSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<count {
      guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw error("a Unicode escape needs \(count) hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      advance()
    }
    return code
  }

  func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

  func slice(from start: Int) -> ArraySlice<UInt8> { bytes[start..<position] }

  func error(_ message: String) -> ConfigurationSyntaxError {
    ConfigurationSyntaxError(line: line, message: message)
  }

  /// What stands here, for an error.
  var found: String {
    guard let byte = current else { return "the end of the file" }
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "the end of the line"
    case 0x21...0x7E: return "'\(Unicode.Scalar(byte))'"
    default: return "character 0x\(String(byte, radix: 16))"
    }
  }

  /// The offset of the first byte that is not UTF-8, nil if all is well.
  private static func firstInvalidOffset(_ bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: return offset
      }
    }
  }
}
