/// Facts about who belongs to a workspace, as memory keeps them.
public enum Memberships {
  /// The role of a member; nil for those who do not belong to the workspace, or when it was deleted. Blocked members
  /// keep theirs: they may go on reading.
  /// - Throws: `SQLError`.
  public static func activeRole(
    of userID: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> Role? {
    try db.first(
      """
      SELECT m.role FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
      WHERE m.workspace_id = ?1 AND m.user_id = ?2 AND w.deleted_at IS NULL
      """, [.text(workspaceID), .text(userID)]
    ) { Role(rawValue: $0.text(0)) } ?? nil
  }

  /// Makes a person a member of a workspace. A member stays what they are.
  /// - Returns: Whether they are new.
  /// - Throws: `SQLError`.
  static func join(
    _ userID: UserID, _ workspaceID: WorkspaceID, as role: Role, _ tx: Transaction
  ) throws -> Bool {
    let added = try tx.db.execute(
      """
      INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO NOTHING
      """, [.text(workspaceID), .text(userID), .text(role.rawValue), .text(tx.now.text)])
    if added > 0 { tx.invalidate(.membership(workspaceID, userID)) }
    return added > 0
  }

  /// What memory knows of a workspace's channels that are not for every member.
  /// - Throws: `SQLError`.
  public static func restrictedChannels(
    of workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> RestrictedChannels {
    RestrictedChannels(
      guestChannelID: try guestChannel(of: workspaceID, db), members: try ChannelMembers.all(of: workspaceID, db))
  }

  /// The channel in which a workspace's guests wait, if there is one.
  /// - Throws: `SQLError`.
  public static func guestChannel(of workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> ChannelID? {
    try db.first("SELECT id FROM channels WHERE workspace_id = ?1 AND name = 'guest'", [.text(workspaceID)]) {
      $0.text(0)
    }
  }
}
