import Storage

/// Takes a browser to another service and back, and turns what comes back into a session.
struct ProviderSignIn {
  /// Bytes of a code at most.
  static let codeBytesMax = 4_096

  private let request: APIRequest
  private let signIn: SignIn
  private var services: Services { request.services }
  private var providers: IdentityProviders { services.identityProviders }

  /// Looks at a request of somebody who signs in.
  init(_ request: APIRequest) {
    self.request = request
    signIn = SignIn(request)
  }

  /// Sends the browser to a provider; nil stands for one that is not configured.
  /// - Throws: `StoreError.unavailable` when too many sign-ins are under way.
  func start(_ provider: (any IdentityProvider)?, _ destination: SignInAttempt.Destination) async throws -> APIResponse
  {
    guard let provider else { return .error(501, "this way to sign in is not configured") }
    let cookie = SignInCookie(signIn.provenance, services.settings)
    // A second attempt in another window must not spoil the first, so both share the browser's secret.
    let secret = try cookie.secret(in: request.head.headers) ?? RandomSecret.text()
    let attempt = SignInAttempt(
      provider: provider.id, state: try RandomSecret.text(), browserHash: Token.hash(of: secret),
      verifier: try RandomSecret.text(), nonce: try RandomSecret.text(),
      redirectURL: request.baseURL + provider.callbackPath, destination: destination)
    // Whatever fails before somebody has come back, the provider can't be used at the moment.
    return try await answering(failingWith: 503) {
      let url = try await provider.authorizationURL(attempt)
      guard providers.attempts.insert(attempt, for: attempt.state) else {
        throw StoreError(.unavailable, "too many people are signing in; try again later")
      }
      return redirect(to: url)
        .with(header: "Set-Cookie", try cookie.setting(secret, seconds: providers.pendingSeconds))
    }
  }

  /// Receives a browser from a provider; nil stands for one that is not configured.
  /// - Throws: `StoreError.invalid` when this browser was not sent there.
  func finish(_ provider: (any IdentityProvider)?) async throws -> APIResponse {
    let unknown = StoreError.invalid("no sign-in with this state was started in this browser")
    let cookie = SignInCookie(signIn.provenance, services.settings)
    guard let provider, let state = request.queryValue("state"),
      Base64URL.isText(state, count: RandomSecret.textCount...RandomSecret.textCount),
      // Taken even when the rest is wrong: a state that was seen by somebody else is worth nothing any more.
      let attempt = providers.attempts.take(state), attempt.provider == provider.id,
      let secret = cookie.secret(in: request.head.headers), Token.hash(of: secret) == attempt.browserHash
    else { throw unknown }
    if let error = request.queryValue("error") {
      guard error == "access_denied" else {
        services.settings.report("\(provider.name) refuses a sign-in: \(LoggedText.shortened(error))")
        return .error(502, "the provider refused the sign-in")
      }
      return .error(403, "the sign-in was cancelled")
    }
    guard let code = request.queryValue("code"), (1...Self.codeBytesMax).contains(code.utf8.count) else {
      throw StoreError.invalid("the code is missing")
    }
    return try await answering {
      let identity = try await provider.identity(code: code, attempt)
      return try await complete(identity, attempt, cookie)
    }
  }

  /// Gives a desktop client the session of a code.
  /// - Throws: `StoreError.invalid` for a code that is unknown, used or expired, or of another client.
  func collect(code: String, verifier: String) async throws -> APIResponse {
    guard let handoff = providers.handoffs.take(code),
      ConstantTime.equal(ProofKey.challenge(of: verifier), handoff.challenge)
    else { throw StoreError.invalid("the code is unknown, used or expired") }
    let seconds = services.settings.sessionSeconds
    let origin = signIn.origin("github")
    let (session, user) = try await services.store.write { tx in
      (
        try Sessions.create(for: handoff.userID, lasting: seconds, from: origin, tx),
        try Users.require(handoff.userID, tx.db)
      )
    }
    return try signIn.answer(session, user)
  }

  private func complete(
    _ identity: VerifiedIdentity, _ attempt: SignInAttempt, _ cookie: SignInCookie
  ) async throws -> APIResponse {
    let rule = providers.joinRule
    let forgotten = try cookie.setting("", seconds: 0)
    switch attempt.destination {
    case .browser(let path):
      let seconds = services.settings.sessionSeconds
      let origin = signIn.origin(attempt.provider)
      let session = try await services.store.write { tx in
        try Sessions.create(for: try Identities.signIn(identity, rule, tx).id, lasting: seconds, from: origin, tx)
      }
      return redirect(to: path).with(header: "Set-Cookie", try signIn.cookie(session))
        .with(header: "Set-Cookie", forgotten)
    case .desktop(let challenge, let version):
      let user = try await services.store.write { try Identities.signIn(identity, rule, $0) }
      let code = try version.makeCode()
      guard providers.handoffs.insert(DesktopHandoff(userID: user.id, challenge: challenge), for: code) else {
        throw StoreError(.unavailable, "too many people are signing in; try again later")
      }
      return redirect(to: DesktopHandoff.url(code: code)).with(header: "Set-Cookie", forgotten)
    }
  }

  private func redirect(to url: String) -> APIResponse {
    APIResponse(status: 302, contentType: "", content: .empty)
      .with(header: "Location", url)
      .with(header: "Cache-Control", "no-store")
      .with(header: "Referrer-Policy", "no-referrer")
  }

  private func answering(
    failingWith status: Int? = nil, _ body: () async throws -> APIResponse
  ) async throws -> APIResponse {
    do {
      return try await body()
    } catch let failure as ProviderFailure {
      if !failure.detail.isEmpty { services.settings.report(failure.detail) }
      return .error(status ?? failure.status, failure.message)
    }
  }
}
