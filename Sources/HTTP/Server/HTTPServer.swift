import Runtime

/// Accepts connections on every loop and speaks HTTP on them.
public final class HTTPServer: Sendable {
  /// Answers the requests.
  let application: Application
  /// Bounds on requests.
  let limits: HTTPLimits
  /// Bounds on time.
  let timeouts: ServerTimeouts
  /// Takes a line for the log.
  let report: @Sendable (String) -> Void
  /// Counts what is refused before it becomes an exchange.
  let refused: @Sendable (HTTPParseError, HTTPRequestHead?, _ peer: SocketAddress) -> Void
  /// The value of `Strict-Transport-Security`, which every answer gets; nil for none.
  let strictTransportSecurity: String?
  private let contexts: LoopContexts
  /// Request bodies that are being collected or used.
  var bodies: ByteBudget { contexts.bodies }
  /// Large answers that clients have not taken yet.
  let answers: ByteBudget

  /// Makes a server that does not listen yet.
  public init(
    application: Application, contexts: LoopContexts, limits: HTTPLimits = HTTPLimits(),
    timeouts: ServerTimeouts = ServerTimeouts(), answersBytesMax: Int = 256 << 20,
    strictTransportSecurity: String? = nil,
    report: @escaping @Sendable (String) -> Void,
    refused: @escaping @Sendable (HTTPParseError, HTTPRequestHead?, _ peer: SocketAddress) -> Void = { _, _, _ in }
  ) {
    self.application = application
    self.limits = limits
    self.timeouts = timeouts
    self.report = report
    self.refused = refused
    self.strictTransportSecurity = strictTransportSecurity
    self.contexts = contexts
    answers = ByteBudget(bytesMax: answersBytesMax)
  }

  /// What a connection is told for which there is no room, whatever it asks.
  public static let refusal: [UInt8] = {
    let body = #"{"error":"the server has too many connections, try again shortly"}"#
    return Array(
      """
      HTTP/1.1 503 Service Unavailable\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r
      Retry-After: 5\r
      Connection: close\r
      \r
      \(body)
      """.utf8)
  }()

  /// Takes over an accepted connection. On its loop: this is the listener's `onAccept`.
  public func accept(_ connection: TCPConnection) {
    let context = contexts[connection.loop]
    let http = HTTPConnection(connection: connection, server: self, context: context)
    http.assumeIsolated { $0.start() }
  }

  /// Closes idle connections; the others end with the response they are at.
  public func drain() async {
    for context in contexts.all { await context.drain() }
  }

  /// Connections that speak HTTP now.
  public var connectionCount: Int {
    get async {
      var count = 0
      for context in contexts.all { count += await context.connectionCount }
      return count
    }
  }
}
