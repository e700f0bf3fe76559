/// What a frame is (RFC 6455 section 5.2).
public enum WebSocketOpcode: UInt8, Sendable, Hashable {
  case continuation = 0x0
  case text = 0x1
  case binary = 0x2
  case close = 0x8
  case ping = 0x9
  case pong = 0xA

  /// Control frames are short, unfragmented and may come between the fragments of a message.
  public var isControl: Bool { rawValue >= 0x8 }
}

/// Which side of the connection this is: clients mask what they send, servers never do (RFC 6455 section 5.1).
public enum WebSocketRole: Sendable, Hashable {
  case server
  case client
}
