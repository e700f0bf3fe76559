/// What a parser found next.
public enum HTTP1Event {
  /// A complete, valid head.
  case head(HTTPRequestHead)
  /// A piece of the body: a slice of the input, valid only as long as the input is.
  case body(UnsafeRawBufferPointer)
  /// The end of the request, with the trailer fields of a chunked body.
  case end(trailers: HTTPHeaders)
}

/// Parses requests from the bytes of one connection, strictly and in any pieces (RFC 9112).
///
///     while let event = try parser.next(&input) {
///       switch event { case .head(let head): ... case .body(let bytes): ... case .end(let trailers): ... }
///     }
///
/// `nil` means that the input is used up and more is needed. After `.end` the rest of `input` belongs to the next
/// request (pipelining) or, after an upgrade, to the next protocol: stop calling and keep the rest. A request is taken
/// only if every recipient must read it the same way; anything ambiguous is refused, since that is how requests are
/// smuggled past a proxy. After an error every further call throws it again; answer it and close the connection.
public struct HTTP1RequestParser: Sendable {
  private enum State: Sendable {
    case head
    case fixedBody(remaining: Int)
    case chunkedBody
    case end
    case failed(HTTPParseError)
  }

  private struct RequestLine: Sendable {
    var method: HTTPMethod
    var version: HTTPVersion
    var target: Range<Int>
    var parts: RequestTarget
  }

  private let limits: HTTPLimits
  private var state = State.head
  private var assembler = HeadAssembler()
  private var line: RequestLine?
  private var chunks: ChunkedDecoder?

  /// Largest body of the current request in bytes. Set it after `.head`; `.end` puts it back to the limit's value.
  public var bodyBytesMax: Int

  /// Makes a parser for a new connection.
  public init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
    bodyBytesMax = limits.bodyBytesMax
  }

  /// True between requests, when nothing of the next one has arrived: the connection is idle and may be closed.
  public var isIdle: Bool {
    if case .head = state { return assembler.isEmpty }
    return false
  }

  /// True while a head has begun and is not complete.
  public var isReadingHead: Bool {
    if case .head = state { return !assembler.isEmpty }
    return false
  }

  /// The next event, or nil when the input is used up.
  ///
  /// Bytes that were read are removed from `input`. Throws the status and message to answer with.
  public mutating func next(_ input: inout UnsafeRawBufferPointer) throws(HTTPParseError) -> HTTP1Event? {
    do throws(HTTPParseError) {
      return try advance(&input)
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// Tells the parser that the peer sends no more. Throws 400 in the middle of a request.
  public mutating func finish() throws(HTTPParseError) {
    if isIdle { return }
    if case .failed(let error) = state { throw error }
    throw HTTPParseError(.badRequest, "the connection ended in the middle of a request")
  }

  private mutating func advance(_ input: inout UnsafeRawBufferPointer) throws(HTTPParseError) -> HTTP1Event? {
    switch state {
    case .head:
      guard let head = try nextHead(&input) else { return nil }
      switch head.bodyLength {
      case .none, .fixed(0): state = .end
      case .fixed(let count): state = .fixedBody(remaining: count)
      case .chunked:
        chunks = ChunkedDecoder(limits: limits)
        state = .chunkedBody
      }
      return .head(head)
    case .fixedBody(let remaining):
      return try nextFixedBody(&input, remaining: remaining)
    case .chunkedBody:
      switch try chunks?.next(&input, bodyBytesMax: bodyBytesMax) {
      case .data(let bytes): return .body(bytes)
      case .end(let trailers): return end(trailers)
      case nil: return nil
      }
    case .end:
      return end(HTTPHeaders())
    case .failed(let error):
      throw error
    }
  }

  private mutating func nextFixedBody(
    _ input: inout UnsafeRawBufferPointer, remaining: Int
  ) throws(HTTPParseError) -> HTTP1Event? {
    guard remaining <= bodyBytesMax else {
      throw HTTPParseError(.contentTooLarge, "the body is larger than \(bodyBytesMax) bytes")
    }
    guard !input.isEmpty else { return nil }
    let count = min(remaining, input.count)
    let body = input.part(0..<count)
    input = input.dropping(count)
    state = count == remaining ? .end : .fixedBody(remaining: remaining - count)
    return .body(body)
  }

  private mutating func end(_ trailers: HTTPHeaders) -> HTTP1Event {
    state = .head
    chunks = nil
    bodyBytesMax = limits.bodyBytesMax
    return .end(trailers: trailers)
  }

  private mutating func nextHead(_ input: inout UnsafeRawBufferPointer) throws(HTTPParseError) -> HTTPRequestHead? {
    let limits = limits
    var line = line
    let section = try assembler.next(&input, bytesMax: limits.requestLineBytesMax + limits.headerBytesMax + 8) {
      (scanner, bytes) throws(HTTPParseError) -> Int? in
      if line == nil {
        guard let range = try scanner.startLine(in: bytes, bytesMax: limits.requestLineBytesMax) else { return nil }
        line = try Self.requestLine(at: range, in: bytes)
      }
      return try scanner.fieldSection(in: bytes, bytesMax: limits.headerBytesMax, countMax: limits.headerCountMax)
    }
    guard let section, let complete = line else {
      self.line = line
      return nil
    }
    self.line = nil
    try section.bytes.withBytes(CombiningMarks.expectBounded)
    var head = HTTPRequestHead(
      method: complete.method, version: complete.version,
      headers: HTTPHeaders(storage: section.bytes, fields: section.fields),
      targetBytes: section.bytes, targetRange: complete.target, parts: complete.parts)
    try RequestFraming.apply(to: &head, authority: complete.parts.authority, target: complete.target)
    return head
  }

  private static func requestLine(
    at range: Range<Int>, in bytes: UnsafeRawBufferPointer
  ) throws(HTTPParseError) -> RequestLine {
    let line = bytes.part(range)
    guard let first = line.firstIndex(of: ASCII.space, from: 0),
      let second = line.firstIndex(of: ASCII.space, from: first + 1),
      line.firstIndex(of: ASCII.space, from: second + 1) == nil
    else { throw HTTPParseError(.badRequest, "the request line is malformed") }
    let methodBytes = line.part(0..<first)
    guard methodBytes.isToken else { throw HTTPParseError(.badRequest, "the method is malformed") }
    let version = try HTTPVersion.parse(line.dropping(second + 1))
    guard let method = HTTPMethod(methodBytes) else {
      throw HTTPParseError(.notImplemented, "the method is not implemented")
    }
    let parts = try RequestTarget.parse(line.part(first + 1..<second), method: method)
    return RequestLine(
      method: method, version: version, target: range.lowerBound + first + 1..<range.lowerBound + second, parts: parts)
  }
}
