/// Prepares an empty database for use: the first person, their workspace and its first channel.
public enum Bootstrap {
  /// What the first person is called unless told otherwise.
  public static let defaultName = "Local Captain"

  /// What is there now.
  public struct Result: Sendable, Equatable {
    /// The first person.
    public let userID: UserID
    /// Whether they were made now.
    public let isNew: Bool
  }

  /// Makes the first person, the workspace `ClickClack` that they own, and `#general` in it. When the first person
  /// exists, nothing changes, whatever the name and the address.
  /// - Throws: `StoreError.invalid` for a bad name or address, `SQLError`.
  public static func run(name: String = defaultName, email: String? = nil, _ tx: Transaction) throws -> Result {
    if let id = try tx.db.first("SELECT id FROM users WHERE bootstrap = 1", [], { $0.text(0) }) {
      return Result(userID: id, isNew: false)
    }
    let captain = try Users.create(displayName: name, email: email, isBootstrap: true, tx)
    let workspaceID = tx.ids.make(.workspace)
    // An older workspace may have the plain slug; identifiers are unique, so their end makes it so.
    let isTaken = try tx.db.exists("SELECT 1 FROM workspaces WHERE slug = 'clickclack'")
    let slug = isTaken ? "clickclack-\(workspaceID.suffix(8))" : "clickclack"
    try tx.db.execute(
      "INSERT INTO workspaces (id, route_id, name, slug, created_at) VALUES (?1, ?2, 'ClickClack', ?3, ?4)",
      [.text(workspaceID), .text(tx.ids.routeID("T")), .text(slug), .text(tx.now.text)])
    try tx.db.execute(
      "INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, 'owner', ?3)",
      [.text(workspaceID), .text(captain.id), .text(tx.now.text)])
    try tx.db.execute(
      "INSERT INTO channels (id, route_id, workspace_id, name, created_at) VALUES (?1, ?2, ?3, 'general', ?4)",
      [.text(tx.ids.make(.channel)), .text(tx.ids.routeID("C")), .text(workspaceID), .text(tx.now.text)])
    tx.invalidate(.membership(workspaceID, captain.id))
    return Result(userID: captain.id, isNew: true)
  }
}
