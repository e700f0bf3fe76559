import Storage

/// Remembers who a credential belongs to, so that most requests need no database read to know their caller.
public final class SessionCache: Sendable {
  /// Makes an empty cache.
  public init() {}
}
