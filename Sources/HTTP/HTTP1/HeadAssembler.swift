/// Runs a `HeadScanner` over input that may arrive in pieces: in place when a section is complete in one piece,
/// otherwise over a private copy that never grows beyond the given bound.
struct HeadAssembler: Sendable {
  /// A complete section: its bytes and the fields found in them.
  struct Section: Sendable {
    var bytes: [UInt8]
    var fields: [HTTPHeaders.Field]
  }

  private var buffer: [UInt8] = []
  private var scanner = HeadScanner()

  /// True when nothing of a section has arrived.
  var isEmpty: Bool { buffer.isEmpty }

  /// Calls `scan` with all bytes of the section so far; it returns the offset where the section ends, or nil for more.
  /// `bytesMax` must be past every limit that `scan` enforces, so that it always ends or throws before the buffer is full.
  mutating func next(
    _ input: inout UnsafeRawBufferPointer, bytesMax: Int,
    scan: (inout HeadScanner, UnsafeRawBufferPointer) throws(HTTPParseError) -> Int?
  ) throws(HTTPParseError) -> Section? {
    guard !input.isEmpty else { return nil }
    if buffer.isEmpty {
      guard let end = try scan(&scanner, input) else {
        buffer.append(contentsOf: input)
        input = input.dropping(input.count)
        return nil
      }
      let section = Section(bytes: [UInt8](input.part(0..<end)), fields: scanner.fields)
      input = input.dropping(end)
      self = HeadAssembler()
      return section
    }
    let old = buffer.count
    let added = min(input.count, bytesMax - old)
    buffer.append(contentsOf: input.part(0..<added))
    var scanner = scanner
    self.scanner = HeadScanner()
    let end = try buffer.withBytes { (bytes) throws(HTTPParseError) in try scan(&scanner, bytes) }
    guard let end else {
      self.scanner = scanner
      input = input.dropping(added)
      return nil
    }
    input = input.dropping(end - old)
    buffer.removeLast(buffer.count - end)
    let section = Section(bytes: buffer, fields: scanner.fields)
    self = HeadAssembler()
    return section
  }
}
