/// The bounds of an outbound HTTP client.
public struct OutboundHTTPLimits: Sendable {
  /// Requests in progress at a time.
  public var concurrentRequestsMax = 64
  /// Requests waiting for one of those to end; beyond it `send` throws `.overloaded`.
  public var waitingRequestsMax = 1024
  /// Bytes of response header fields.
  public var headerBytesMax = 64 << 10
  /// Idle connections kept for reuse.
  public var idleConnectionsMax = 32
  /// File with the certificate authorities to trust; nil uses the system's.
  public var authorityFile: String?

  /// The defaults.
  public init() {}
}
