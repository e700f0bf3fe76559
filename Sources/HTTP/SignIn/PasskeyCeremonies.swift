import Storage

/// The rules for passkeys that the operator sets.
public struct PasskeySettings: Sendable {
  /// Passkeys of one person at most.
  public var perUserMax = 20
  /// Whether authenticators have to make sure who is there.
  public var verification = PasskeyVerification.preferred
  /// How long a browser has to answer a challenge, in seconds.
  public var challengeSeconds: Int64 = 300
  /// Challenges without answer at most.
  public var challengesMax = 10_000

  /// The defaults.
  public init() {}
}

/// A challenge that was sent to a browser and has to come back.
struct PasskeyChallenge: Sendable {
  /// What the answer will do. A challenge for one thing is good for no other.
  enum Purpose: Sendable, Equatable {
    case signIn
    case registration(of: UserID)
    /// With the hash of the invitation's secret.
    case invitation([UInt8])
  }

  /// What it is for.
  let purpose: Purpose
  /// The random bytes.
  let bytes: [UInt8]
  /// For which site.
  let relyingParty: RelyingParty
  /// The handle of the person who gets a new passkey; empty when signing in.
  let userHandle: [UInt8]
}

/// Begins and ends the ceremonies of a request: hands out challenges and takes each back once.
struct PasskeyCeremonies {
  private let services: Services
  private let relyingParty: RelyingParty?

  init(_ request: APIRequest) {
    services = request.services
    let provenance = RequestProvenance(headers: request.head.headers, peerIsLoopback: request.peerIsLoopback)
    relyingParty = RelyingParty(
      publicURL: services.settings.publicURL, host: provenance.host, allowed: services.settings.allowedOrigins)
  }

  /// Whether passkeys work at the address that the client uses.
  var isAvailable: Bool { relyingParty != nil }

  /// Makes a challenge and keeps it until it is answered.
  /// - Parameter userHandle: The handle of who gets a new passkey; nil for a new handle.
  /// - Throws: `StoreError.invalid` where passkeys can't work, `.unavailable` when too many challenges are open.
  func begin(
    _ purpose: PasskeyChallenge.Purpose, userHandle: [UInt8]? = nil
  ) throws(StoreError) -> (id: String, challenge: PasskeyChallenge) {
    guard let relyingParty else {
      throw .invalid("passkeys need a host name: open this server by its name, or on this machine as localhost")
    }
    let handle: [UInt8] =
      if purpose == .signIn { [] } else if let userHandle { userHandle } else { try RandomSecret.bytes(64) }
    let challenge = PasskeyChallenge(
      purpose: purpose, bytes: try RandomSecret.bytes(32), relyingParty: relyingParty,
      userHandle: handle)
    let id = try RandomSecret.text()
    guard services.passkeyChallenges.insert(challenge, for: id) else {
      throw StoreError(.unavailable, "too many people are signing in; try again later")
    }
    return (id, challenge)
  }

  /// Takes back a challenge, which is of no use afterwards.
  /// - Throws: `StoreError.invalid` when it is unknown, used, expired, or was made for something else.
  func end(_ id: String, _ purpose: PasskeyChallenge.Purpose) throws(StoreError) -> PasskeyChallenge {
    guard let challenge = services.passkeyChallenges.take(id), challenge.purpose == purpose else {
      throw .invalid("the challenge is unknown, used or expired; try again")
    }
    return challenge
  }

  /// Checks a registration.
  /// - Throws: `StoreError.invalid`.
  func verify(
    _ answer: PublicKeyCredential<AttestationResponse>, _ challenge: PasskeyChallenge
  ) throws(StoreError) -> PasskeyDraft {
    do throws(WebAuthnError) {
      let (credential, data) = try ceremony(challenge).verify(answer)
      return PasskeyDraft(
        credentialID: credential.id, userHandle: challenge.userHandle, publicKey: credential.keyBytes,
        signatureCount: data.signatureCount, isBackupEligible: data.flags.contains(.backupEligible),
        isBackedUp: data.flags.contains(.backedUp), transports: answer.response.transports ?? [])
    } catch {
      throw .invalid("the passkey is refused: \(error)")
    }
  }

  /// The procedure for the answer to a challenge.
  func ceremony(_ challenge: PasskeyChallenge) -> Ceremony {
    Ceremony(
      challenge: challenge.bytes, relyingParty: challenge.relyingParty,
      requiresUserVerification: services.settings.passkeys.verification == .required)
  }
}
