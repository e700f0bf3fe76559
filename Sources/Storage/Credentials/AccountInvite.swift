/// An invitation with which somebody new makes their account and joins a workspace. Without the secret.
public struct AccountInvite: Sendable, Equatable {
  /// What has become of it.
  public enum State: String, Sendable {
    case open, used, revoked, expired
  }

  /// `inv_` and a ULID.
  public let id: String
  /// The workspace that is joined.
  public let workspaceID: WorkspaceID
  /// Its name.
  public let workspaceName: String
  /// The name of the person, if it was given; they may choose another.
  public let displayName: String
  /// What they become.
  public let role: Role
  /// When it was made.
  public let createdAt: String
  /// Until when it works.
  public let expiresAt: String
  /// What has become of it.
  public let state: State
}
