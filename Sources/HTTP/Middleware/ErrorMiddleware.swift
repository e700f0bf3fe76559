import Runtime
import Storage

/// Renders every error as `{"error": "..."}` with its status. What is not meant for clients goes to the log only.
public struct ErrorMiddleware: Middleware {
  private let log: Logger

  /// Makes the middleware.
  public init(log: Logger) { self.log = log }

  /// Answers, whatever happens.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    do {
      return try await next(exchange)
    } catch let error as StoreError {
      return Self.response(to: error)
    } catch let error as HTTPParseError {
      return .error(error.status.code, error.message)
    } catch is CancellationError {
      return .error(499, "the client went away")
    } catch {
      log.error(
        "request failed",
        metadata: [
          "error": .string("\(error)"), "correlation_id": .string(exchange.correlationID),
          "operation": .string(exchange.endpoint?.operation ?? "-"),
        ])
      // The disk's failures pass, as those of the database do.
      guard let refusal = (error as? FileError)?.refusal else { return .error(500, "internal error") }
      return Self.response(to: refusal)
    }
  }

  private static func response(to error: StoreError) -> APIResponse {
    let response = APIResponse.error(status(of: error.kind), error.message)
    guard let seconds = retryAfterSeconds(error.kind) else { return response }
    return response.with(header: "Retry-After", String(seconds))
  }

  /// How long a client should wait before it asks again; nil when that would change nothing. RFC 9110, section 10.2.3.
  private static func retryAfterSeconds(_ kind: StoreError.Kind) -> Int? {
    switch kind {
    case .tooMany, .unavailable: 1
    case .full: 60
    case .invalid, .unauthenticated, .forbidden, .notFound, .conflict, .tooLarge: nil
    }
  }

  /// The HTTP status of a refusal.
  static func status(of kind: StoreError.Kind) -> Int {
    switch kind {
    case .invalid: 400
    case .unauthenticated: 401
    case .forbidden: 403
    case .notFound: 404
    case .conflict: 409
    case .tooLarge: 413
    case .tooMany: 429
    case .unavailable: 503
    case .full: 507
    }
  }
}
