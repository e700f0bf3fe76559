/// The server's administrators: people who may look after the whole server by the API, whatever they are in workspaces.
/// The first user always is one; the others are named on the command line.
public enum Administrators {
  /// Administrators besides the first user.
  public static let max: Int64 = 100

  /// Refuses everyone else.
  /// - Throws: `StoreError.forbidden`, `SQLError`.
  public static func require(_ caller: Caller, _ db: any SQLConnection) throws {
    guard try !caller.isBot && includes(caller.userID, db) else {
      throw StoreError.forbidden("administrators of the server only")
    }
  }

  /// Names another administrator.
  /// - Returns: The person, and whether they were none before.
  /// - Throws: `StoreError.notFound`, `.invalid` for a bot, `.conflict`; `SQLError`.
  public static func add(_ person: Administration.Person, _ tx: Transaction) throws -> (user: User, isNew: Bool) {
    let user = try Administration.resolve(person, tx.db)
    if try includes(user.id, tx.db) { return (user, false) }
    let count = try tx.db.first("SELECT count(*) FROM server_administrators") { $0.int(0) }
    guard (count ?? 0) < max else { throw StoreError.conflict("there are \(max) administrators already") }
    try tx.db.execute(
      "INSERT INTO server_administrators (user_id, created_at) VALUES (?1, ?2)", [.text(user.id), .text(tx.now.text)])
    return (user, true)
  }

  /// Takes an administrator's rights away.
  /// - Returns: The person, and whether they had been one.
  /// - Throws: `StoreError.notFound`, `.conflict` for the first user; `SQLError`.
  public static func remove(_ person: Administration.Person, _ tx: Transaction) throws -> (user: User, wasOne: Bool) {
    let user = try Administration.resolve(person, tx.db)
    guard try !tx.db.exists("SELECT 1 FROM users WHERE id = ?1 AND bootstrap = 1", [.text(user.id)]) else {
      throw StoreError.conflict("the first user stays an administrator")
    }
    let count = try tx.db.execute("DELETE FROM server_administrators WHERE user_id = ?1", [.text(user.id)])
    return (user, count > 0)
  }

  /// Every administrator, the longest-standing user first.
  /// - Throws: `SQLError`.
  public static func list(_ db: any SQLConnection) throws -> [User] {
    try db.all(
      """
      SELECT \(User.columns("u")) FROM users u
      WHERE u.deleted_at IS NULL AND (u.bootstrap = 1 OR u.id IN (SELECT user_id FROM server_administrators))
      ORDER BY u.id
      """
    ) { User(row: $0, from: 0) }
  }

  private static func includes(_ id: UserID, _ db: any SQLConnection) throws -> Bool {
    try db.exists(
      """
      SELECT 1 FROM users u WHERE u.id = ?1 AND u.deleted_at IS NULL
        AND (u.bootstrap = 1 OR EXISTS (SELECT 1 FROM server_administrators a WHERE a.user_id = u.id))
      """, [.text(id)])
  }
}
