import Runtime
import Storage

/// Renders every error as `{"error": "..."}` with its status. What is not meant for clients goes to the log only.
public struct ErrorMiddleware: Middleware {
  private let log: Logger
  /// What a client that is told to come back should wait, in seconds.
  private static let retryAfterSeconds = "1"

  /// Makes the middleware.
  public init(log: Logger) { self.log = log }

  /// Answers, whatever happens.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    do {
      return try await next(exchange)
    } catch let error as StoreError {
      let response = APIResponse.error(Self.status(of: error.kind), error.message)
      return error.kind == .unavailable || error.kind == .tooMany
        ? response.with(header: "Retry-After", Self.retryAfterSeconds) : response
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
      return .error(500, "internal error")
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
