/// The bounds on one HTTP/1.1 message; every buffer of the parsers is limited by one of these.
public struct HTTPLimits: Sendable, Hashable {
  /// Longest request or status line in bytes, without its CRLF; past it the answer is 414.
  public var requestLineBytesMax: Int
  /// Most header fields of one message; past it the answer is 431.
  public var headerCountMax: Int
  /// Largest header section in bytes, line ends included; past it the answer is 431.
  public var headerBytesMax: Int
  /// Largest body in bytes; past it the answer is 413. A parser lets the caller change it per request.
  public var bodyBytesMax: Int
  /// Largest trailer section in bytes; past it the answer is 431.
  public var trailerBytesMax: Int
  /// Most trailer fields; past it the answer is 431.
  public var trailerCountMax: Int
  /// Bytes of chunk extensions in one whole message; past it the answer is 400.
  public var chunkExtensionBytesMax: Int

  /// Makes limits; the defaults suit an API server behind no proxy at all.
  public init(
    requestLineBytesMax: Int = 8192,
    headerCountMax: Int = 100,
    headerBytesMax: Int = 32 * 1024,
    bodyBytesMax: Int = 1024 * 1024,
    trailerBytesMax: Int = 4096,
    trailerCountMax: Int = 32,
    chunkExtensionBytesMax: Int = 4096
  ) {
    self.requestLineBytesMax = requestLineBytesMax
    self.headerCountMax = headerCountMax
    self.headerBytesMax = headerBytesMax
    self.bodyBytesMax = bodyBytesMax
    self.trailerBytesMax = trailerBytesMax
    self.trailerCountMax = trailerCountMax
    self.chunkExtensionBytesMax = chunkExtensionBytesMax
  }
}
