import FoundationEssentials
import Storage

/// A request as handlers see it: routed, authenticated and with its body collected.
public struct APIRequest: Sendable {
  /// The method, such as `GET`.
  public let method: String
  /// The path, percent-encoded as it was sent.
  public let path: String
  /// The path's parameters by name, percent-decoded.
  public let parameters: [String: String]
  /// The query's parameters in order, percent-decoded.
  public let query: [(name: String, value: String)]
  /// The header fields in order.
  public let headers: [(name: String, value: String)]
  /// The body, at most the configured size.
  public let body: [UInt8]
  /// `X-Correlation-ID`, or a new one.
  public let correlationID: String
  /// The address of the peer, without port; empty for a Unix socket.
  public let peerAddress: String
  /// Whether the peer is on this machine.
  public let peerIsLoopback: Bool
  /// Who asks; nil only where the endpoint's access is `anyone`.
  public let identified: Caller?
  /// The server's parts.
  public let services: Services

  /// Makes a request.
  public init(
    method: String, path: String, parameters: [String: String], query: [(name: String, value: String)],
    headers: [(name: String, value: String)], body: [UInt8], correlationID: String, peerAddress: String,
    peerIsLoopback: Bool, identified: Caller?, services: Services
  ) {
    self.method = method
    self.path = path
    self.parameters = parameters
    self.query = query
    self.headers = headers
    self.body = body
    self.correlationID = correlationID
    self.peerAddress = peerAddress
    self.peerIsLoopback = peerIsLoopback
    self.identified = identified
    self.services = services
  }

  /// Who asks.
  /// - Throws: `StoreError.unauthenticated`.
  public var caller: Caller {
    get throws(StoreError) {
      guard let identified else { throw StoreError(.unauthenticated, "sign in first") }
      return identified
    }
  }

  /// A parameter of the path. The router guarantees those of the endpoint's pattern.
  public func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// The first value of a query parameter, or nil.
  public func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// A `limit` by the contract's lenient rule: what is not a number within 1...max becomes the default.
  public func limit(default fallback: Int, max: Int) -> Int {
    guard let text = queryValue("limit"), let value = Int(text), (1...max).contains(value) else { return fallback }
    return value
  }

  /// The first value of a header field, or nil. Names compare without case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Decodes the body, which must be exactly one JSON value of the type; unknown fields are ignored.
  /// - Throws: `StoreError.invalid` in plain words.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws(StoreError) -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch let error as DecodingError {
      throw StoreError.invalid(Self.explain(error))
    } catch {
      throw StoreError.invalid("the body is not valid JSON")
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case .keyNotFound(let key, let context): return "\(name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return context.codingPath.isEmpty
        ? "the body must be a JSON object" : "\(name(context.codingPath)) has the wrong type"
    default: return "the body is not valid JSON"
    }
  }
}
