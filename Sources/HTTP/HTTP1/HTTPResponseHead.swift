/// The status line and fields of a response (RFC 9112 section 4).
///
/// Content-Length, Transfer-Encoding, Connection and Date are not set here: the encoder owns them.
public struct HTTPResponseHead: Sendable, Equatable {
  /// The status.
  public var status: HTTPStatus
  /// The header fields.
  public var headers: HTTPHeaders
  /// The version; only a parsed response has another than 1.1.
  public var version: HTTPVersion

  /// Makes a head.
  public init(_ status: HTTPStatus, headers: HTTPHeaders = [:], version: HTTPVersion = .http11) {
    self.status = status
    self.headers = headers
    self.version = version
  }
}
