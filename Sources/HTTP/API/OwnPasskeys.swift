import Storage

extension API {
  private struct Registration: Decodable {
    let challengeID: String
    let name: String?
    let credential: PublicKeyCredential<AttestationResponse>

    enum CodingKeys: String, CodingKey {
      case name, credential
      case challengeID = "challenge_id"
    }
  }

  private struct Rename: Decodable {
    let name: String
  }

  /// A person's own passkeys.
  static let ownPasskeys: [Endpoint] = [
    Endpoint(.get, "/api/me/passkeys", "listMyPasskeys", access: .people) { request in
      let caller = try request.caller
      let passkeys = try await request.read { try Passkeys.list(caller, $0) }
      return .json { $0.field("passkeys", passkeys) }
    },
    // Its challenges take the room of those for signing in, which one person must not use up.
    Endpoint(.post, "/api/me/passkeys/options", "startPasskeyRegistration", access: .people, limit: .signIn) {
      request in
      let caller = try request.caller
      let settings = request.services.settings.passkeys
      let (profile, registered) = try await request.read { db in
        (
          try Users.profile(of: caller.userID, db),
          try Passkeys.registered(of: caller.userID, max: settings.perUserMax, db)
        )
      }
      let (id, challenge) = try PasskeyCeremonies(request).begin(
        .registration(of: caller.userID), userHandle: registered.handle)
      let user = profile.user
      let options = PasskeyCreationOptions(
        challenge: challenge, settings: settings, userName: user.handle.isEmpty ? user.displayName : user.handle,
        displayName: user.displayName, excluded: registered.descriptors)
      return APIResponse.json(capacity: 2_048) { json in
        json.field("challenge_id", id)
        json.field("public_key", options)
      }
      .with(header: "Cache-Control", "no-store")
    },
    Endpoint(.post, "/api/me/passkeys", "registerPasskey", access: .people) { request in
      let caller = try request.caller
      let registration: Registration = try request.decode()
      let ceremonies = PasskeyCeremonies(request)
      let challenge = try ceremonies.end(registration.challengeID, .registration(of: caller.userID))
      let draft = try ceremonies.verify(registration.credential, challenge)
      let max = request.services.settings.passkeys.perUserMax
      let passkey = try await request.services.store.write { tx in
        try Passkeys.register(draft, name: registration.name ?? "", for: caller.userID, max: max, tx)
      }
      return .json(201) { $0.field("passkey", passkey) }
    },
    Endpoint(.patch, "/api/me/passkeys/{passkey_id}", "renamePasskey", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("passkey_id")
      let change: Rename = try request.decode()
      let passkey = try await request.services.store.write { try Passkeys.rename(caller, id, to: change.name, $0) }
      return .json { $0.field("passkey", passkey) }
    },
    Endpoint(.delete, "/api/me/passkeys/{passkey_id}", "deletePasskey", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("passkey_id")
      try await request.services.store.write { try Passkeys.delete(caller, id, $0) }
      return .empty
    },
  ]
}
