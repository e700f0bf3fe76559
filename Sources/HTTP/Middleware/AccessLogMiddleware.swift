import Actors
import Runtime
import Storage

/// Logs one line per exchange and counts it. Paths are logged as their pattern and without the query: tokens, cookies,
/// bodies and search terms never reach the log.
public struct AccessLogMiddleware: Middleware {
  private let log: Logger
  private let metrics: HTTPMetrics

  /// Makes the middleware.
  public init(log: Logger, metrics: HTTPMetrics) {
    self.log = log
    self.metrics = metrics
  }

  /// Measures what follows.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    let started = ContinuousClock.now
    let response = try await next(exchange)
    let duration = ContinuousClock.now - started
    metrics.record(status: response.status, duration: duration)
    log.info(
      "request",
      metadata: [
        "method": .string(exchange.head.method.rawValue),
        "route": .string(exchange.endpoint?.pattern ?? "-"),
        "status": .string("\(response.status)"),
        "duration_us": .string("\(duration.wholeMicroseconds)"),
        "peer": .string("\(exchange.peer)"),
        "correlation_id": .string(exchange.correlationID),
      ])
    return response
  }
}
