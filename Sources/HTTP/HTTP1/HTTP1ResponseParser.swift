/// What a response parser found next.
public enum HTTP1ResponseEvent {
  /// A complete head; 1xx heads come before the final one, without an end of their own.
  case head(HTTPResponseHead)
  /// A piece of the body: a slice of the input, valid only as long as the input is.
  case body(UnsafeRawBufferPointer)
  /// The end of the response, with its trailer fields.
  case end(trailers: HTTPHeaders)
}

/// Parses responses in any pieces, for tools and tests (RFC 9112 section 6.3).
///
/// Tell it each request with `expect(_:)` before the answer arrives: the answer to HEAD has no body. Call `finish()`
/// when the peer closes, which may be what ends a body.
public struct HTTP1ResponseParser: Sendable {
  private enum State: Sendable {
    case head
    case fixedBody(remaining: Int)
    case chunkedBody
    case bodyUntilClose
    case end
    case switched
    case failed(HTTPParseError)
  }

  private let limits: HTTPLimits
  private var state = State.head
  private var assembler = HeadAssembler()
  private var status: HTTPStatus?
  private var version = HTTPVersion.http11
  private var chunks: ChunkedDecoder?
  private var received = 0
  private var isAnswerToHead = false

  /// Whether the connection may carry another request; meaningful after the final head.
  public private(set) var keepsAlive = true

  /// Makes a parser for a new connection.
  public init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
  }

  /// Says which method the next response answers.
  public mutating func expect(_ method: HTTPMethod) {
    isAnswerToHead = method == .head
  }

  /// The next event, or nil when the input is used up. After a 101 head the rest of `input` is the other protocol's.
  public mutating func next(_ input: inout UnsafeRawBufferPointer) throws(HTTPParseError) -> HTTP1ResponseEvent? {
    do throws(HTTPParseError) {
      return try advance(&input)
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// Tells the parser that the peer closed: ends a body without a length. Throws where the response is cut short.
  public mutating func finish() throws(HTTPParseError) -> HTTP1ResponseEvent? {
    switch state {
    case .head where assembler.isEmpty: return nil
    case .switched: return nil
    case .bodyUntilClose, .end: return end(HTTPHeaders())
    case .failed(let error): throw error
    default: throw HTTPParseError(.badGateway, "the connection ended in the middle of a response")
    }
  }

  private mutating func advance(
    _ input: inout UnsafeRawBufferPointer
  ) throws(HTTPParseError) -> HTTP1ResponseEvent? {
    switch state {
    case .head:
      guard let head = try nextHead(&input) else { return nil }
      try frame(head)
      return .head(head)
    case .fixedBody(let remaining):
      guard let bytes = try take(&input, max: remaining) else { return nil }
      state = bytes.count == remaining ? .end : .fixedBody(remaining: remaining - bytes.count)
      return .body(bytes)
    case .bodyUntilClose:
      return try take(&input, max: Int.max).map { .body($0) }
    case .chunkedBody:
      switch try chunks?.next(&input, bodyBytesMax: limits.bodyBytesMax) {
      case .data(let bytes): return .body(bytes)
      case .end(let trailers): return end(trailers)
      case nil: return nil
      }
    case .end: return end(HTTPHeaders())
    case .switched: return nil
    case .failed(let error): throw error
    }
  }

  private mutating func take(
    _ input: inout UnsafeRawBufferPointer, max: Int
  ) throws(HTTPParseError) -> UnsafeRawBufferPointer? {
    guard !input.isEmpty else { return nil }
    let bytes = input.part(0..<min(max, input.count))
    guard bytes.count <= limits.bodyBytesMax - received else {
      throw HTTPParseError(.contentTooLarge, "the body is larger than \(limits.bodyBytesMax) bytes")
    }
    received += bytes.count
    input = input.dropping(bytes.count)
    return bytes
  }

  private mutating func end(_ trailers: HTTPHeaders) -> HTTP1ResponseEvent {
    state = .head
    chunks = nil
    received = 0
    isAnswerToHead = false
    return .end(trailers: trailers)
  }

  private mutating func nextHead(_ input: inout UnsafeRawBufferPointer) throws(HTTPParseError) -> HTTPResponseHead? {
    let limits = limits
    var status = status
    var version = version
    let section = try assembler.next(&input, bytesMax: limits.requestLineBytesMax + limits.headerBytesMax + 8) {
      (scanner, bytes) throws(HTTPParseError) -> Int? in
      if status == nil {
        guard let range = try scanner.startLine(in: bytes, bytesMax: limits.requestLineBytesMax) else { return nil }
        (version, status) = try Self.statusLine(bytes.part(range))
      }
      return try scanner.fieldSection(in: bytes, bytesMax: limits.headerBytesMax, countMax: limits.headerCountMax)
    }
    self.version = version
    guard let section, let complete = status else {
      self.status = status
      return nil
    }
    self.status = nil
    return HTTPResponseHead(
      complete, headers: HTTPHeaders(storage: section.bytes, fields: section.fields), version: version)
  }

  private static func statusLine(_ line: UnsafeRawBufferPointer) throws(HTTPParseError) -> (HTTPVersion, HTTPStatus) {
    guard line.count >= 12, line[8] == ASCII.space, let code = line.part(9..<12).decimalValue, code >= 100,
      line.count == 12 || line[12] == ASCII.space, !line.contains(where: \.isForbiddenInFieldValue)
    else { throw HTTPParseError(.badGateway, "the status line is malformed") }
    return (try HTTPVersion.parse(line.part(0..<8)), HTTPStatus(code))
  }

  private mutating func frame(_ head: HTTPResponseHead) throws(HTTPParseError) {
    if head.status == .switchingProtocols {
      state = .switched
      return
    }
    if head.status.isInformational { return }
    keepsAlive =
      !head.headers.contains("connection", token: "close")
      && (head.version == .http11 || head.headers.contains("connection", token: "keep-alive"))
    let lengths = head.headers.values(of: "content-length")
    let codings = head.headers.values(of: "transfer-encoding")
    guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
      throw HTTPParseError(.badGateway, "the length of the response is ambiguous")
    }
    if isAnswerToHead || head.status.forbidsBody {
      state = .end
    } else if let coding = codings.first {
      guard coding.lowercased() == "chunked" else {
        throw HTTPParseError(.badGateway, "only the transfer coding chunked is supported")
      }
      chunks = ChunkedDecoder(limits: limits)
      state = .chunkedBody
    } else if let text = lengths.first {
      guard let length = text.withBytes({ $0.decimalValue }) else {
        throw HTTPParseError(.badGateway, "the Content-Length is not a valid number")
      }
      guard length <= limits.bodyBytesMax else {
        throw HTTPParseError(.contentTooLarge, "the body is larger than \(limits.bodyBytesMax) bytes")
      }
      state = length == 0 ? .end : .fixedBody(remaining: length)
    } else {
      state = .bodyUntilClose
      keepsAlive = false
    }
  }
}
