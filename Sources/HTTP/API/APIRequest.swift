import Runtime
import Storage

/// A request as handlers see it: routed, authenticated and with its body collected.
public struct APIRequest: Sendable {
  /// The request line and header fields.
  public let head: HTTPRequestHead
  /// The path's parameters by name, percent-decoded.
  public let parameters: RouteParameters
  /// The query's parameters in order, percent-decoded.
  public let query: URLEncodedParameters
  /// The body, when the endpoint takes it collected.
  public let body: [UInt8]
  /// The body, when the endpoint takes it streamed.
  public let stream: RequestBody?
  /// `X-Correlation-ID`, or a new one.
  public let correlationID: String
  /// Who is at the other end of the socket.
  public let peer: SocketAddress
  /// Who asks; nil only where the endpoint's access is `anyone`.
  public let identified: Caller?
  /// The server's parts.
  public let services: Services

  /// The method, such as `GET`.
  public var method: String { head.method.rawValue }

  /// Whether the peer is on this machine.
  public var peerIsLoopback: Bool { peer.isLoopback }

  /// Who asks.
  /// - Throws: `StoreError.unauthenticated`.
  public var caller: Caller {
    get throws(StoreError) {
      guard let identified else { throw StoreError(.unauthenticated, "sign in first") }
      return identified
    }
  }

  /// Where the client is, whom trusted proxies name; nil for one at a unix socket.
  private var clientAddress: IPAddress? {
    let settings = services.settings
    return ClientAddress.of(
      peer, head.headers, trusting: settings.trustedProxies, by: settings.clientAddressField)
  }

  /// The client's address without its port, for people to read.
  var clientAddressText: String { clientAddress?.description ?? "local socket" }

  /// Under what attempts are counted: the client's address, or its network of IPv6, whose users have 2^64 addresses each.
  var rateKey: String {
    let bytes = clientAddress?.bytes ?? []
    return bytes.prefix(bytes.count == 16 ? 8 : 4).map { String($0) }.joined(separator: ".")
  }

  /// The URL at which the client reaches this server: the public one, or else the one that it used.
  var baseURL: String {
    if let url = services.settings.publicURL, !url.isEmpty { return url.hasSuffix("/") ? String(url.dropLast()) : url }
    let provenance = RequestProvenance(headers: head.headers, peerIsLoopback: peerIsLoopback)
    let isEncrypted = services.settings.speaksTLS || provenance.isForwardedFromTLS
    return "\(isEncrypted ? "https" : "http")://\(provenance.host)"
  }

  /// Runs a closure on a read-only connection, in the caller's turn; see `Store.read`.
  /// - Parameter mayTakeLong: Whether it runs beside searches, of which never more than some run at a time.
  func read<T: Sendable>(
    mayTakeLong: Bool = false, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    guard let identified else { return try await services.store.read(body) }
    if mayTakeLong { return try await services.store.read(longFor: identified.userID, body) }
    return try await services.store.read(for: identified.userID, body)
  }

  /// Answers with JSON that is written while it is read, on the reader's thread: for lists that may be so long that
  /// writing them would hold up the others on the caller's event loop.
  func answer(
    mayTakeLong: Bool = false, _ fields: @escaping @Sendable (inout JSONWriter, any SQLConnection) throws -> Void
  ) async throws -> APIResponse {
    let bytes = try await read(mayTakeLong: mayTakeLong) { db in
      var json = JSONWriter(capacity: 4_096)
      try json.object { try fields(&$0, db) }
      return json.bytes
    }
    return .json(bytes: bytes)
  }

  /// A parameter of the path. The router guarantees those of the endpoint's pattern.
  public func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// The first value of a query parameter, or nil.
  public func queryValue(_ name: String) -> String? { query[name] }

  /// A `limit` by the contract's lenient rule: what is not a number within 1...max becomes the default.
  public func limit(default fallback: Int, max: Int) -> Int {
    guard let text = queryValue("limit"), let value = Int(text), (1...max).contains(value) else { return fallback }
    return value
  }

  /// The first value of a header field, or nil. Names compare without case.
  public func header(_ name: String) -> String? { head.headers[name] }

  /// Decodes the body, which must be exactly one JSON value of the type; unknown fields are ignored.
  /// - Throws: `StoreError.invalid` in plain words.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws(StoreError) -> T {
    try JSONBody.decode(type, from: body)
  }
}
