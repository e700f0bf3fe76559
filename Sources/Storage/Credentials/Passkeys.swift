/// Registers, lists and removes people's passkeys, and signs in with them. What authenticators answer is verified before.
public enum Passkeys {
  /// The name of a passkey that was given none.
  public static let defaultName = "Passkey"
  /// Bytes of a name at most.
  public static let nameBytesMax = 80

  /// The caller's passkeys, the oldest first.
  /// - Throws: `SQLError`.
  public static func list(_ caller: Caller, _ db: any SQLConnection) throws -> [Passkey] {
    try db.all("SELECT \(columns) FROM passkeys WHERE user_id = ?1 ORDER BY id", [.text(caller.userID)], passkey)
  }

  /// What a new registration of a person has to know about those before: the handle, if there is one, and what must not
  /// be registered again.
  /// - Throws: `StoreError.conflict` when the person has as many as allowed; `SQLError`.
  public static func registered(
    of userID: UserID, max: Int, _ db: any SQLConnection
  ) throws -> (handle: [UInt8]?, descriptors: [PasskeyDescriptor]) {
    var handle: [UInt8]?
    let descriptors = try db.all(
      "SELECT credential_id, transports, user_handle FROM passkeys WHERE user_id = ?1 ORDER BY id", [.text(userID)]
    ) { row in
      handle = row.withUTF8(2) { Array($0) }
      return PasskeyDescriptor(
        credentialID: row.withUTF8(0) { Array($0) },
        transports: row.text(1).split(separator: ",").map { String($0) })
    }
    try requireRoom(descriptors.count, max)
    return (handle, descriptors)
  }

  /// Adds a passkey to a person.
  /// - Parameters:
  ///   - name: What the owner calls it; empty for the default.
  ///   - max: Passkeys that one person may have.
  /// - Throws: `StoreError.invalid` for a bad name, `.conflict` for a credential that is registered already and for too
  ///   many; `SQLError`.
  public static func register(
    _ draft: PasskeyDraft, name: String, for userID: UserID, max: Int, _ tx: Transaction
  ) throws -> Passkey {
    let name = PlainText.trimmed(name)
    let validName = name.isEmpty ? defaultName : try validated(name)
    let count = try tx.db.first("SELECT count(*) FROM passkeys WHERE user_id = ?1", [.text(userID)]) { $0.int(0) }
    try requireRoom(Int(count ?? 0), max)
    guard try !tx.db.exists("SELECT 1 FROM passkeys WHERE credential_id = ?1", [.blob(draft.credentialID)]) else {
      throw StoreError.conflict("this passkey is registered already")
    }
    let id = tx.ids.make(.passkey)
    try tx.db.execute(
      """
      INSERT INTO passkeys (
        id, user_id, credential_id, user_handle, public_key, signature_count, backup_eligible, backed_up, transports,
        name, created_at
      ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """,
      [
        .text(id), .text(userID), .blob(draft.credentialID), .blob(draft.userHandle), .blob(draft.publicKey),
        .integer(Int64(draft.signatureCount)), .bool(draft.isBackupEligible), .bool(draft.isBackedUp),
        .text(draft.transports.joined(separator: ",")), .text(validName), .text(tx.now.text),
      ])
    return Passkey(id: id, name: validName, createdAt: tx.now.text, lastUsedAt: nil)
  }

  /// Gives one of the caller's passkeys another name.
  /// - Throws: `StoreError.invalid`, `.notFound`; `SQLError`.
  public static func rename(_ caller: Caller, _ id: String, to name: String, _ tx: Transaction) throws -> Passkey {
    let name = try validated(PlainText.trimmed(name))
    let renamed = try tx.db.first(
      "UPDATE passkeys SET name = ?3 WHERE id = ?1 AND user_id = ?2 RETURNING \(columns)",
      [.text(id), .text(caller.userID), .text(name)], passkey)
    guard let renamed else { throw StoreError.notFound("passkey") }
    return renamed
  }

  /// Removes one of the caller's passkeys. Sessions that it began go on.
  /// - Throws: `StoreError.notFound`, `.conflict` when no way to sign in would be left; `SQLError`.
  public static func delete(_ caller: Caller, _ id: String, _ tx: Transaction) throws {
    let removed = try tx.db.execute(
      "DELETE FROM passkeys WHERE id = ?1 AND user_id = ?2", [.text(id), .text(caller.userID)])
    guard removed > 0 else { throw StoreError.notFound("passkey") }
    try SignInWays.requireOne(of: caller.userID, tx.db)
  }

  /// The passkey with a credential's identifier, of a person who is still here; nil when there is none.
  /// - Throws: `SQLError`.
  public static func find(credentialID: [UInt8], _ db: any SQLConnection) throws -> PasskeyCredential? {
    try db.first(
      """
      SELECT p.id, p.user_id, p.user_handle, p.public_key, p.backup_eligible
      FROM passkeys p JOIN users u ON u.id = p.user_id
      WHERE p.credential_id = ?1 AND u.deleted_at IS NULL
      """, [.blob(credentialID)]
    ) { row in
      PasskeyCredential(
        id: row.text(0), userID: row.text(1), credentialID: credentialID, userHandle: row.withUTF8(2) { Array($0) },
        publicKey: row.withUTF8(3) { Array($0) }, isBackupEligible: row.bool(4))
    }
  }

  /// Begins a session for the owner of a passkey, whose answer was verified.
  /// - Parameters:
  ///   - signatureCount: The authenticator's counter; must have grown, unless it does not count.
  ///   - isBackedUp: Whether the passkey has been copied by now.
  /// - Returns: nil when the passkey is gone, or when the counter has not grown: then there is a copy of the
  ///   authenticator (WebAuthn Level 3, section 6.1.1).
  /// - Throws: `StoreError.unavailable` without randomness, `SQLError`.
  public static func signIn(
    _ credential: PasskeyCredential, signatureCount: UInt32, isBackedUp: Bool, sessionSeconds: Int64,
    from origin: SessionOrigin, _ tx: Transaction
  ) throws -> (session: Session, user: User)? {
    let used = try tx.db.execute(
      """
      UPDATE passkeys SET signature_count = ?2, backed_up = ?3, last_used_at = ?4
      WHERE id = ?1 AND (signature_count < ?2 OR (signature_count = 0 AND ?2 = 0))
      """,
      [.text(credential.id), .integer(Int64(signatureCount)), .bool(isBackedUp), .text(tx.now.text)])
    guard used > 0, let user = try Users.find(credential.userID, tx.db), user.deletedAt == nil else { return nil }
    return (try Sessions.create(for: user.id, lasting: sessionSeconds, from: origin, tx), user)
  }

  private static let columns = "id, name, created_at, last_used_at"

  private static func passkey(_ row: borrowing SQLRow) -> Passkey {
    Passkey(id: row.text(0), name: row.text(1), createdAt: row.text(2), lastUsedAt: row.optionalText(3))
  }

  private static func requireRoom(_ count: Int, _ max: Int) throws(StoreError) {
    guard count < max else { throw .conflict("you have \(count) passkeys already; delete one first") }
  }

  private static func validated(_ name: String) throws(StoreError) -> String {
    guard !name.isEmpty else { throw .invalid("name must not be empty") }
    guard name.utf8.count <= nameBytesMax else { throw .invalid("name must have at most \(nameBytesMax) bytes") }
    return name
  }
}
