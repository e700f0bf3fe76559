/// Decodes a chunked body (RFC 9112 section 7.1): sizes, extensions (ignored), data and trailer fields.
///
/// Data come out as slices of the input; only a trailer section that arrives in pieces is buffered.
struct ChunkedDecoder: Sendable {
  /// What the decoder found.
  enum Event {
    case data(UnsafeRawBufferPointer)
    case end(HTTPHeaders)
  }

  private enum State: Sendable {
    case size(digits: Int)
    case blanksAfterSize
    case chunkExtension(isQuoted: Bool, isEscaped: Bool)
    case sizeLineFeed
    case data
    case dataCarriageReturn
    case dataLineFeed
    case trailers
  }

  private let limits: HTTPLimits
  private var state = State.size(digits: 0)
  private var remaining = 0
  private var received = 0
  private var extensionBytes = 0
  private var trailers = HeadAssembler()

  init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// The next event; nil when the input is used up. `bodyBytesMax` bounds the whole decoded body.
  mutating func next(
    _ input: inout UnsafeRawBufferPointer, bodyBytesMax: Int
  ) throws(HTTPParseError) -> Event? {
    while true {
      switch state {
      case .data:
        guard !input.isEmpty else { return nil }
        let count = min(remaining, input.count)
        let data = input.part(0..<count)
        input = input.dropping(count)
        remaining -= count
        if remaining == 0 { state = .dataCarriageReturn }
        return .data(data)
      case .trailers:
        return try nextTrailers(&input)
      default:
        guard let byte = input.first else { return nil }
        input = input.dropping(1)
        try step(byte, bodyBytesMax: bodyBytesMax)
      }
    }
  }

  private mutating func nextTrailers(_ input: inout UnsafeRawBufferPointer) throws(HTTPParseError) -> Event? {
    let limits = limits
    let section = try trailers.next(&input, bytesMax: limits.trailerBytesMax + 2) {
      (scanner, bytes) throws(HTTPParseError) -> Int? in
      try scanner.fieldSection(in: bytes, bytesMax: limits.trailerBytesMax, countMax: limits.trailerCountMax)
    }
    guard let section else { return nil }
    let headers = HTTPHeaders(storage: section.fields.isEmpty ? [] : section.bytes, fields: section.fields)
    for name in ["transfer-encoding", "content-length", "host", "trailer", "connection"] where headers.contains(name) {
      throw HTTPParseError(.badRequest, "the trailer section holds a field that is not allowed there")
    }
    return .end(headers)
  }

  private mutating func step(_ byte: UInt8, bodyBytesMax: Int) throws(HTTPParseError) {
    switch state {
    case .size(let digits):
      try stepSize(byte, digits: digits)
    case .blanksAfterSize:
      try countExtensionByte()
      if byte == ASCII.semicolon {
        state = .chunkExtension(isQuoted: false, isEscaped: false)
      } else if !byte.isBlank {
        throw HTTPParseError(.badRequest, "a chunk size is malformed")
      }
    case .chunkExtension(let isQuoted, let isEscaped):
      try stepExtension(byte, isQuoted: isQuoted, isEscaped: isEscaped)
    case .sizeLineFeed:
      guard byte == ASCII.lf else { throw HTTPParseError(.badRequest, "a chunk size line does not end with CR LF") }
      guard remaining <= bodyBytesMax - received else {
        throw HTTPParseError(.contentTooLarge, "the body is larger than \(bodyBytesMax) bytes")
      }
      received += remaining
      state = remaining == 0 ? .trailers : .data
    case .dataCarriageReturn:
      guard byte == ASCII.cr else { throw HTTPParseError(.badRequest, "a chunk is longer than its size") }
      state = .dataLineFeed
    case .dataLineFeed:
      guard byte == ASCII.lf else { throw HTTPParseError(.badRequest, "a chunk does not end with CR LF") }
      state = .size(digits: 0)
    case .data, .trailers:
      break
    }
  }

  private mutating func stepSize(_ byte: UInt8, digits: Int) throws(HTTPParseError) {
    if let digit = byte.hexDigitValue {
      // Fifteen digits fit in an Int whatever they are; leading zeros count, so that the line is bounded too.
      guard digits < 15 else { throw HTTPParseError(.badRequest, "a chunk size is too large") }
      remaining = (digits == 0 ? 0 : remaining) << 4 | Int(digit)
      state = .size(digits: digits + 1)
      return
    }
    guard digits > 0 else { throw HTTPParseError(.badRequest, "a chunk size is missing or not hexadecimal") }
    switch byte {
    case ASCII.cr: state = .sizeLineFeed
    case ASCII.semicolon:
      try countExtensionByte()
      state = .chunkExtension(isQuoted: false, isEscaped: false)
    case ASCII.space, ASCII.tab:
      try countExtensionByte()
      state = .blanksAfterSize
    default: throw HTTPParseError(.badRequest, "a chunk size is missing or not hexadecimal")
    }
  }

  private mutating func stepExtension(_ byte: UInt8, isQuoted: Bool, isEscaped: Bool) throws(HTTPParseError) {
    if byte == ASCII.cr {
      guard !isQuoted else { throw HTTPParseError(.badRequest, "a chunk extension is malformed") }
      state = .sizeLineFeed
      return
    }
    try countExtensionByte()
    guard !byte.isForbiddenInFieldValue else {
      throw HTTPParseError(.badRequest, "a chunk extension holds a control character")
    }
    if isEscaped {
      state = .chunkExtension(isQuoted: true, isEscaped: false)
    } else if byte == ASCII.quote {
      state = .chunkExtension(isQuoted: !isQuoted, isEscaped: false)
    } else if isQuoted {
      state = .chunkExtension(isQuoted: true, isEscaped: byte == ASCII.backslash)
    } else {
      guard byte.isTokenByte || byte.isBlank || byte == ASCII.semicolon || byte == ASCII.equals else {
        throw HTTPParseError(.badRequest, "a chunk extension is malformed")
      }
    }
  }

  private mutating func countExtensionByte() throws(HTTPParseError) {
    extensionBytes += 1
    guard extensionBytes <= limits.chunkExtensionBytesMax else {
      throw HTTPParseError(.badRequest, "the chunk extensions are too long")
    }
  }
}
