/// A person as another service knows them, after everything that the service says was verified.
public struct VerifiedIdentity: Sendable, Equatable {
  /// The service's URL. With the subject it names the person for good, whatever the operator calls the service.
  public let issuer: String
  /// Names the person there; never given to somebody else.
  public let subject: String
  /// An e-mail address that the service knows to be the person's.
  public let email: String
  /// What the person is called; empty when the service does not say.
  public let displayName: String
  /// Whether the operator wants such people as moderators.
  public let isModerator: Bool

  /// Gathers what was verified.
  public init(issuer: String, subject: String, email: String, displayName: String, isModerator: Bool = false) {
    self.issuer = issuer
    self.subject = subject
    self.email = email
    self.displayName = displayName
    self.isModerator = isModerator
  }
}

/// What happens to people who are new when they sign in by another service.
public struct JoinRule: Sendable, Equatable {
  /// The workspace that they join, by identifier, route identifier or slug; empty for the oldest one.
  public let workspace: String
  /// What they become there; nil when they join nothing.
  public let role: Role?

  /// Makes a rule.
  public init(workspace: String = "", role: Role? = nil) {
    self.workspace = workspace
    self.role = role
  }
}
