import Runtime
import Storage

/// Calls apps: signed POST requests with a JSON body.
///
/// Private addresses are refused unless the operator allows them. Unencrypted http goes to allowed destinations only,
/// because a signature hides nothing. Redirects are not followed, and no proxy is used.
public struct CallbackSender: Sendable {
  /// How a call ended.
  public struct Outcome: Sendable {
    /// The status of the answer; 0 when there was none.
    public var status: Int
    /// The body of the answer.
    public var body: [UInt8]
    /// Why it failed, in plain words; empty when it succeeded.
    public var error: String

    /// Describes the end of a call, or why none was made.
    public init(status: Int, body: [UInt8] = [], error: String) {
      self.status = status
      self.body = body
      self.error = error
    }

    /// Whether the app took it.
    public var isSuccess: Bool { error.isEmpty }
  }

  /// Bounds of one call.
  public struct Limits: Sendable {
    /// How long connecting may take, in milliseconds.
    public var connectMilliseconds: UInt64 = 5_000
    /// How long everything may take, in milliseconds.
    public var totalMilliseconds: UInt64 = 10_000
    /// Bytes of an answer.
    public var responseBytesMax = 256 << 10
    /// The defaults.
    public init() {}
  }

  private let encrypted: OutboundHTTPClient
  private let plain: OutboundHTTPClient
  private let limits: Limits

  /// Makes a sender whose connections live on a loop.
  /// - Parameters:
  ///   - allowed: Host names and address blocks that may be reached although they are private, and by http.
  ///   - tracer: Records the calls; apps are told of which trace they are part.
  /// - Throws: `AddressGuard.InvalidEntry`.
  public init(
    loop: EventLoop, allowing allowed: [String], limits: Limits = Limits(), tracer: Tracer = .off
  ) throws(AddressGuard.InvalidEntry) {
    encrypted = OutboundHTTPClient(loop: loop, addressGuard: try AddressGuard(allowing: allowed), tracer: tracer)
    plain = OutboundHTTPClient(
      loop: loop, addressGuard: try AddressGuard(allowing: allowed, permitsPublic: false), tracer: tracer)
    self.limits = limits
  }

  /// Calls an app. Callable from any executor; nil when the task was cancelled or the server stops.
  /// - Parameters:
  ///   - eventID: Sent as `X-ClickClack-Event-ID`, so that an app can tell a repeated delivery.
  public func send(
    _ body: [UInt8], to url: String, secret: String, eventID: String? = nil
  ) async -> Outcome? {
    let timestamp = String(Timestamp.now().microseconds / 1_000_000)
    var request = OutboundRequest(
      method: "POST", url: url,
      headers: [
        OutboundHeader(name: "Content-Type", value: "application/json"),
        OutboundHeader(name: "User-Agent", value: "ClickClack"),
        OutboundHeader(name: "X-ClickClack-Timestamp", value: timestamp),
        OutboundHeader(
          name: "X-ClickClack-Signature",
          value: CallbackSignature.value(timestamp: timestamp, body: body, secret: secret)),
      ], body: body)
    if let eventID { request.headers.append(OutboundHeader(name: "X-ClickClack-Event-ID", value: eventID)) }
    request.connectTimeoutMilliseconds = limits.connectMilliseconds
    request.totalTimeoutMilliseconds = limits.totalMilliseconds
    request.responseBytesMax = limits.responseBytesMax
    let isEncrypted = url.lowercased().hasPrefix("https://")
    do throws(OutboundHTTPError) {
      let response = try await (isEncrypted ? encrypted : plain).send(request)
      let isSuccess = (200..<300).contains(response.status)
      return Outcome(
        status: response.status, body: response.body,
        error: isSuccess ? "" : "the app answered with status \(response.status)")
    } catch {
      guard let reason = Self.explain(error, isEncrypted: isEncrypted) else { return nil }
      return Outcome(status: 0, body: [], error: reason)
    }
  }

  /// Fails all calls under way and closes all connections.
  public func shutdown() {
    encrypted.shutdown()
    plain.shutdown()
  }

  private static func explain(_ error: OutboundHTTPError, isEncrypted: Bool) -> String? {
    switch error {
    case .cancelled, .stopped: nil
    case .invalidRequest, .unsupportedScheme: "the URL can't be called"
    case .addressRefused:
      isEncrypted
        ? "the address is private, which the server does not allow"
        : "the server does not allow unencrypted calls to this address; use https"
    case .unknownHost: "the host is unknown"
    case .timedOut: "the app did not answer in time"
    case .responseTooLarge: "the app's answer is too long"
    case .tooManyRedirects: "the app redirects the call"
    case .overloaded: "too many calls are waiting"
    case .failed(let reason): "the call failed: \(reason)"
    }
  }
}
