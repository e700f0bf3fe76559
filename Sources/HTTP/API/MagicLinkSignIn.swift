import Storage

extension API {
  private struct LinkRequest: Decodable {
    let email: String
    let displayName: String?

    enum CodingKeys: String, CodingKey {
      case email
      case displayName = "display_name"
    }
  }

  private struct LinkUse: Decodable {
    let token: String
  }

  /// Signing in with one-time links.
  static let magicLinks: [Endpoint] = [
    Endpoint(.post, "/api/auth/magic/request", "requestMagicLink", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      let settings = request.services.settings
      guard settings.developmentMode else { return try await mailLink(request) }
      // The answer holds the secret itself, so only who could read the database anyway may have it.
      guard signIn.provenance.isLocal else { throw StoreError.forbidden("links are only given out on this machine") }
      let wanted: LinkRequest = try request.decode()
      let made = try await request.services.store.write { tx in
        try MagicLinks.create(
          email: wanted.email, displayName: wanted.displayName ?? "", lasting: settings.magicLinkSeconds, tx)
      }
      return .json(201) { json in
        json.field("magic_link", made.link)
        json.field("token", made.token)
      }
    },
    Endpoint(.post, "/api/auth/magic/consume", "consumeMagicLink", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let used: LinkUse = try request.decode()
      let settings = request.services.settings
      let origin = signIn.origin("magic")
      let (session, user) = try await request.services.store.write { tx in
        try MagicLinks.consume(token: used.token, sessionSeconds: settings.sessionSeconds, from: origin, tx)
      }
      return try signIn.answer(session, user)
    },
  ]

  /// Has a link sent by mail. The answer is the same whether somebody has the address or not.
  private static func mailLink(_ request: APIRequest) async throws -> APIResponse {
    guard request.services.settings.mailsMagicLinks else {
      return .error(501, "links are not sent by this server; ask an administrator for one")
    }
    guard SignIn(request).hasJSONBody else { return SignIn.notJSON }
    let wanted: LinkRequest = try request.decode()
    guard request.services.mailedLinks.allows(try EmailAddress.validated(wanted.email)) else {
      throw StoreError(.tooMany, "a link was sent to this address a moment ago; try again in some minutes")
    }
    try await request.services.store.write { tx in
      try MagicLinkMail.request(email: wanted.email, displayName: wanted.displayName ?? "", tx)
    }
    return .json(201) { _ in }
  }
}
