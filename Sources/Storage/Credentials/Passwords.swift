/// The passwords of people: finding, setting and removing them. Only hashes come here; see `Argon2id`.
public enum Passwords {
  /// A stored password.
  public struct Stored: Sendable, Equatable {
    /// Whose it is.
    public let userID: UserID
    /// The PHC string.
    public let hash: String
  }

  /// The password of the person with an e-mail address, in any spelling.
  /// - Returns: nil when nobody has the address, or its owner has no password.
  /// - Throws: `StoreError.invalid` for what is no address, `SQLError`.
  public static func find(email: String, _ db: any SQLConnection) throws -> Stored? {
    try db.first(
      """
      SELECT p.user_id, p.hash FROM users u JOIN passwords p ON p.user_id = u.id
      WHERE u.email = ?1 AND u.kind = 'human' AND u.deleted_at IS NULL ORDER BY u.id LIMIT 1
      """, [.text(try EmailAddress.validated(email))]
    ) { Stored(userID: $0.text(0), hash: $0.text(1)) }
  }

  /// The hash of a person's password; nil when they have none.
  /// - Throws: `SQLError`.
  public static func hash(of userID: UserID, _ db: any SQLConnection) throws -> String? {
    try db.first("SELECT hash FROM passwords WHERE user_id = ?1", [.text(userID)]) { $0.text(0) }
  }

  /// Begins a session for whoever gave the right password.
  /// - Parameters:
  ///   - stored: What the password was compared with.
  ///   - renewed: The same password hashed anew, when the cost has changed since.
  /// - Throws: `StoreError.unauthenticated` when the password was changed meanwhile, `SQLError`.
  public static func signIn(
    _ stored: Stored, renewed: String?, lasting seconds: Int64, from origin: SessionOrigin, _ tx: Transaction
  ) throws -> (session: Session, user: User) {
    guard try hash(of: stored.userID, tx.db) == stored.hash, let user = try Users.find(stored.userID, tx.db),
      user.deletedAt == nil
    else { throw wrong }
    if let renewed {
      try tx.db.execute(
        "UPDATE passwords SET hash = ?2 WHERE user_id = ?1", [.text(stored.userID), .text(renewed)])
    }
    return (try Sessions.create(for: stored.userID, lasting: seconds, from: origin, tx), user)
  }

  /// Sets a person's password and ends their sessions and the links with which they could have reset it.
  /// - Parameter kept: The session that goes on, if any.
  /// - Throws: `StoreError.conflict` when the person has no e-mail address of their own to sign in with, `SQLError`.
  public static func set(_ hash: String, for userID: UserID, except kept: String?, _ tx: Transaction) throws {
    let people = try tx.db.first(
      """
      SELECT count(*) FROM users u JOIN users o ON o.email = u.email
      WHERE u.id = ?1 AND o.kind = 'human' AND o.deleted_at IS NULL
      """, [.text(userID)]
    ) { $0.int(0) }
    guard let people, people > 0 else {
      throw StoreError.conflict("a password needs an e-mail address; ask an administrator to give you one")
    }
    guard people == 1 else { throw StoreError.conflict("several people have this e-mail address") }
    try tx.db.execute(
      """
      INSERT INTO passwords (user_id, hash, changed_at) VALUES (?1, ?2, ?3)
      ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
      """, [.text(userID), .text(hash), .text(tx.now.text)])
    try PasswordResets.forget(of: userID, tx)
    try Sessions.revokeAll(of: userID, except: kept, tx)
  }

  /// Changes the caller's own password.
  /// - Parameter current: The hash that the caller proved to know; nil when there was none.
  /// - Throws: `StoreError.conflict` when it was changed meanwhile, and as `set` does.
  public static func change(_ caller: Caller, from current: String?, to hash: String, _ tx: Transaction) throws {
    guard try self.hash(of: caller.userID, tx.db) == current else { throw changedMeanwhile }
    try set(hash, for: caller.userID, except: caller.credentialID, tx)
  }

  /// Removes the caller's own password; other ways to sign in stay.
  /// - Parameter current: The hash that the caller proved to know.
  /// - Throws: `StoreError.conflict` when it was changed meanwhile or no way to sign in would be left, `SQLError`.
  public static func remove(_ caller: Caller, _ current: String, _ tx: Transaction) throws {
    guard
      try tx.db.execute(
        "DELETE FROM passwords WHERE user_id = ?1 AND hash = ?2", [.text(caller.userID), .text(current)]) > 0
    else { throw changedMeanwhile }
    try PasswordResets.forget(of: caller.userID, tx)
    try SignInWays.requireOne(of: caller.userID, tx.db)
  }

  /// The one refusal of a sign-in: it does not tell whether somebody has the address.
  public static let wrong = StoreError(.unauthenticated, "the e-mail address or the password is wrong")
  private static let changedMeanwhile = StoreError.conflict("the password was changed meanwhile")
}
