import Storage

/// Sends an upload so that it can do no harm: browsers show only what can't run a script, and never guess its type.
struct UploadDelivery {
  /// Bytes that are read and written at a time: with what is left of the piece before, what a stalled download holds.
  private static let pieceBytes = 32 << 10
  /// The type of what is unknown or must not be shown.
  private static let opaqueType = "application/octet-stream"
  /// The longest media type that is kept, in bytes.
  private static let typeBytesMax = 255
  /// Trying again would change nothing, so it is not a failure of the server's that passes.
  private static let lost = StoreError(.notFound, "the file of this upload is lost")
  /// What a browser may show in place. Everything else is a download.
  private static let inlineTypes: Set<String> = [
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
    "audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm", "audio/flac",
    "video/mp4", "video/webm", "video/ogg", "video/quicktime",
    "application/pdf", "text/plain",
  ]

  private let upload: Upload
  private let report: @Sendable (String) -> Void
  private let contentType: String
  private let isInline: Bool

  /// - Parameter report: Tells the operator of a file that is damaged.
  init(_ upload: Upload, report: @escaping @Sendable (String) -> Void) {
    self.upload = upload
    self.report = report
    let essence = MediaType(parsing: upload.contentType)?.essence ?? Self.opaqueType
    isInline = Self.inlineTypes.contains(essence)
    // Without parameters: a charset that the client chose could turn harmless bytes into others.
    contentType = isInline ? essence : Self.opaqueType
  }

  /// The media type to keep of what a client gave.
  static func storedType(_ given: String?) -> String {
    guard let given, given.utf8.count <= typeBytesMax, MediaType(parsing: given) != nil else { return opaqueType }
    return given
  }

  /// The whole file, the range that was asked for, or 304 when the client has it.
  /// - Parameter takePlace: Called before the file is opened; what it returns lives as long as the file is open.
  /// - Throws: `StoreError.notFound`, `.unavailable`, `FileError`, what `takePlace` throws.
  func response(
    to head: HTTPRequestHead, from blobs: any BlobStore, takePlace: () throws(StoreError) -> DownloadPlace
  ) async throws -> APIResponse {
    let tag = try EntityTag(upload.id)
    if tag.matchesIfNoneMatch(head.headers) {
      return APIResponse(status: 304, contentType: "", content: .empty, headers: headers(tag))
    }
    switch range(head, tag) {
    case .unsatisfiable:
      return APIResponse.error(416, "the file has \(upload.byteSize) bytes")
        .with(header: "Content-Range", "bytes */\(upload.byteSize)").with(header: "Accept-Ranges", "bytes")
    case .part(let range):
      var response = try await content(range, status: 206, tag, blobs, try takePlace())
      response.headers.append(
        ("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(upload.byteSize)"))
      return response
    case .whole:
      return try await content(0..<upload.byteSize, status: 200, tag, blobs, try takePlace())
    }
  }

  /// A range counts for GET only, and only while If-Range, if there is one, names this file (RFC 9110 section 13.1.5).
  private func range(_ head: HTTPRequestHead, _ tag: EntityTag) -> ByteRange {
    guard head.method == .get, let field = head.headers["range"] else { return .whole }
    if let condition = head.headers["if-range"], condition != tag.fieldValue { return .whole }
    return ByteRange(field, of: upload.byteSize)
  }

  private func content(
    _ range: Range<Int64>, status: Int, _ tag: EntityTag, _ blobs: any BlobStore, _ place: DownloadPlace
  ) async throws -> APIResponse {
    guard let source = try await blobs.open(upload.blob) else {
      // Deleted at this moment, or not by this server.
      report("the file of upload \(upload.id) is not there")
      throw Self.lost
    }
    guard source.byteCount == upload.byteSize else {
      report("the file of upload \(upload.id) has \(source.byteCount) bytes instead of \(upload.byteSize)")
      throw Self.lost
    }
    return APIResponse(
      status: status, contentType: contentType,
      content: .stream(length: range.count) { writer in
        // With the file, which is closed with its last reference.
        defer { withExtendedLifetime(place) {} }
        var offset = range.lowerBound
        while offset < range.upperBound {
          // Nothing is read, and so nothing is held, before the client has taken what was read earlier.
          try await writer.waitForRoom()
          let wanted = min(Int64(Self.pieceBytes), range.upperBound - offset)
          let bytes = try await source.read(at: offset, byteCount: Int(wanted))
          guard !bytes.isEmpty else { throw FileError("a blob became shorter while it was read") }
          try await writer.write(bytes)
          offset += Int64(bytes.count)
        }
      },
      headers: headers(tag))
  }

  private func headers(_ tag: EntityTag) -> [(name: String, value: String)] {
    [
      ("Content-Disposition", (isInline ? "inline" : "attachment") + FilenameParameters.text(upload.filename)),
      ("X-Content-Type-Options", "nosniff"),
      ("Content-Security-Policy", "sandbox"),
      // Who may read it changes with the messages that show it, so every use asks again.
      ("Cache-Control", "private, no-cache"),
      ("Accept-Ranges", "bytes"),
      ("ETag", tag.fieldValue),
    ]
  }
}
