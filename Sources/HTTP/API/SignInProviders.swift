import Storage

extension API {
  private struct DesktopCode: Decodable {
    let code: String
    let codeVerifier: String

    enum CodingKeys: String, CodingKey {
      case code
      case codeVerifier = "code_verifier"
    }
  }

  /// Signing in at other services.
  static let signInProviders: [Endpoint] = [
    Endpoint(.get, "/api/auth/github/start", "startGitHubOAuth", access: .anyone, limit: .signIn) { request in
      try await startInBrowser(request.services.identityProviders.github, request)
    },
    Endpoint(.get, "/api/auth/github/callback", "finishGitHubOAuth", access: .anyone, limit: .signIn) { request in
      try await ProviderSignIn(request).finish(request.services.identityProviders.github)
    },
    Endpoint(.get, "/api/auth/github/desktop/start", "startDesktopGitHubOAuth", access: .anyone, limit: .signIn) {
      request in
      let signIn = ProviderSignIn(request)
      let challenge = request.queryValue("code_challenge") ?? ""
      guard Base64URL.isText(challenge, count: ProofKey.challengeCount) else {
        throw StoreError.invalid("code_challenge must have 43 URL-safe characters")
      }
      let named = request.queryValue("desktop_protocol")
      guard let version = DesktopProtocol(rawValue: named ?? "1") else {
        throw StoreError.invalid("desktop_protocol must be 1 or 2")
      }
      let github = request.services.identityProviders.github
      // Clients that do not name a protocol are older than both.
      guard github == nil || named != nil else {
        return .error(426, "this version of the desktop client is too old; please update it")
      }
      return try await signIn.start(github, .desktop(challenge: challenge, version))
    },
    Endpoint(.post, "/api/auth/github/desktop/consume", "consumeDesktopGitHubOAuth", access: .anyone, limit: .signIn) {
      request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let used: DesktopCode = try request.decode()
      guard DesktopProtocol.isCode(used.code) else { throw StoreError.invalid("the code is malformed") }
      guard Base64URL.isText(used.codeVerifier, count: ProofKey.verifierCount) else {
        throw StoreError.invalid("code_verifier must have 43 to 128 URL-safe characters")
      }
      return try await ProviderSignIn(request).collect(code: used.code, verifier: used.codeVerifier)
    },
    Endpoint(.get, "/api/auth/openclaw/start", "startOpenClawIDOAuth", access: .anyone, limit: .signIn) { request in
      try await startInBrowser(request.services.identityProviders.openID(IdentityProviders.openClawID), request)
    },
    Endpoint(.get, "/api/auth/openclaw/callback", "finishOpenClawIDOAuth", access: .anyone, limit: .signIn) { request in
      try await ProviderSignIn(request).finish(
        request.services.identityProviders.openID(IdentityProviders.openClawID))
    },
    Endpoint(.get, "/api/auth/oidc/{provider}/start", "startOpenIDConnect", access: .anyone, limit: .signIn) {
      request in
      try await startInBrowser(try openIDProvider(request), request)
    },
    Endpoint(.get, "/api/auth/oidc/{provider}/callback", "finishOpenIDConnect", access: .anyone, limit: .signIn) {
      request in
      try await ProviderSignIn(request).finish(try openIDProvider(request))
    },
  ]

  private static func startInBrowser(
    _ provider: (any IdentityProvider)?, _ request: APIRequest
  ) async throws -> APIResponse {
    let signIn = ProviderSignIn(request)
    return try await signIn.start(provider, .browser(path: try ReturnPath.validated(request.queryValue("return_to"))))
  }

  private static func openIDProvider(_ request: APIRequest) throws(StoreError) -> OpenIDProvider {
    guard let provider = request.services.identityProviders.openID(request.parameter("provider")) else {
      throw .notFound("sign-in provider")
    }
    return provider
  }
}
