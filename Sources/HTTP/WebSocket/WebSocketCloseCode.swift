/// Why a WebSocket connection ended (RFC 6455 section 7.4).
public struct WebSocketCloseCode: Sendable, Hashable, CustomStringConvertible {
  /// The number on the wire.
  public let code: UInt16

  /// Wraps a code.
  public init(_ code: UInt16) {
    self.code = code
  }

  /// The number in decimal.
  public var description: String { "\(code)" }

  /// Whether a close frame may carry the code: 1000-1003, 1007-1014, and 3000-4999 for libraries and applications.
  public var isValidOnWire: Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// The purpose of the connection is fulfilled.
  public static let normal = WebSocketCloseCode(1000)
  /// The endpoint is going away, as in a shutdown.
  public static let goingAway = WebSocketCloseCode(1001)
  /// A frame broke the protocol.
  public static let protocolError = WebSocketCloseCode(1002)
  /// A kind of data that is not accepted.
  public static let unsupportedData = WebSocketCloseCode(1003)
  /// Data that do not fit their type, such as text that is not UTF-8.
  public static let invalidPayload = WebSocketCloseCode(1007)
  /// A message against the endpoint's policy, such as a lost permission.
  public static let policyViolation = WebSocketCloseCode(1008)
  /// A message too big to process.
  public static let messageTooBig = WebSocketCloseCode(1009)
  /// Something unexpected happened on the server.
  public static let internalError = WebSocketCloseCode(1011)
  /// The server wants the client to come back later.
  public static let tryAgainLater = WebSocketCloseCode(1013)
}
