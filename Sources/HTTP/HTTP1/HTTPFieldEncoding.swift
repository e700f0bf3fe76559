/// Writes field lines, refusing what would change the shape of the message (RFC 9110 section 5.5).
enum HTTPFieldEncoding {
  /// Appends every field as a line. Throws at the first one that may not be sent; what was appended stays.
  static func append(_ headers: HTTPHeaders, to output: inout [UInt8]) throws(HTTPFieldError) {
    try headers.forEach { (name, value) throws(HTTPFieldError) in
      guard name.isToken else { throw HTTPFieldError("a header name is not a token") }
      var isBad = false
      for byte in value { isBad = isBad || byte.isForbiddenInFieldValue }
      guard !isBad else { throw HTTPFieldError("a header value holds a control character") }
      guard !isFraming(name) else { throw HTTPFieldError("a header belongs to the message framing") }
      output.append(contentsOf: name)
      output.append(literal: ": ")
      output.append(contentsOf: value)
      output.append(literal: "\r\n")
    }
  }

  private static func isFraming(_ name: UnsafeRawBufferPointer) -> Bool {
    switch name.count {
    case 10: name.equalsIgnoringCase("connection")
    case 14: name.equalsIgnoringCase("content-length")
    case 17: name.equalsIgnoringCase("transfer-encoding")
    default: false
    }
  }
}
