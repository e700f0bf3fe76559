/// Finds the lines of a start line and a field section in a growing run of bytes, checking each line once
/// (RFC 9112 sections 2.2 and 5).
///
/// Offsets count from the start of the run. Feeding the run in any pieces gives the same result and the same error:
/// a line is judged when it is complete, and length limits are judged the same way for half a line as for a whole one.
struct HeadScanner: Sendable {
  private(set) var fields: [HTTPHeaders.Field] = []
  private var lineStart = 0
  private var searched = 0
  private var sectionStart = 0
  private var isLeadingLineSkipped = false

  /// The range of the start line without its CRLF, or nil while it is incomplete.
  mutating func startLine(
    in bytes: UnsafeRawBufferPointer, bytesMax: Int
  ) throws(HTTPParseError) -> Range<Int>? {
    while true {
      let lineFeed = bytes.firstIndex(of: ASCII.lf, from: searched)
      guard (lineFeed ?? bytes.count) - lineStart <= bytesMax + 1 else {
        throw HTTPParseError(.uriTooLong, "the request line is longer than \(bytesMax) bytes")
      }
      guard let lineFeed else {
        searched = bytes.count
        return nil
      }
      let line = try line(endingAt: lineFeed, in: bytes)
      // RFC 9112 section 2.2: one empty line before a request is ignored, for old clients that end bodies with it.
      if line.isEmpty, !isLeadingLineSkipped {
        isLeadingLineSkipped = true
        continue
      }
      sectionStart = lineStart
      return line
    }
  }

  /// The offset behind the empty line that ends the section, or nil while it is incomplete.
  mutating func fieldSection(
    in bytes: UnsafeRawBufferPointer, bytesMax: Int, countMax: Int
  ) throws(HTTPParseError) -> Int? {
    while true {
      let lineFeed = bytes.firstIndex(of: ASCII.lf, from: searched)
      guard (lineFeed ?? bytes.count) - sectionStart < bytesMax else {
        throw HTTPParseError(.requestHeaderFieldsTooLarge, "the header fields take more than \(bytesMax) bytes")
      }
      guard let lineFeed else {
        searched = bytes.count
        return nil
      }
      let line = try line(endingAt: lineFeed, in: bytes)
      if line.isEmpty { return lineStart }
      guard fields.count < countMax else {
        throw HTTPParseError(.requestHeaderFieldsTooLarge, "there are more than \(countMax) header fields")
      }
      if fields.isEmpty { fields.reserveCapacity(min(16, countMax)) }
      fields.append(try Self.field(at: line, in: bytes))
    }
  }

  private mutating func line(
    endingAt lineFeed: Int, in bytes: UnsafeRawBufferPointer
  ) throws(HTTPParseError) -> Range<Int> {
    guard lineFeed > lineStart, bytes[lineFeed - 1] == ASCII.cr else {
      throw HTTPParseError(.badRequest, "a line does not end with CR LF")
    }
    let line = lineStart..<lineFeed - 1
    lineStart = lineFeed + 1
    searched = lineStart
    return line
  }

  private static func field(
    at line: Range<Int>, in bytes: UnsafeRawBufferPointer
  ) throws(HTTPParseError) -> HTTPHeaders.Field {
    if bytes[line.lowerBound].isBlank {
      throw HTTPParseError(.badRequest, "a header field is folded over several lines")
    }
    var colon = line.lowerBound
    while colon < line.upperBound, bytes[colon].isTokenByte { colon += 1 }
    guard colon < line.upperBound, bytes[colon] == ASCII.colon, colon > line.lowerBound else {
      throw invalidName(bytes.part(line), at: colon - line.lowerBound)
    }
    var start = colon + 1
    var end = line.upperBound
    while start < end, bytes[start].isBlank { start += 1 }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    try checkValue(bytes.part(start..<end))
    return HTTPHeaders.Field(
      nameStart: UInt32(line.lowerBound), nameCount: UInt32(colon - line.lowerBound),
      valueStart: UInt32(start), valueCount: UInt32(end - start))
  }

  private static func checkValue(_ value: UnsafeRawBufferPointer) throws(HTTPParseError) {
    // No early exit: the loop compiles to vector instructions, and bad values are rare.
    var isBad = false
    for byte in value { isBad = isBad || byte.isForbiddenInFieldValue }
    guard isBad else { return }
    if value.contains(0) { throw HTTPParseError(.badRequest, "a header value holds a NUL") }
    if value.contains(ASCII.cr) {
      throw HTTPParseError(.badRequest, "a header value holds a carriage return without a line feed")
    }
    throw HTTPParseError(.badRequest, "a header value holds a control character")
  }

  private static func invalidName(_ line: UnsafeRawBufferPointer, at offset: Int) -> HTTPParseError {
    guard offset < line.count else { return HTTPParseError(.badRequest, "a header field has no colon") }
    if line[offset] == ASCII.colon { return HTTPParseError(.badRequest, "a header field has no name") }
    if line[offset].isBlank { return HTTPParseError(.badRequest, "a header name is followed by white space") }
    return HTTPParseError(.badRequest, "a header name holds a character that is not allowed")
  }
}
