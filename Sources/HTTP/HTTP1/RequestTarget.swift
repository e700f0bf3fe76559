/// Where the parts of a request target lie in its bytes (RFC 9112 section 3.2).
struct RequestTarget: Sendable {
  /// The four forms; authority-form belongs to CONNECT and is refused.
  enum Form: Sendable, Hashable {
    case origin
    case absolute
    case asterisk
  }

  var form: Form
  /// The host and port of an absolute target, empty otherwise.
  var authority: Range<Int>
  /// The path, with its leading slash; `*` in asterisk-form. Empty where an absolute target has none.
  var path: Range<Int>
  /// The query without its question mark, nil when there is none.
  var query: Range<Int>?

  /// Splits and checks a target. Throws 400 in plain words.
  static func parse(_ bytes: UnsafeRawBufferPointer, method: HTTPMethod) throws(HTTPParseError) -> RequestTarget {
    for byte in bytes where byte <= 0x20 || byte >= 0x7F || byte == ASCII.hash {
      throw HTTPParseError(.badRequest, "the request target holds a character that is not allowed")
    }
    guard let first = bytes.first else { throw HTTPParseError(.badRequest, "the request target is empty") }
    if first == ASCII.slash { return try split(bytes, form: .origin, authority: 0..<0, from: 0) }
    if first == ASCII.asterisk, bytes.count == 1 {
      guard method == .options else {
        throw HTTPParseError(.badRequest, "the target * is only allowed with OPTIONS")
      }
      return RequestTarget(form: .asterisk, authority: 0..<0, path: 0..<1, query: nil)
    }
    return try parseAbsolute(bytes)
  }

  private static func parseAbsolute(_ bytes: UnsafeRawBufferPointer) throws(HTTPParseError) -> RequestTarget {
    let start: Int
    if bytes.count > 7, bytes.part(0..<7).equalsIgnoringCase("http://") {
      start = 7
    } else if bytes.count > 8, bytes.part(0..<8).equalsIgnoringCase("https://") {
      start = 8
    } else {
      throw HTTPParseError(.badRequest, "the request target is neither a path nor an http URL")
    }
    var end = start
    while end < bytes.count, bytes[end] != ASCII.slash, bytes[end] != ASCII.question { end += 1 }
    guard Authority.isValid(bytes.part(start..<end)) else {
      throw HTTPParseError(.badRequest, "the request target holds an invalid host")
    }
    return try split(bytes, form: .absolute, authority: start..<end, from: end)
  }

  private static func split(
    _ bytes: UnsafeRawBufferPointer, form: Form, authority: Range<Int>, from start: Int
  ) throws(HTTPParseError) -> RequestTarget {
    let question = bytes.firstIndex(of: ASCII.question, from: start)
    let path = start..<(question ?? bytes.count)
    let query = question.map { $0 + 1..<bytes.count }
    let pathBytes = bytes.part(path)
    if pathBytes.firstIndex(of: ASCII.percent, from: 0) != nil {
      try PercentDecoding.validate(pathBytes, of: "path")
      let decoded = PercentDecoding.decode(pathBytes)
      guard UTF8Validator.isValid(decoded) else {
        throw HTTPParseError(.badRequest, "the path is not valid UTF-8")
      }
      try decoded.withBytes(CombiningMarks.expectBounded)
    }
    if let query { try PercentDecoding.validate(bytes.part(query), of: "query") }
    return RequestTarget(form: form, authority: authority, path: path, query: query)
  }
}
