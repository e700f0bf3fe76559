/// Percent-decoding (RFC 3986 section 2.1).
enum PercentDecoding {
  /// Refuses escapes that are not two hexadecimal digits, encoded NULs, and (in a path) escapes that do not decode to
  /// UTF-8, so that decoding later cannot fail.
  static func validate(_ bytes: UnsafeRawBufferPointer, of part: String) throws(HTTPParseError) {
    var index = bytes.firstIndex(of: ASCII.percent, from: 0)
    while let escape = index {
      guard escape + 2 < bytes.count, let high = bytes[escape + 1].hexDigitValue,
        let low = bytes[escape + 2].hexDigitValue
      else { throw HTTPParseError(.badRequest, "the \(part) holds an invalid percent escape") }
      guard high | low != 0 else { throw HTTPParseError(.badRequest, "the \(part) holds an encoded NUL") }
      index = bytes.firstIndex(of: ASCII.percent, from: escape + 3)
    }
  }

  /// Decodes bytes; an invalid escape stays as it is.
  static func decode(_ bytes: UnsafeRawBufferPointer, plusIsSpace: Bool = false) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte == ASCII.percent, index + 2 < bytes.count, let high = bytes[index + 1].hexDigitValue,
          let low = bytes[index + 2].hexDigitValue
        {
          output[count] = high << 4 | low
          index += 3
        } else {
          output[count] = plusIsSpace && byte == ASCII.plus ? ASCII.space : byte
          index += 1
        }
        count += 1
      }
    }
  }

  /// Decodes to text; the usual text without escapes is not copied twice.
  static func text(_ bytes: UnsafeRawBufferPointer, plusIsSpace: Bool = false) -> String {
    let isPlain =
      bytes.firstIndex(of: ASCII.percent, from: 0) == nil
      && !(plusIsSpace && bytes.firstIndex(of: ASCII.plus, from: 0) != nil)
    if isPlain { return bytes.text }
    return String(decoding: decode(bytes, plusIsSpace: plusIsSpace), as: UTF8.self)
  }
}
