import Storage

extension API {
  private struct Login: Decodable {
    let challengeID: String
    let credential: PublicKeyCredential<AssertionResponse>

    enum CodingKeys: String, CodingKey {
      case credential
      case challengeID = "challenge_id"
    }
  }

  /// Signing in with passkeys.
  static let passkeySignIn: [Endpoint] = [
    Endpoint(.post, "/api/auth/passkey/options", "startPasskeySignIn", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      let (id, challenge) = try PasskeyCeremonies(request).begin(.signIn)
      return APIResponse.json { json in
        json.field("challenge_id", id)
        json.field(
          "public_key",
          PasskeyRequestOptions(challenge: challenge, settings: request.services.settings.passkeys))
      }
      .with(header: "Cache-Control", "no-store")
    },
    Endpoint(.post, "/api/auth/passkey/login", "signInWithPasskey", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      try signIn.requireOwnPage()
      guard signIn.hasJSONBody else { return SignIn.notJSON }
      let login: Login = try request.decode()
      let ceremonies = PasskeyCeremonies(request)
      let ceremony = ceremonies.ceremony(try ceremonies.end(login.challengeID, .signIn))
      let settings = request.services.settings
      // One answer for all that can be wrong, so that nobody learns which passkeys exist.
      let refusal = StoreError(.unauthenticated, "this passkey does not sign anybody in here")
      let credentialID = login.credential.rawId.bytes
      let known = try await request.read { try Passkeys.find(credentialID: credentialID, $0) }
      guard let known, let data = verified(login.credential, of: known, ceremony) else { throw refusal }
      let origin = signIn.origin("passkey")
      let begun = try await request.services.store.write { tx in
        try Passkeys.signIn(
          known, signatureCount: data.signatureCount, isBackedUp: data.flags.contains(.backedUp),
          sessionSeconds: settings.sessionSeconds, from: origin, tx)
      }
      guard let (session, user) = begun else {
        settings.report("passkey \(known.id) was refused: it is gone, or its counter shows that it was copied")
        throw refusal
      }
      return try signIn.answer(session, user)
    },
  ]

  private static func verified(
    _ answer: PublicKeyCredential<AssertionResponse>, of known: PasskeyCredential, _ ceremony: Ceremony
  ) -> AuthenticatorData? {
    do throws(WebAuthnError) {
      guard try answer.id == known.credentialID else { return nil }
      return try ceremony.verify(answer, of: known)
    } catch {
      return nil
    }
  }
}
