/// Everything of a request before its body (RFC 9112 section 3).
///
/// A parsed head keeps one block of bytes and makes text only where it is asked for: `path`, `query` and the segments
/// are computed on each access, so keep the result when it is needed twice.
public struct HTTPRequestHead: Sendable {
  /// How the end of the body is found (RFC 9112 section 6.3).
  public enum BodyLength: Sendable, Hashable {
    case none
    case fixed(Int)
    case chunked
  }

  /// The method.
  public var method: HTTPMethod
  /// The protocol version.
  public var version: HTTPVersion
  /// The header fields.
  public var headers: HTTPHeaders
  /// How long the body is.
  public var bodyLength: BodyLength
  /// Whether the connection may carry another request after this one (RFC 9112 section 9.3).
  public var keepsAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
  public var expectsContinue: Bool
  /// Whether the client asks to switch protocols: an Upgrade field and `Connection: upgrade` (RFC 9110 section 7.8).
  public var requestsUpgrade: Bool

  private let targetBytes: [UInt8]
  private let targetRange: Range<Int>
  private let parts: RequestTarget

  /// Makes a head from text, for clients and tests. Throws 400 when the target would not be accepted from a socket.
  public init(
    method: HTTPMethod, target: String, headers: HTTPHeaders = [:], version: HTTPVersion = .http11
  ) throws(HTTPParseError) {
    let bytes = Array(target.utf8)
    let parts = try bytes.withBytes { (bytes) throws(HTTPParseError) in
      try RequestTarget.parse(bytes, method: method)
    }
    self.init(
      method: method, version: version, headers: headers, targetBytes: bytes, targetRange: 0..<bytes.count, parts: parts
    )
  }

  init(
    method: HTTPMethod, version: HTTPVersion, headers: HTTPHeaders, targetBytes: [UInt8], targetRange: Range<Int>,
    parts: RequestTarget
  ) {
    self.method = method
    self.version = version
    self.headers = headers
    self.targetBytes = targetBytes
    self.targetRange = targetRange
    self.parts = parts
    bodyLength = .none
    keepsAlive = version == .http11
    expectsContinue = false
    requestsUpgrade = false
  }

  /// The request target as it was sent.
  public var target: String { withTarget { $0.text } }

  /// The path as it was sent, percent escapes included; `*` in asterisk-form, `/` where an absolute target has none.
  public var path: String { withPath { $0.text } }

  /// The query as it was sent, without the question mark; nil when there is none.
  public var query: String? { withQuery { $0?.text } }

  /// True for `OPTIONS *`.
  public var isAsteriskForm: Bool { parts.form == .asterisk }

  /// The host and port that the request is for: the target's in absolute-form, else Host (RFC 9110 section 7.2).
  public var authority: String? {
    parts.form == .absolute ? withTarget { $0.part(parts.authority).text } : headers["host"]
  }

  /// The decoded segments of the path; an encoded slash stays inside its segment. `/` has one empty segment.
  public var pathSegments: [String] {
    withPath { bytes in
      var segments: [String] = []
      var start = 1
      while start <= bytes.count {
        let end = bytes.firstIndex(of: ASCII.slash, from: start) ?? bytes.count
        segments.append(PercentDecoding.text(bytes.part(start..<end)))
        start = end + 1
      }
      return segments
    }
  }

  /// The parameters of the query. Throws 400 when there are more than `countMax`.
  public func queryParameters(
    countMax: Int = URLEncodedParameters.countMaxDefault
  ) throws(HTTPParseError) -> URLEncodedParameters {
    try withQuery { (bytes) throws(HTTPParseError) in
      guard let bytes else { return URLEncodedParameters() }
      return try URLEncodedParameters(parsing: bytes, countMax: countMax)
    }
  }

  /// Runs a closure on the bytes of the path, escapes included.
  public func withPath<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withTarget { (bytes) throws(Failure) in
      if parts.path.isEmpty { return try body(UnsafeRawBufferPointer(start: slash.utf8Start, count: 1)) }
      return try body(bytes.part(parts.path))
    }
  }

  /// Runs a closure on the bytes of the query, or nil where there is none.
  public func withQuery<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withTarget { (bytes) throws(Failure) in try body(parts.query.map { bytes.part($0) }) }
  }

  private func withTarget<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try targetBytes.withBytes { (bytes) throws(Failure) in try body(bytes.part(targetRange)) }
  }
}

/// An absolute target without a path means the root (RFC 9112 section 3.2.1).
private let slash: StaticString = "/"
