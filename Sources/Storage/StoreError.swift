/// A refusal that a client may see: plain words, never internals.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Why the request is refused; each has one HTTP status.
  public enum Kind: Sendable {
    /// The input breaks a rule (400).
    case invalid
    /// Nobody known is asking (401).
    case unauthenticated
    /// The caller is known and may not (403).
    case forbidden
    /// No such thing, or the caller may not know of it (404).
    case notFound
    /// It contradicts what is there (409).
    case conflict
    /// It is larger than allowed (413).
    case tooLarge
    /// Too often; try later (429).
    case tooMany
    /// The server can't do it now; try later (503).
    case unavailable
    /// No room left (507).
    case full
  }

  /// Why.
  public let kind: Kind
  /// For the client, in plain words.
  public let message: String

  /// Makes a refusal.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }

  /// The input breaks a rule.
  public static func invalid(_ message: String) -> StoreError { StoreError(.invalid, message) }
  /// The caller may not.
  public static func forbidden(_ message: String = "not allowed") -> StoreError { StoreError(.forbidden, message) }
  /// No such thing, or not for this caller. `what` names the kind of thing, such as "channel".
  public static func notFound(_ what: String) -> StoreError { StoreError(.notFound, "\(what) not found") }
  /// It contradicts what is there.
  public static func conflict(_ message: String) -> StoreError { StoreError(.conflict, message) }
}
