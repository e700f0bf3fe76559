/// Compresses JSON bodies above a threshold with gzip for clients that prefer it.
///
/// Very large ones go out as they are: compressing happens on the event loop, where everybody else waits for it.
public struct CompressionMiddleware: Middleware {
  /// Bytes of a body beyond which it is not compressed: some milliseconds of the loop.
  static let bodyBytesMax = 256 << 10

  private let thresholdBytes: Int

  /// Makes the middleware.
  /// - Parameter thresholdBytes: Bodies below this size are sent as they are.
  public init(thresholdBytes: Int = Gzip.thresholdBytesDefault) { self.thresholdBytes = thresholdBytes }

  /// Compresses the response of what follows.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    var response = try await next(exchange)
    guard case .bytes(let body) = response.content, body.count >= thresholdBytes,
      body.count <= Self.bodyBytesMax,
      response.contentType == "application/json"
    else { return response }
    response.headers.append(("Vary", "Accept-Encoding"))
    guard AcceptEncoding(exchange.head.headers).prefersGzip, let compressed = await exchange.context?.compress(body)
    else { return response }
    response.content = .bytes(compressed)
    response.headers.append(("Content-Encoding", "gzip"))
    return response
  }
}
