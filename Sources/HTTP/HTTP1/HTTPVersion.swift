/// The protocol version of a message (RFC 9110 section 2.5).
///
/// A higher minor version of HTTP/1 is treated as 1.1, the highest one known here.
public enum HTTPVersion: Sendable, Hashable {
  case http10
  case http11

  /// Reads `HTTP/1.x`; anything else of the right shape has a status of 505, and the rest is malformed.
  static func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPParseError) -> HTTPVersion {
    guard bytes.count == 8, bytes.hasPrefix("HTTP/"), bytes[5].isDigit, bytes[6] == ASCII.dot, bytes[7].isDigit else {
      throw HTTPParseError(.badRequest, "the HTTP version is malformed")
    }
    guard bytes[5] == ASCII.zero + 1 else {
      throw HTTPParseError(.httpVersionNotSupported, "only HTTP/1.0 and HTTP/1.1 are supported")
    }
    return bytes[7] == ASCII.zero ? .http10 : .http11
  }
}
