import Actors
import Storage

/// Finds out who asks and whether they may call the endpoint at all, before its handler runs.
public struct AuthenticationMiddleware: Middleware {
  private let authenticator: Authenticator
  private let sessions: SessionCache
  private let assertions: ProxyAssertions?
  private let store: any Store

  /// Makes the middleware.
  /// - Parameter assertions: Knows whom the assertions of a trusted proxy mean; nil when there is no such proxy.
  public init(settings: APISettings, sessions: SessionCache, assertions: ProxyAssertions?, store: any Store) {
    authenticator = Authenticator(settings: settings)
    self.sessions = sessions
    self.assertions = assertions
    self.store = store
  }

  /// Identifies the caller and refuses whom the endpoint does not admit.
  /// - Throws: `StoreError.unauthenticated`, `.forbidden`, and what `next` throws.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    guard let endpoint = exchange.endpoint, endpoint.access != .anyone else { return try await next(exchange) }
    let presented = try authenticator.authenticate(
      method: exchange.head.method.rawValue, path: exchange.head.path, headers: exchange.head.headers,
      peer: exchange.peer)
    guard let caller = try await caller(presenting: presented) else {
      throw StoreError(.unauthenticated, "sign in first")
    }
    switch endpoint.access {
    case .anyone, .anyCaller: break
    case .caller(let scope): try caller.require(scope: scope)
    case .people: if caller.isBot { throw StoreError.forbidden("bots may not do this") }
    }
    var exchange = exchange
    exchange.caller = caller
    return try await next(exchange)
  }

  private func caller(presenting presented: Presented) async throws -> Caller? {
    switch presented {
    case .bearer(let token), .cookie(let token): try await sessions.caller(presenting: token)
    case .assertion(let token): try await assertions?.caller(asserting: token)
    case .developmentUser: try await sessions.developmentCaller()
    case .impersonation(let user): try await store.read { try Credentials.impersonated(user, $0) }
    case .nobody: nil
    }
  }
}
