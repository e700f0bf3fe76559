/// Requests to other servers as spans, by OpenTelemetry's semantic conventions for HTTP. Of the URL only the host and
/// the port are told: paths and queries of callbacks may be secrets.
extension OpenSpan {
  /// Ends the span of a request that was answered.
  func end(_ request: OutboundRequest, _ response: OutboundResponse) {
    let isError = response.status >= 400
    end(
      request.method,
      attributes: Self.attributes(of: request) + [Span.Attribute("http.response.status_code", response.status)]
        + (isError ? [Span.Attribute("error.type", "\(response.status)")] : []), failed: isError)
  }

  /// Ends the span of a request that got no answer.
  func end(_ request: OutboundRequest, _ error: OutboundHTTPError) {
    end(
      request.method, attributes: Self.attributes(of: request) + [Span.Attribute("error.type", error.kind)],
      failed: true)
  }

  private static func attributes(of request: OutboundRequest) -> [Span.Attribute] {
    var attributes = [Span.Attribute("http.request.method", request.method)]
    // Without a host the request was never sent.
    if let url = try? OutboundURL(request.url) {
      attributes.append(Span.Attribute("server.address", url.host))
      if let port = Int(url.port) { attributes.append(Span.Attribute("server.port", port)) }
    }
    return attributes
  }
}

extension OutboundHTTPError {
  /// One word for all errors alike.
  fileprivate var kind: String {
    switch self {
    case .invalidRequest: "invalid_request"
    case .unsupportedScheme: "unsupported_scheme"
    case .addressRefused: "address_refused"
    case .unknownHost: "unknown_host"
    case .timedOut: "timeout"
    case .responseTooLarge: "response_too_large"
    case .tooManyRedirects: "too_many_redirects"
    case .overloaded: "overloaded"
    case .cancelled: "cancelled"
    case .stopped: "stopped"
    case .failed: "transfer_failed"
    }
  }
}
