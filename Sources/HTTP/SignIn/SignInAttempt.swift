/// A sign-in that was sent to a provider and has to come back.
struct SignInAttempt: Sendable {
  /// The provider's identifier.
  let provider: String
  /// Comes back with the code (RFC 6749, section 10.12).
  let state: String
  /// The hash of the cookie of the browser that began.
  let browserHash: [UInt8]
  /// Proves to the provider who began (RFC 7636).
  let verifier: String
  /// Comes back inside the token (OpenID Connect Core 1.0, section 3.1.2.1).
  let nonce: String
  /// Where the provider sends the browser.
  let redirectURL: String
  /// Where the browser goes when it is done.
  let destination: Destination

  /// Who wants the session.
  enum Destination: Sendable, Equatable {
    /// The browser itself, which goes on to a path of this server.
    case browser(path: String)
    /// A desktop client, which has shown its challenge.
    case desktop(challenge: String, DesktopProtocol)
  }
}
