/// Compresses JSON bodies above a threshold with gzip for clients that prefer it.
public struct CompressionMiddleware: Middleware {
  private let thresholdBytes: Int

  /// Makes the middleware.
  /// - Parameter thresholdBytes: Bodies below this size are sent as they are.
  public init(thresholdBytes: Int = Gzip.thresholdBytesDefault) { self.thresholdBytes = thresholdBytes }

  /// Compresses the response of what follows.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    var response = try await next(exchange)
    guard case .bytes(let body) = response.content, body.count >= thresholdBytes,
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
