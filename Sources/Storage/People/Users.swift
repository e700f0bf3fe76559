/// People and bots: making them, finding them, changing one's own profile.
public enum Users {
  /// Creates a person.
  /// - Parameters:
  ///   - email: Any spelling; nil for none. Several people may share one, but such an address can't name a person.
  ///   - isBootstrap: Whether it is the first user, whom development mode signs in.
  /// - Throws: `StoreError.invalid` for a bad name or address, `SQLError`.
  public static func create(
    displayName: String, email: String?, isBootstrap: Bool = false, _ tx: Transaction
  ) throws -> User {
    let id = tx.ids.make(.user)
    let name = try DisplayName.validated(displayName)
    let address = try email.map { text throws(StoreError) in try EmailAddress.validated(text) }
    try tx.db.execute(
      """
      INSERT INTO users (id, kind, display_name, avatar_url, email, created_at, bootstrap)
      VALUES (?1, 'human', ?2, ?3, ?4, ?5, ?6)
      """,
      [
        .text(id), .text(name), .text(AvatarURL.generated(email: address, id: id)), .optional(address),
        .text(tx.now.text), .bool(isBootstrap),
      ])
    return try require(id, tx.db)
  }

  /// A user, or nil.
  /// - Throws: `SQLError`.
  public static func find(_ id: UserID, _ db: any SQLConnection) throws -> User? {
    try db.first("SELECT \(User.columns("u")) FROM users u WHERE u.id = ?1", [.text(id)]) { User(row: $0, from: 0) }
  }

  /// A user.
  /// - Throws: `StoreError.notFound`, `SQLError`.
  public static func require(_ id: UserID, _ db: any SQLConnection) throws -> User {
    guard let user = try find(id, db) else { throw StoreError.notFound("user") }
    return user
  }

  /// The people with an e-mail address in any spelling, the oldest first.
  /// - Throws: `StoreError.invalid` for a bad address, `SQLError`.
  public static func withEmail(_ email: String, _ db: any SQLConnection) throws -> [User] {
    try db.all(
      """
      SELECT \(User.columns("u")) FROM users u
      WHERE u.email = ?1 AND u.kind = 'human' AND u.deleted_at IS NULL ORDER BY u.id LIMIT 10
      """, [.text(try EmailAddress.validated(email))]
    ) { User(row: $0, from: 0) }
  }

  /// The profile that a person or a bot sees of itself.
  /// - Throws: `StoreError.notFound`, `SQLError`.
  public static func profile(of id: UserID, _ db: any SQLConnection) throws -> Profile {
    let first = User.columnCount
    let profile = try db.first(
      """
      SELECT \(User.columns("u")), u.pushover_enabled, u.pushover_user_key, u.appearance FROM users u WHERE u.id = ?1
      """, [.text(id)]
    ) { row in
      Profile(
        user: User(row: row, from: 0),
        notifications: NotificationSettings(pushoverEnabled: row.bool(first), pushoverUserKey: row.text(first + 1)),
        appearance: try row.optionalText(first + 2).map { try AppearancePreferences(stored: $0) })
    }
    guard let profile else { throw StoreError.notFound("user") }
    return profile
  }

  /// Changes what a person asks to change of their own profile, or nothing when any of it is invalid.
  /// - Throws: `StoreError.forbidden` for bots, `.invalid`, `.conflict` for a handle that is taken; `SQLError`.
  public static func update(_ caller: Caller, _ changes: ProfileChanges, _ tx: Transaction) throws -> Profile {
    guard !caller.isBot else { throw StoreError.forbidden("bots can't change their profile") }
    var profile = try profile(of: caller.userID, tx.db)
    if let name = changes.displayName { profile.user.displayName = try DisplayName.validated(name) }
    if let text = changes.handle {
      profile.user.handle = try Handle.validated(text)
      try Handle.requireFree(profile.user.handle, for: caller.userID, tx.db)
    }
    if let text = changes.avatarURL {
      let url = try AvatarURL.validated(text)
      profile.user.avatarURL = url.isEmpty ? try generatedAvatar(of: caller.userID, tx.db) : url
    }
    if let settings = changes.notificationSettings { profile.notifications = try settings.validated() }
    if let patch = changes.appearancePreferences {
      profile.appearance = try (profile.appearance ?? AppearancePreferences()).applying(patch)
    }
    try tx.db.execute(
      """
      UPDATE users SET display_name = ?2, handle = ?3, avatar_url = ?4, pushover_enabled = ?5, pushover_user_key = ?6,
        appearance = ?7
      WHERE id = ?1
      """,
      [
        .text(caller.userID), .text(profile.user.displayName), .text(profile.user.handle),
        .text(profile.user.avatarURL), .bool(profile.notifications.pushoverEnabled),
        .text(profile.notifications.pushoverUserKey),
        .optional(profile.appearance.map { String(decoding: $0.json, as: UTF8.self) }),
      ])
    tx.invalidate(.user(caller.userID))
    return profile
  }

  private static func generatedAvatar(of id: UserID, _ db: any SQLConnection) throws -> String {
    let email = try db.first("SELECT email FROM users WHERE id = ?1", [.text(id)]) { $0.optionalText(0) } ?? nil
    return AvatarURL.generated(email: email, id: id)
  }
}
