/// Why a WebSocket connection has to fail: the code to close with and the reason in plain words.
public struct WebSocketError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The code for the close frame.
  public let closeCode: WebSocketCloseCode
  /// What was wrong, short enough for a close frame.
  public let message: String

  /// Makes an error.
  public init(_ closeCode: WebSocketCloseCode, _ message: String) {
    self.closeCode = closeCode
    self.message = message
  }

  /// The code and the message, for logs.
  public var description: String { "\(closeCode): \(message)" }
}
