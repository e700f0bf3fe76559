/// Decides from a request's fields how its body ends and what becomes of the connection (RFC 9112 sections 3.2, 6, 9).
///
/// This is where request smuggling is refused: a message that two recipients could frame differently is an error,
/// even where the RFC lets a recipient repair it.
struct RequestFraming {
  private var hostCount = 0
  private var contentLength: Int?
  private var transferEncodingCount = 0
  private var isChunked = false
  private var hasClose = false
  private var hasKeepAlive = false
  private var hasUpgradeToken = false
  private var hasUpgrade = false
  private var expectsContinue = false

  /// Reads the fields and fills in the head. Throws 400, 417 or 501.
  static func apply(
    to head: inout HTTPRequestHead, authority: Range<Int>, target: Range<Int>
  ) throws(HTTPParseError) {
    var framing = RequestFraming()
    let version = head.version
    let fields = head.headers.fields
    try head.headers.storage.withBytes { (bytes) throws(HTTPParseError) in
      let targetAuthority = bytes.part(target).part(authority)
      for field in fields {
        try framing.read(
          name: bytes.part(field.name), value: bytes.part(field.value), targetAuthority: targetAuthority)
      }
    }
    if version == .http11, framing.hostCount == 0 {
      throw HTTPParseError(.badRequest, "the Host field is missing")
    }
    head.bodyLength = try framing.bodyLength(version: version)
    head.keepsAlive = !framing.hasClose && (version == .http11 || framing.hasKeepAlive)
    head.requestsUpgrade = version == .http11 && framing.hasUpgrade && framing.hasUpgradeToken
    head.expectsContinue = version == .http11 && framing.expectsContinue && head.bodyLength != .none
  }

  private func bodyLength(version: HTTPVersion) throws(HTTPParseError) -> HTTPRequestHead.BodyLength {
    if transferEncodingCount > 0 {
      guard contentLength == nil else {
        throw HTTPParseError(.badRequest, "the request has both Content-Length and Transfer-Encoding")
      }
      guard version == .http11 else {
        throw HTTPParseError(.badRequest, "Transfer-Encoding is not allowed in HTTP/1.0")
      }
      return .chunked
    }
    return contentLength.map { .fixed($0) } ?? .none
  }

  private mutating func read(
    name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, targetAuthority: UnsafeRawBufferPointer
  ) throws(HTTPParseError) {
    switch name.count {
    case 4 where name.equalsIgnoringCase("host"):
      try readHost(value, targetAuthority: targetAuthority)
    case 6 where name.equalsIgnoringCase("expect"):
      guard value.equalsIgnoringCase("100-continue") else {
        throw HTTPParseError(.expectationFailed, "only the expectation 100-continue is supported")
      }
      expectsContinue = true
    case 7 where name.equalsIgnoringCase("upgrade"):
      hasUpgrade = true
    case 10 where name.equalsIgnoringCase("connection"):
      forEachListElement(value) { option in
        if option.equalsIgnoringCase("close") { hasClose = true }
        if option.equalsIgnoringCase("keep-alive") { hasKeepAlive = true }
        if option.equalsIgnoringCase("upgrade") { hasUpgradeToken = true }
      }
    case 14 where name.equalsIgnoringCase("content-length"):
      guard contentLength == nil else { throw HTTPParseError(.badRequest, "there are several Content-Length fields") }
      guard let length = value.decimalValue else {
        throw HTTPParseError(.badRequest, "the Content-Length is not a valid number")
      }
      contentLength = length
    case 17 where name.equalsIgnoringCase("transfer-encoding"):
      try readTransferEncoding(value)
    default: break
    }
  }

  private mutating func readHost(
    _ value: UnsafeRawBufferPointer, targetAuthority: UnsafeRawBufferPointer
  ) throws(HTTPParseError) {
    hostCount += 1
    guard hostCount == 1 else { throw HTTPParseError(.badRequest, "there are several Host fields") }
    guard Authority.isValid(value) else { throw HTTPParseError(.badRequest, "the Host field is invalid") }
    // RFC 9112 section 3.2.2 lets an absolute target override Host; a difference only ever comes from an attacker.
    guard targetAuthority.isEmpty || targetAuthority.equalsIgnoringCase(value) else {
      throw HTTPParseError(.badRequest, "the Host field and the request target name different hosts")
    }
  }

  private mutating func readTransferEncoding(_ value: UnsafeRawBufferPointer) throws(HTTPParseError) {
    transferEncodingCount += 1
    guard transferEncodingCount == 1 else {
      throw HTTPParseError(.badRequest, "there are several Transfer-Encoding fields")
    }
    if value.equalsIgnoringCase("chunked") { return }
    var codings = 0
    var isKnown = true
    forEachListElement(value) { coding in
      codings += 1
      isKnown = isKnown && coding.equalsIgnoringCase("chunked")
    }
    if codings == 0 || isKnown || value.contains(where: { !$0.isTokenByte && !$0.isBlank && $0 != ASCII.comma }) {
      throw HTTPParseError(.badRequest, "the Transfer-Encoding is malformed")
    }
    throw HTTPParseError(.notImplemented, "only the transfer coding chunked is supported")
  }
}
