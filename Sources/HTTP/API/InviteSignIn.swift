import Storage

extension API {
  private struct InviteToken: Decodable {
    let token: String
  }

  private struct Acceptance: Decodable {
    let token: String
    let challengeID: String
    let displayName: String?
    let name: String?
    let credential: PublicKeyCredential<AttestationResponse>

    enum CodingKeys: String, CodingKey {
      case token, name, credential
      case challengeID = "challenge_id"
      case displayName = "display_name"
    }
  }

  /// Making an account with an invitation and a passkey.
  static let inviteSignIn: [Endpoint] = [
    Endpoint(.post, "/api/auth/invite/options", "startInvite", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let presented: InviteToken = try request.decode()
      let invite = try await request.read { try AccountInvites.open(presented.token, at: .now(), $0) }
      let (id, challenge) = try PasskeyCeremonies(request).begin(.invitation(Token.hash(of: presented.token)))
      let name = invite.displayName.isEmpty ? invite.workspaceName : invite.displayName
      let options = PasskeyCreationOptions(
        challenge: challenge, settings: request.services.settings.passkeys, userName: name, displayName: name)
      return APIResponse.json(capacity: 1_024) { json in
        json.field("challenge_id", id)
        json.field("public_key", options)
        json.key("invite")
        json.object { json in
          json.field("workspace_name", invite.workspaceName)
          json.field("display_name", invite.displayName)
          json.field("expires_at", invite.expiresAt)
        }
      }
      .with(header: "Cache-Control", "no-store")
    },
    Endpoint(.post, "/api/auth/invite/accept", "acceptInvite", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let accepted: Acceptance = try request.decode()
      let ceremonies = PasskeyCeremonies(request)
      let challenge = try ceremonies.end(accepted.challengeID, .invitation(Token.hash(of: accepted.token)))
      let draft = try ceremonies.verify(accepted.credential, challenge)
      let seconds = request.services.settings.sessionSeconds
      let origin = signIn.origin("invite")
      let (session, user) = try await request.services.store.write { tx in
        try AccountInvites.accept(
          accepted.token, displayName: accepted.displayName ?? "", draft, passkeyName: accepted.name ?? "",
          sessionSeconds: seconds, from: origin, tx)
      }
      return try signIn.answer(session, user)
    },
  ]
}
