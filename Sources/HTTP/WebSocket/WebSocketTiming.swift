/// When a WebSocket connection is checked for life and how long a close may take.
public struct WebSocketTiming: Sendable, Hashable {
  /// Silence after which the peer is pinged, in milliseconds.
  public var pingIntervalMilliseconds: Int
  /// Silence after a ping after which the peer counts as dead, in milliseconds.
  public var pongTimeoutMilliseconds: Int
  /// How long the peer may take to answer a close frame, in milliseconds.
  public var closeTimeoutMilliseconds: Int
  /// How long the peer may take over one message, from its first byte to its last, in milliseconds.
  public var messageTimeoutMilliseconds: Int

  /// Makes timing; the defaults keep connections open through proxies that drop after a minute of silence.
  public init(
    pingIntervalMilliseconds: Int = 30_000, pongTimeoutMilliseconds: Int = 20_000,
    closeTimeoutMilliseconds: Int = 5_000, messageTimeoutMilliseconds: Int = 60_000
  ) {
    self.pingIntervalMilliseconds = pingIntervalMilliseconds
    self.pongTimeoutMilliseconds = pongTimeoutMilliseconds
    self.closeTimeoutMilliseconds = closeTimeoutMilliseconds
    self.messageTimeoutMilliseconds = messageTimeoutMilliseconds
  }
}
