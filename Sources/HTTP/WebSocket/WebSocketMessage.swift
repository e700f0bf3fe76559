/// A whole message, fragments joined and decompressed (RFC 6455 section 5.6).
public struct WebSocketMessage: Sendable, Hashable {
  /// Whether the payload is text, then always valid UTF-8, or anything.
  public enum Kind: Sendable, Hashable {
    case text
    case binary
  }

  /// What the payload is.
  public var kind: Kind
  /// The bytes.
  public var payload: [UInt8]

  /// Makes a message.
  public init(_ kind: Kind, _ payload: [UInt8]) {
    self.kind = kind
    self.payload = payload
  }

  /// The payload as text.
  public var text: String { String(decoding: payload, as: UTF8.self) }
}

/// What a WebSocket parser found next.
public enum WebSocketEvent: Sendable, Hashable {
  /// A whole message.
  case message(WebSocketMessage)
  /// A ping, to be answered with a pong of the same payload.
  case ping([UInt8])
  /// A pong, asked for or not.
  case pong([UInt8])
  /// The peer's close frame; the code is nil when the frame was empty. Nothing follows it.
  case close(WebSocketCloseCode?, reason: String)
}
