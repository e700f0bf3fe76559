import Storage

extension API {
  /// The caller's own profile.
  static let me: [Endpoint] = [
    Endpoint(.get, "/api/me", "getMe", access: .caller(botScope: "profile:read")) { request in
      let caller = try request.caller
      let profile = try await request.read { try Users.profile(of: caller.userID, $0) }
      return .json { $0.field("user", profile) }
    },
    Endpoint(.patch, "/api/me", "updateMe", access: .people) { request in
      let caller = try request.caller
      let changes: ProfileChanges = try request.decode()
      let profile = try await request.services.store.write { try Users.update(caller, changes, $0) }
      return .json { $0.field("user", profile) }
    },
    Endpoint(.get, "/api/me/bots", "listMyBots", access: .people) { request in
      let caller = try request.caller
      let bots = try await request.read { try OwnedBots.list(caller, $0) }
      return .json { $0.field("bots", bots) }
    },
  ]
}
