/// A session as its owner sees it in the list of places where they are signed in. Without the secret.
public struct ActiveSession: Sendable, JSONWritable {
  /// `ses_` and a ULID.
  public let id: String
  /// When it began.
  public let createdAt: String
  /// When it was last used, to within some minutes.
  public let lastUsedAt: String
  /// When it ends.
  public let expiresAt: String
  /// How and from where it was begun.
  public let origin: SessionOrigin
  /// Whether it is the one that asks.
  public let isCurrent: Bool

  /// Writes the session's object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("created_at", createdAt)
      json.field("last_used_at", lastUsedAt)
      json.field("expires_at", expiresAt)
      json.field("user_agent", origin.userAgent)
      json.field("address", origin.address)
      json.field("method", origin.method)
      json.field("current", isCurrent)
    }
  }
}
