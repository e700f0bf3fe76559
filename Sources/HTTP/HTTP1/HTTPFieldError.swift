/// A field that may not be sent, because a recipient would read something else than was meant.
public struct HTTPFieldError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, in plain words, without the field's bytes.
  public let message: String

  /// Makes an error.
  public init(_ message: String) {
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
