/// Who is asking, as their credential proves. Made once per request from memory; see `SessionCache`.
public struct Caller: Sendable, Equatable {
  /// What the caller presented.
  public enum Credential: Sendable, Equatable {
    /// A person's session, by bearer token or cookie.
    case session(id: String)
    /// A bot's token: bound to one workspace, limited to scopes.
    case botToken(id: String, workspaceID: WorkspaceID, scopes: Set<String>)
    /// No credential, on the local machine in development mode: the first user.
    case development
    /// The impersonation header, on the local machine in development mode.
    case impersonation
    /// The assertion of a trusted proxy, good until then.
    case proxyAssertion(expiresAt: Timestamp)
    /// Nobody: the server itself writes what the callback of a slash command answered, as the command's bot.
    case slashCommand(id: String)
  }

  /// The user.
  public let userID: UserID
  /// Whether the user is a bot.
  public let isBot: Bool
  /// How they proved it.
  public let credential: Credential
  /// From when on the credential is worthless; nil when it ends only by being revoked.
  public let expiresAt: Timestamp?

  /// Makes a caller.
  public init(userID: UserID, isBot: Bool, credential: Credential, expiresAt: Timestamp? = nil) {
    self.userID = userID
    self.isBot = isBot
    self.credential = credential
    self.expiresAt = expiresAt
  }

  /// The session or token; nil for those who are trusted for being on this machine or behind a proxy, and for the
  /// server itself.
  public var credentialID: String? {
    switch credential {
    case .session(let id), .botToken(let id, _, _): id
    case .development, .impersonation, .proxyAssertion, .slashCommand: nil
    }
  }

  /// Refuses a bot token that lacks a scope or is bound to another workspace; people pass.
  /// - Throws: `StoreError.forbidden`.
  public func require(scope: String, in workspaceID: WorkspaceID? = nil) throws(StoreError) {
    guard case .botToken(_, let bound, let scopes) = credential else { return }
    guard scopes.contains(scope) else { throw .forbidden("the token lacks the scope \(scope)") }
    guard let workspaceID, workspaceID != bound else { return }
    throw .forbidden("the token belongs to another workspace")
  }
}
