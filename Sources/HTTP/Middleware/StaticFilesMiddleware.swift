/// Serves the embedded web client where no endpoint answers. Paths of the API never fall back to a page.
public struct StaticFilesMiddleware: Middleware {
  /// Makes the middleware.
  public init() {}

  /// Answers GET and HEAD of pages and assets.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    guard case .notFound = exchange.match,
      let response = StaticFiles.response(
        method: exchange.head.method.rawValue, path: exchange.head.path, headers: exchange.head.headers)
    else { return try await next(exchange) }
    return response
  }
}
