import Actors

/// How often one peer address may call an operation. Operations with the same limit share its budget, so trying one way
/// to sign in after the other gains nothing. Enforced by `Application`, before the handler sees anything of the body.
public enum EndpointLimit: Sendable, CaseIterable {
  /// As often as the peer likes: operations that need a credential, and those that operators' monitoring calls.
  case unlimited
  /// Attempts to sign in, and to use a secret that was handed out for it: 60 in a row, then one a second.
  case signIn
  /// Attempts to claim a bot's setup code: ten a minute. Codes are short, since people type them.
  case setupClaim
  /// Looks at and uses of invites to workspaces: 60 in a row, then one a second.
  case invite

  /// What the refused one is told.
  var refusal: String {
    switch self {
    case .unlimited: ""
    case .signIn: "too many attempts to sign in; try again in a minute"
    case .setupClaim: "too many setup codes were tried; try again in a minute"
    case .invite: "too many invites were tried; try again in a minute"
    }
  }
}

/// The attempts counted for every `EndpointLimit`. Safe from any thread.
struct EndpointLimits: Sendable {
  private let signIn = RateLimiter(burst: 60, perSecond: 1)
  private let setupClaim = RateLimiter(burst: 10, perSecond: 10.0 / 60)
  private let invite = RateLimiter(burst: 60, perSecond: 1)

  /// Counts an attempt.
  /// - Parameter key: Whose budget it takes from, `APIRequest.rateKey`.
  /// - Returns: Whether it is allowed.
  func allows(_ limit: EndpointLimit, _ key: String, at now: ContinuousClock.Instant = .now) -> Bool {
    switch limit {
    case .unlimited: true
    case .signIn: signIn.allows(key, at: now)
    case .setupClaim: setupClaim.allows(key, at: now)
    case .invite: invite.allows(key, at: now)
    }
  }
}
