import Runtime

/// Makes each exchange a span and part of its caller's trace (W3C Trace Context). Without a collector it only remembers
/// what the caller sent, for logs and for calls to apps.
public struct TracingMiddleware: Middleware {
  private let tracer: Tracer
  private let trustedProxies: [IPRange]
  private let scheme: String

  /// Makes the middleware.
  /// - Parameters:
  ///   - trustedProxies: Who may say whether a trace is recorded; for everybody else the ratio decides.
  ///   - speaksTLS: Whether clients come by https.
  public init(tracer: Tracer, trustedProxies: [IPRange], speaksTLS: Bool) {
    self.tracer = tracer
    self.trustedProxies = trustedProxies
    scheme = speaksTLS ? "https" : "http"
  }

  /// Runs what follows as part of the trace.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    let parent = Self.context(exchange.head.headers)
    let isTrusted = parent != nil && ClientAddress.isProxy(exchange.peer, among: trustedProxies)
    guard let span = tracer.serve(continuing: parent, heedsSampling: isTrusted) else {
      guard let parent else { return try await next(exchange) }
      return try await Trace.$current.withValue(Trace(passing: parent)) { try await next(exchange) }
    }
    do {
      let response = try await Trace.$current.withValue(span.trace) { try await next(exchange) }
      end(span, exchange, status: response.status)
      return response
    } catch {
      // The error middleware renders everything; what it throws is answered with 500.
      end(span, exchange, status: 500)
      throw error
    }
  }

  private static func context(_ headers: HTTPHeaders) -> TraceContext? {
    guard headers.contains("traceparent") else { return nil }
    return TraceContext(traceparents: headers.values(of: "traceparent"), tracestates: headers.values(of: "tracestate"))
  }

  private func end(_ span: OpenSpan, _ exchange: Exchange, status: Int) {
    let method = exchange.head.method.rawValue
    span.end(
      exchange.endpoint.map { "\(method) \($0.pattern)" } ?? method,
      attributes: attributes(of: exchange, method: method, status: status), failed: status >= 500)
  }

  /// By OpenTelemetry's semantic conventions for HTTP, but for what tells who a client is.
  private func attributes(of exchange: Exchange, method: String, status: Int) -> [Span.Attribute] {
    var attributes = [Span.Attribute("http.request.method", method), Span.Attribute("url.scheme", scheme)]
    // A path that no endpoint has may be anything that somebody pasted, so it stays out.
    if case .found(let endpoint, let parameters) = exchange.match {
      attributes.append(Span.Attribute("http.route", endpoint.pattern))
      attributes.append(Span.Attribute("url.path", Self.path(endpoint.pattern, parameters)))
    }
    attributes.append(Span.Attribute("http.response.status_code", status))
    if status >= 500 { attributes.append(Span.Attribute("error.type", "\(status)")) }
    return attributes
  }

  /// The path of a request with the identifiers that it names; what else it has, such as an emoji, is content.
  private static func path(_ pattern: String, _ parameters: RouteParameters) -> String {
    pattern.split(separator: "/", omittingEmptySubsequences: false).map { segment in
      guard segment.hasPrefix("{"), segment.hasSuffix("_id}"),
        let value = parameters[String(segment.dropFirst().dropLast())]
      else { return String(segment) }
      return value
    }.joined(separator: "/")
  }
}
