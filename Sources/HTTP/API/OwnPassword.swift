import Storage

extension API {
  private struct Change: Decodable {
    let currentPassword: String?
    let newPassword: String

    enum CodingKeys: String, CodingKey {
      case currentPassword = "current_password"
      case newPassword = "new_password"
    }
  }

  private struct Removal: Decodable {
    let currentPassword: String

    enum CodingKeys: String, CodingKey {
      case currentPassword = "current_password"
    }
  }

  /// Setting, changing and removing one's own password.
  static let ownPassword: [Endpoint] = [
    Endpoint(.put, "/api/me/password", "setMyPassword", access: .people) { request in
      let caller = try request.caller
      guard request.services.settings.passwordsEnabled else { return passwordsDisabled }
      let change: Change = try request.decode()
      let chosen = try Password(choosing: change.newPassword)
      let current = try await provenHash(of: caller, change.currentPassword, request.services)
      let hash = try await request.services.passwords.hash(chosen)
      try await request.services.store.write { try Passwords.change(caller, from: current, to: hash, $0) }
      return .empty
    },
    Endpoint(.delete, "/api/me/password", "removeMyPassword", access: .people) { request in
      let caller = try request.caller
      let removal: Removal = try request.decode()
      guard let current = try await provenHash(of: caller, removal.currentPassword, request.services) else {
        throw StoreError.notFound("password")
      }
      try await request.services.store.write { try Passwords.remove(caller, current, $0) }
      return .empty
    },
  ]

  /// The hash of the caller's password, which they must know; nil when they have none.
  private static func provenHash(
    of caller: Caller, _ text: String?, _ services: Services
  ) async throws -> String? {
    try requireModestGuessing(caller.userID, services)
    guard let hash = try await services.store.read({ try Passwords.hash(of: caller.userID, $0) }) else { return nil }
    guard let text else { throw StoreError.invalid("current_password is missing") }
    guard try await services.passwords.matches(try Password(text), hash) else {
      throw StoreError.forbidden("the current password is wrong")
    }
    return hash
  }
}
