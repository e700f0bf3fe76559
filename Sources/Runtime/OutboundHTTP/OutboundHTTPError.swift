/// Why there is no response.
public enum OutboundHTTPError: Error, Hashable, Sendable {
  /// The request itself is wrong; the text says what.
  case invalidRequest(String)
  /// The URL, or one it redirects to, is not http or https.
  case unsupportedScheme(String)
  /// The host resolves only to addresses that the guard refuses.
  case addressRefused(host: String)
  /// The host has no address.
  case unknownHost(String)
  /// The total time passed, or a connection attempt took too long.
  case timedOut
  /// The response is longer than the request allows.
  case responseTooLarge
  /// More redirects than the request allows.
  case tooManyRedirects
  /// Too many requests are waiting already.
  case overloaded
  /// The calling task was cancelled.
  case cancelled
  /// The client was shut down.
  case stopped
  /// Connecting, TLS or the transfer failed; the text is libcurl's.
  case failed(String)
}
