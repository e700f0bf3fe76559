/// What a part of a form says of itself (RFC 7578 section 4).
public struct MultipartPart: Sendable, Equatable {
  /// The name of the form's field.
  public let name: String
  /// The name of a file, as the client sent it: it may be a path, or anything else. Nil for ordinary fields.
  public let filename: String?
  /// The media type, as the client sent it.
  public let contentType: String?

  /// Reads a header section: lines that end with CRLF, without the empty line.
  init(headers: [UInt8], limits: MultipartLimits) throws(HTTPParseError) {
    self = try headers.withBytes { (bytes) throws(HTTPParseError) -> MultipartPart in
      try MultipartPart(bytes, limits)
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer, _ limits: MultipartLimits) throws(HTTPParseError) {
    try CombiningMarks.expectBounded(in: bytes)
    var disposition: ContentDisposition?
    var contentType: String?
    var count = 0
    var rest = bytes
    while let lineFeed = rest.firstIndex(of: ASCII.lf, from: 0) {
      guard lineFeed > 0, rest[lineFeed - 1] == ASCII.cr else { throw Self.malformed }
      let line = rest.part(0..<lineFeed - 1)
      rest = rest.dropping(lineFeed + 1)
      count += 1
      guard count <= limits.headerCountMax else {
        throw HTTPParseError(.badRequest, "a part of the form has more than \(limits.headerCountMax) header fields")
      }
      guard let colon = line.firstIndex(of: ASCII.colon, from: 0) else { throw Self.malformed }
      let name = line.part(0..<colon)
      let value = line.dropping(colon + 1).trimmingBlanks
      guard name.isToken, !value.contains(where: \.isForbiddenInFieldValue) else { throw Self.malformed }
      if name.equalsIgnoringCase("content-disposition") {
        guard disposition == nil else { throw Self.malformed }
        disposition = try ContentDisposition(formData: value)
      } else if name.equalsIgnoringCase("content-type") {
        guard contentType == nil else { throw Self.malformed }
        contentType = value.text
      } else if name.equalsIgnoringCase("content-transfer-encoding") {
        // Nothing is decoded, so nothing encoded is taken (RFC 7578 section 4.7).
        guard ["binary", "8bit", "7bit"].contains(value.text.lowercased()) else {
          throw HTTPParseError(.badRequest, "a part of the form has a transfer encoding")
        }
      }
    }
    guard rest.isEmpty else { throw Self.malformed }
    guard let disposition else {
      throw HTTPParseError(.badRequest, "a part of the form has no Content-Disposition with a name")
    }
    name = disposition.name
    filename = disposition.filename
    self.contentType = contentType
  }

  private static let malformed = HTTPParseError(.badRequest, "a header field in the form is malformed")
}
