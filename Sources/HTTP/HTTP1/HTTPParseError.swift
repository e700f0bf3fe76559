/// Why a message was refused: the status to answer with and a message in plain words that is safe to show.
public struct HTTPParseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The status of the answer; for messages parsed by a client it only classifies the failure.
  public let status: HTTPStatus
  /// What was wrong, in plain words, without any bytes of the message.
  public let message: String

  /// Makes an error from its two parts.
  public init(_ status: HTTPStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The status and the message, for logs.
  public var description: String { "\(status.code): \(message)" }
}
