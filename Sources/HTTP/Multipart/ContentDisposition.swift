/// The `Content-Disposition` of a part of a form: `form-data; name="file"; filename="a.txt"` (RFC 7578 section 4.2).
struct ContentDisposition {
  /// The bound on parameters.
  static let parameterCountMax = 8

  let name: String
  let filename: String?

  /// Reads a field value. A backslash escapes only a quote or a backslash: browsers send Windows paths as they are.
  init(formData value: UnsafeRawBufferPointer) throws(HTTPParseError) {
    let typeEnd = value.firstIndex(of: ASCII.semicolon, from: 0) ?? value.count
    guard value.part(0..<typeEnd).trimmingBlanks.equalsIgnoringCase("form-data") else { throw Self.malformed }
    var parameters: [String: [UInt8]] = [:]
    var index = typeEnd
    while index < value.count {
      guard value[index] == ASCII.semicolon, parameters.count < Self.parameterCountMax else { throw Self.malformed }
      index = Self.skipBlanks(value, index + 1)
      guard let equals = value.firstIndex(of: ASCII.equals, from: index) else { throw Self.malformed }
      let name = value.part(index..<equals)
      guard name.isToken else { throw Self.malformed }
      let (parsed, end) = try Self.parameterValue(value, equals + 1)
      guard parameters.updateValue(parsed, forKey: name.text.lowercased()) == nil else { throw Self.malformed }
      index = Self.skipBlanks(value, end)
    }
    guard let name = parameters["name"] else { throw Self.malformed }
    self.name = String(decoding: name, as: UTF8.self)
    if let extended = parameters["filename*"] {
      filename = try Self.extended(extended)
    } else {
      filename = parameters["filename"].map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private static func skipBlanks(_ value: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var index = start
    while index < value.count, value[index].isBlank { index += 1 }
    return index
  }

  private static func parameterValue(
    _ value: UnsafeRawBufferPointer, _ start: Int
  ) throws(HTTPParseError) -> (bytes: [UInt8], end: Int) {
    guard start < value.count, value[start] == ASCII.quote else {
      var end = start
      while end < value.count, value[end].isTokenByte { end += 1 }
      guard end > start else { throw malformed }
      return (Array(value.part(start..<end)), end)
    }
    var bytes: [UInt8] = []
    var index = start + 1
    while index < value.count, value[index] != ASCII.quote {
      let isEscape =
        value[index] == ASCII.backslash && index + 1 < value.count
        && (value[index + 1] == ASCII.quote || value[index + 1] == ASCII.backslash)
      if isEscape { index += 1 }
      bytes.append(value[index])
      index += 1
    }
    guard index < value.count else { throw malformed }
    return (bytes, index + 1)
  }

  /// `UTF-8''na%C3%AFve.txt` (RFC 8187 section 3.2), which forms should not have and some libraries send.
  private static func extended(_ bytes: [UInt8]) throws(HTTPParseError) -> String {
    let prefix = Array("utf-8''".utf8)
    guard bytes.count >= prefix.count, bytes.prefix(prefix.count).map(\.asciiLowercased) == prefix else {
      throw malformed
    }
    return Array(bytes.dropFirst(prefix.count)).withBytes { PercentDecoding.text($0) }
  }

  private static let malformed = HTTPParseError(.badRequest, "a Content-Disposition in the form is malformed")
}
