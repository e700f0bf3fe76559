/// The ways in which one person can sign in.
enum SignInWays {
  /// Refuses a change after which a person could not sign in any more. Called in the same transaction, after the change.
  ///
  /// An e-mail address counts: links are sent to it, or the operator makes one.
  /// - Throws: `StoreError.conflict`, `SQLError`.
  static func requireOne(of userID: UserID, _ db: any SQLConnection) throws {
    let hasOne = try db.exists(
      """
      SELECT 1 FROM passkeys WHERE user_id = ?1
      UNION ALL SELECT 1 FROM passwords WHERE user_id = ?1
      UNION ALL SELECT 1 FROM identities WHERE user_id = ?1
      UNION ALL SELECT 1 FROM users WHERE id = ?1 AND email IS NOT NULL
      LIMIT 1
      """, [.text(userID)])
    guard hasOne else { throw StoreError.conflict("this is your only way to sign in; add another one first") }
  }
}
