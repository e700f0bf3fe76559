/// What was done to a workspace that its members should be able to look up later.
public enum AuditLog {
  /// Entries returned unless the client asks for another number.
  public static let pageDefault = 100
  /// Entries returned at most.
  public static let pageMax = 500

  /// One entry.
  public struct Entry: Sendable, JSONWritable {
    /// `aud_` and a ULID.
    public let id: String
    /// Where it happened.
    public let workspaceID: WorkspaceID
    /// Who did it.
    public let actorUserID: UserID
    /// What, such as `workspace.updated`.
    public let action: String
    /// The kind of thing it was done to.
    public let targetType: String
    /// Which one.
    public let targetID: String
    /// A JSON object with what is worth knowing besides.
    public let metadata: String
    /// When.
    public let createdAt: String

    /// Writes the contract's AuditLogEntry object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", id)
        json.field("workspace_id", workspaceID)
        json.field("actor_user_id", actorUserID)
        json.field("action", action)
        json.field("target_type", targetType)
        json.field("target_id", targetID)
        json.key("metadata")
        json.raw(metadata)
        json.field("created_at", createdAt)
      }
    }
  }

  /// Adds an entry, in the transaction of the change that it records; `metadata` writes the fields of its object.
  /// - Throws: `SQLError`.
  public static func record(
    _ action: String, in workspaceID: WorkspaceID, by actorUserID: UserID, on target: (type: String, id: String),
    _ tx: Transaction, metadata: (inout JSONWriter) -> Void
  ) throws {
    var json = JSONWriter(capacity: 160)
    json.object(metadata)
    try tx.db.execute(
      """
      INSERT INTO audit_log (id, workspace_id, actor_user_id, action, target_type, target_id, metadata, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        .text(tx.ids.make(.audit)), .text(workspaceID), .text(actorUserID), .text(action), .text(target.type),
        .text(target.id), .text(String(decoding: json.bytes, as: UTF8.self)), .text(tx.now.text),
      ])
  }

  /// The latest entries of a workspace, newest first, for any member but guests.
  /// - Throws: `StoreError`, `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, limit: Int, _ db: any SQLConnection
  ) throws -> [Entry] {
    try Access.member(caller, of: workspaceID, db).requireNotGuest()
    return try db.all(
      """
      SELECT id, workspace_id, actor_user_id, action, target_type, target_id, metadata, created_at FROM audit_log
      WHERE workspace_id = ?1 ORDER BY id DESC LIMIT ?2
      """, [.text(workspaceID), .integer(Int64(min(limit, pageMax)))]
    ) { row in
      Entry(
        id: row.text(0), workspaceID: row.text(1), actorUserID: row.text(2), action: row.text(3),
        targetType: row.text(4), targetID: row.text(5), metadata: row.text(6), createdAt: row.text(7))
    }
  }
}
