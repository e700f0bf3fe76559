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

  /// Signing in at other services. None is configured, so what is well-formed is refused as unavailable or unknown.
  static let signInProviders: [Endpoint] = [
    Endpoint(.get, "/api/auth/github/start", "startGitHubOAuth", access: .anyone, limit: .signIn) { _ in
      notConfigured
    },
    Endpoint(.get, "/api/auth/openclaw/start", "startOpenClawIDOAuth", access: .anyone, limit: .signIn) { _ in
      notConfigured
    },
    Endpoint(.get, "/api/auth/github/desktop/start", "startDesktopGitHubOAuth", access: .anyone, limit: .signIn) {
      request in
      let challenge = request.queryValue("code_challenge") ?? ""
      guard isURLSafe(challenge, count: 43...43) else {
        throw StoreError.invalid("code_challenge must have 43 URL-safe characters")
      }
      guard ["1", "2"].contains(request.queryValue("desktop_protocol") ?? "1") else {
        throw StoreError.invalid("desktop_protocol must be 1 or 2")
      }
      return notConfigured
    },
    Endpoint(.post, "/api/auth/github/desktop/consume", "consumeDesktopGitHubOAuth", access: .anyone, limit: .signIn) {
      request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let used: DesktopCode = try request.decode()
      let isHexadecimal = used.code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      guard isURLSafe(used.code, count: 43...43) || (used.code.utf8.count == 32 && isHexadecimal) else {
        throw StoreError.invalid("the code is malformed")
      }
      guard isURLSafe(used.codeVerifier, count: 43...128) else {
        throw StoreError.invalid("code_verifier must have 43 to 128 URL-safe characters")
      }
      throw StoreError.invalid("the code is unknown, used or expired")
    },
    Endpoint(.get, "/api/auth/github/callback", "finishGitHubOAuth", access: .anyone, limit: .signIn) { _ in
      throw unknownState
    },
    Endpoint(.get, "/api/auth/openclaw/callback", "finishOpenClawIDOAuth", access: .anyone, limit: .signIn) { _ in
      throw unknownState
    },
  ]

  private static let notConfigured = APIResponse.error(501, "this way to sign in is not configured")
  private static let unknownState = StoreError.invalid("no sign-in with this state was started here")

  private static func isURLSafe(_ text: String, count: ClosedRange<Int>) -> Bool {
    count.contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
      }
  }
}
