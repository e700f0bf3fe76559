import Runtime
import Storage

/// One request on its way through the middleware to its endpoint.
public struct Exchange: Sendable {
  /// The request line and header fields.
  public let head: HTTPRequestHead
  /// The endpoint that the router found, or why there is none.
  public let match: RouteMatch<Endpoint>
  /// The body, when the endpoint wants it collected.
  public let body: [UInt8]
  /// The body, when the endpoint wants it streamed.
  public let stream: RequestBody?
  /// Who is at the other end of the socket.
  public let peer: SocketAddress
  /// What the connections of the loop share; nil when there is no connection, as in tests of handlers.
  let context: LoopContext?
  /// `X-Correlation-ID`, or a new one; set by `CorrelationMiddleware`.
  public var correlationID = ""
  /// Who asks; set by `AuthenticationMiddleware`.
  public var caller: Caller?

  /// The endpoint, if there is one.
  var endpoint: Endpoint? {
    if case .found(let endpoint, _) = match { endpoint } else { nil }
  }
}

/// What comes after a middleware.
public typealias Responder = @Sendable (Exchange) async throws -> APIResponse

/// Does one thing to every exchange, before or after what follows.
public protocol Middleware: Sendable {
  /// Answers, usually by calling `next` with the exchange. Runs on the connection's loop.
  func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse
}
