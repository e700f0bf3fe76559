import Actors
import Runtime
import Storage
import Synchronization

/// A proxy in front of the server that signs people in and says who they are, in a signed token with each request.
public struct ProxyAssertionSettings: Sendable, Equatable {
  /// The header field with the token.
  public var header: String
  /// Who makes the tokens, letter by letter.
  public var issuer: String
  /// For whom they are made.
  public var audience: String
  /// Where the keys are; empty to find out from the issuer (OpenID Connect Discovery 1.0).
  public var keysURL: String
  /// The addresses of the proxy. Nobody else may send the field.
  public var trustedProxies: [IPRange]

  /// Gathers the settings.
  public init(header: String, issuer: String, audience: String, keysURL: String, trustedProxies: [IPRange]) {
    self.header = header
    self.issuer = issuer
    self.audience = audience
    self.keysURL = keysURL
    self.trustedProxies = trustedProxies
  }

  /// Whether a peer is the proxy.
  func trusts(_ peer: SocketAddress) -> Bool { ClientAddress.isProxy(peer, among: trustedProxies) }
}

/// Finds out whom the assertions of a trusted proxy mean, and remembers it as long as each is good.
///
/// Exact like `SessionCache`: a commit that concerns a person makes it forget them.
public final class ProxyAssertions: CommitObserver {
  private struct Entry {
    let userID: UserID
    let expiresAt: Timestamp
  }

  private struct State {
    var entries: [[UInt8]: Entry] = [:]
    var keys: [UserID: Set<[UInt8]>] = [:]
    var generation: UInt64 = 0

    mutating func forget(_ user: UserID) {
      generation += 1
      for key in keys.removeValue(forKey: user) ?? [] { entries[key] = nil }
    }

    mutating func forgetAll() {
      generation += 1
      entries = [:]
      keys = [:]
    }
  }

  /// Assertions remembered at most; beyond it all are forgotten and verified again as they come.
  private static let entriesMax = 20_000
  private static let refusal = StoreError(.unauthenticated, "the proxy's assertion is not valid")

  private let settings: ProxyAssertionSettings
  private let joinRule: JoinRule
  private let store: any Store
  private let client: ProviderClient
  private let verifier: TokenVerifier
  private let report: @Sendable (_ problem: String) -> Void
  private let state = Mutex(State())

  /// Prepares the checks; the keys are fetched when the first assertion comes.
  /// - Throws: `AddressGuard.InvalidEntry` for a URL without a usable host.
  public init(
    _ settings: ProxyAssertionSettings, joinRule: JoinRule, store: any Store, loop: EventLoop,
    report: @escaping @Sendable (_ problem: String) -> Void
  ) throws(AddressGuard.InvalidEntry) {
    self.settings = settings
    self.joinRule = joinRule
    self.store = store
    self.report = report
    let services = [settings.issuer, settings.keysURL].filter { $0.contains("://") }
    let client = try ProviderClient(loop: loop, services: services)
    self.client = client
    let discovered = CachedDocument(loop: loop) { [issuer = settings.issuer] in
      try await OpenIDConfiguration.fetch(issuer: issuer, client)
    }
    verifier = TokenVerifier(loop: loop, client: client) { [keysURL = settings.keysURL] in
      keysURL.isEmpty ? try await discovered.current().keysURL : keysURL
    }
  }

  /// Who is meant; a person who is new is made.
  /// - Throws: `StoreError.unauthenticated` for an assertion that is not good, `.unavailable` when the keys can't be had,
  ///   `.forbidden`; `SQLError`.
  func caller(asserting token: String) async throws -> Caller {
    let key = Token.hash(of: token)
    let now = Timestamp.now()
    let (known, generation) = state.withLock { ($0.entries[key], $0.generation) }
    if let known, known.expiresAt > now { return Self.caller(known) }
    let identity: VerifiedIdentity
    let expiresAt: Timestamp
    do {
      let claims = try await verifier.claims(
        of: token, TokenRules(issuer: settings.issuer, audience: settings.audience))
      identity = try Self.identity(claims)
      expiresAt = Timestamp(
        microseconds: Int64(min(claims.expiresAt + TokenRules.skewSeconds, 253_402_300_799) * 1_000_000))
    } catch let error as JSONWebTokenError {
      report("an assertion of the proxy is refused: \(error)")
      throw Self.refusal
    } catch let failure as ProviderFailure {
      report(failure.detail)
      throw StoreError(.unavailable, "the proxy's keys can't be had; try again later")
    }
    let entry = Entry(userID: try await user(identity), expiresAt: expiresAt)
    state.withLock { state in
      guard state.generation == generation else { return }
      if state.entries.count >= Self.entriesMax { state.forgetAll() }
      state.entries[key] = entry
      state.keys[entry.userID, default: []].insert(key)
    }
    return Self.caller(entry)
  }

  /// Forgets whom a commit concerns.
  public func committed(_ batch: CommitBatch) {
    for invalidation in batch.invalidations {
      if case .user(let user) = invalidation { state.withLock { $0.forget(user) } }
    }
  }

  /// Forgets everything.
  public func changedByAnotherProcess() { state.withLock { $0.forgetAll() } }

  /// Fails all calls under way and closes all connections.
  public func shutdown() { client.shutdown() }

  private func user(_ identity: VerifiedIdentity) async throws -> UserID {
    let known = try await store.read {
      try Identities.user(issuer: identity.issuer, subject: identity.subject, $0)
    }
    if let known { return known }
    return try await store.write { [joinRule] in try Identities.signIn(identity, joinRule, $0).id }
  }

  private static func caller(_ entry: Entry) -> Caller {
    Caller(userID: entry.userID, isBot: false, credential: .proxyAssertion(expiresAt: entry.expiresAt))
  }

  /// Proxies let only people in whose address they know, and most say nothing about it. One that says no is believed.
  private static func identity(_ claims: TokenClaims) throws(JSONWebTokenError) -> VerifiedIdentity {
    guard let email = claims.person.email, claims.person.isEmailVerified ?? true else {
      throw JSONWebTokenError("the assertion has no verified e-mail address")
    }
    return VerifiedIdentity(
      issuer: claims.issuer, subject: claims.subject, email: email, displayName: claims.person.displayName ?? "")
  }
}
