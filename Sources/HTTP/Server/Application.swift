import Runtime
import Storage

/// Answers requests: finds the endpoint, runs the middleware around it. Knows nothing of sockets.
public struct Application: Sendable {
  /// Every endpoint by method and path.
  let router: Router<Endpoint>
  private let respond: Responder

  /// Builds the router and the chain of middleware; the first one is the outermost.
  /// - Throws: `RouteError` for endpoints that contradict each other.
  public init(endpoints: [Endpoint], middleware: [any Middleware], services: Services) throws(RouteError) {
    var router = Router<Endpoint>()
    for endpoint in endpoints { try router.add(endpoint.method.http, endpoint.pattern, endpoint) }
    self.router = router
    let innermost: Responder = { try await Self.call($0, services) }
    respond = middleware.reversed().reduce(innermost) { next, middleware in
      { try await middleware.respond(to: $0, next: next) }
    }
  }

  /// Answers one request. Errors that reach this far are rendered by `ErrorMiddleware`; without it they are thrown.
  public func respond(to exchange: Exchange) async throws -> APIResponse { try await respond(exchange) }

  private static func call(_ exchange: Exchange, _ services: Services) async throws -> APIResponse {
    switch exchange.match {
    case .found(let endpoint, let parameters):
      let request = APIRequest(
        head: exchange.head, parameters: parameters, query: try exchange.head.queryParameters(), body: exchange.body,
        stream: exchange.stream, correlationID: exchange.correlationID, peer: exchange.peer,
        identified: exchange.caller, services: services)
      // Before the body is looked at: whatever is sent may be a guess.
      guard services.limits.allows(endpoint.limit, request.rateKey) else {
        throw StoreError(.tooMany, endpoint.limit.refusal)
      }
      return try await endpoint.handler(request)
    case .options(let allowed):
      return APIResponse.empty.with(header: "Allow", allow(allowed))
    case .methodNotAllowed(let allowed):
      return APIResponse.error(405, "this path does not take \(exchange.head.method.rawValue)")
        .with(header: "Allow", allow(allowed))
    case .notFound:
      return .error(404, "no such path")
    }
  }

  private static func allow(_ methods: [HTTPMethod]) -> String { methods.map(\.rawValue).joined(separator: ", ") }
}

extension EndpointMethod {
  /// The same method, as the parser knows it.
  var http: HTTPMethod {
    switch self {
    case .get: .get
    case .post: .post
    case .put: .put
    case .patch: .patch
    case .delete: .delete
    }
  }
}
