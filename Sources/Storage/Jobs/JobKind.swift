/// Names what a job does; the server registers one handler for each kind.
///
/// A feature adds its kinds beside its code: `extension JobKind { static let mail = JobKind("mail.send") }`. A name is
/// stored, so it never changes its meaning.
public struct JobKind: Sendable, Hashable, CustomStringConvertible {
  /// The stored name.
  public let name: String

  /// Names a kind: the feature and the deed, such as `uploads.remove`.
  public init(_ name: String) { self.name = name }

  /// The name.
  public var description: String { name }
}
