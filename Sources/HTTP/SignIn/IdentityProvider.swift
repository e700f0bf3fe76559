import Storage

/// A service at which people can sign in.
protocol IdentityProvider: Sendable {
  /// Names it in paths.
  var id: String { get }
  /// Names it for people.
  var name: String { get }
  /// Where a browser begins.
  var startPath: String { get }
  /// Where the service sends the browser back to.
  var callbackPath: String { get }

  /// Where to send the browser.
  /// - Throws: `ProviderFailure`.
  func authorizationURL(_ attempt: SignInAttempt) async throws -> String

  /// Who came back with a code.
  /// - Throws: `ProviderFailure`.
  func identity(code: String, _ attempt: SignInAttempt) async throws -> VerifiedIdentity
}
