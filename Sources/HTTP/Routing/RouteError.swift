/// A mistake in the table of routes, found when a route is added.
public struct RouteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong.
  public let message: String

  init(_ message: String) {
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
