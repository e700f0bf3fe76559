import Storage

extension API {
  private struct Login: Decodable {
    let email: String
    let password: String
  }

  private struct Reset: Decodable {
    let token: String
    let password: String
  }

  /// Signing in with an e-mail address and a password, and setting a new one by an administrator's link.
  static let passwordSignIn: [Endpoint] = [
    Endpoint(.post, "/api/auth/password/login", "logInWithPassword", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let (services, settings) = (request.services, request.services.settings)
      guard settings.passwordsEnabled else { return passwordsDisabled }
      let login: Login = try request.decode()
      let email = try EmailAddress.validated(login.email)
      let password = try Password(login.password)
      try requireModestGuessing(email, services)
      let stored = try await services.store.read { try Passwords.find(email: email, $0) }
      let isRight = try await services.passwords.matches(password, stored?.hash)
      guard isRight, let stored else { throw Passwords.wrong }
      let renewed = try await services.passwords.renewed(password, stored.hash)
      let origin = signIn.origin("password")
      let (session, user) = try await services.store.write { tx in
        try Passwords.signIn(stored, renewed: renewed, lasting: settings.sessionSeconds, from: origin, tx)
      }
      return try signIn.answer(session, user)
    },
    Endpoint(.post, "/api/auth/password/reset", "resetPassword", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let (services, settings) = (request.services, request.services.settings)
      guard settings.passwordsEnabled else { return passwordsDisabled }
      let reset: Reset = try request.decode()
      try await services.store.read { _ = try PasswordResets.owner(of: reset.token, at: .now(), $0) }
      let hash = try await services.passwords.hash(try Password(choosing: reset.password))
      let origin = signIn.origin("password")
      let (session, user) = try await services.store.write { tx in
        try PasswordResets.consume(
          token: reset.token, hash: hash, sessionSeconds: settings.sessionSeconds, from: origin, tx)
      }
      return try signIn.answer(session, user)
    },
  ]

  /// The answer where the operator turned passwords off.
  static let passwordsDisabled = APIResponse.error(501, "this server has no passwords")

  /// Refuses too many guesses of one password, from wherever they come.
  /// - Parameter account: Whose: an e-mail address, known or not, or a user's identifier.
  /// - Throws: `StoreError.tooMany`.
  static func requireModestGuessing(_ account: String, _ services: Services) throws(StoreError) {
    guard services.passwordGuesses.allows(account) else {
      throw StoreError(.tooMany, "too many attempts with this account; try again in some minutes")
    }
  }
}
