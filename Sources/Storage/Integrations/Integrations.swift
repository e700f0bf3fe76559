/// The rules that every kind of integration shares.
enum Integrations {
  /// Refuses everyone but the people who run a workspace: its owner and moderators.
  /// - Parameter what: What someone who does not belong to the workspace is told does not exist.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  static func requireManager(
    _ caller: Caller, of workspaceID: WorkspaceID, what: String = "workspace", _ tx: Transaction
  ) throws {
    try membership(caller, of: workspaceID, what: what, tx.db).requireModerator(at: tx.now)
  }

  /// Refuses guests and bots: any other member may see which integrations a workspace has.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  static func requireReader(
    _ caller: Caller, of workspaceID: WorkspaceID, what: String = "workspace", _ db: any SQLConnection
  ) throws {
    try membership(caller, of: workspaceID, what: what, db).requireNotGuest()
  }

  /// What a person is in a workspace.
  /// - Throws: `StoreError.notFound`, `.forbidden` for bots; `SQLError`.
  static func membership(
    _ caller: Caller, of workspaceID: WorkspaceID, what: String, _ db: any SQLConnection
  ) throws -> Access.Membership {
    guard !caller.isBot else { throw StoreError.forbidden("bots manage no integrations") }
    do {
      return try Access.member(caller, of: workspaceID, db)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound(what)
    }
  }

  /// Refuses anything but a bot of the workspace.
  /// - Throws: `StoreError.invalid` for people, `.notFound`; `SQLError`.
  static func requireBot(_ id: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws {
    guard !id.isEmpty else { throw StoreError.invalid("bot_user_id is missing") }
    if try Bots.find(id, in: workspaceID, db) != nil { return }
    let isPerson = try db.exists(
      "SELECT 1 FROM workspace_members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ?1 AND u.id = ?2",
      [.text(workspaceID), .text(id)])
    throw isPerson ? StoreError.invalid("bot_user_id must name a bot") : StoreError.notFound("bot")
  }

  /// The installation that something is to be attached to, or nil for none.
  /// - Throws: `StoreError.notFound` for one of another workspace or a revoked one; `SQLError`.
  static func installation(
    _ id: String?, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> String? {
    guard let id = MessageText.optional(id) else { return nil }
    let isActive = try db.exists(
      "SELECT 1 FROM app_installations WHERE id = ?1 AND workspace_id = ?2 AND revoked_at IS NULL",
      [.text(id), .text(workspaceID)])
    guard isActive else { throw StoreError.notFound("app installation") }
    return id
  }

  /// Ends everything that speaks for a bot: its installations with what is attached to them, its slash commands, its
  /// command menu and its setup codes.
  /// - Parameter workspaceID: Only in this workspace; nil for all.
  /// - Throws: `SQLError`.
  static func unbind(bot: UserID, in workspaceID: WorkspaceID?, _ tx: Transaction) throws {
    let installations = try tx.db.all(
      """
      SELECT id FROM app_installations
      WHERE bot_user_id = ?1 AND (?2 IS NULL OR workspace_id = ?2) AND revoked_at IS NULL
      """, [.text(bot), .optional(workspaceID)]
    ) { $0.text(0) }
    for installation in installations {
      try SlashCommands.revokeAll(of: installation, tx)
      try EventSubscriptions.revokeAll(of: installation, tx)
      try tx.db.execute(
        "UPDATE app_installations SET revoked_at = ?2 WHERE id = ?1", [.text(installation), .text(tx.now.text)])
    }
    try tx.db.execute(
      """
      UPDATE slash_commands SET revoked_at = ?3
      WHERE bot_user_id = ?1 AND (?2 IS NULL OR workspace_id = ?2) AND revoked_at IS NULL
      """, [.text(bot), .optional(workspaceID), .text(tx.now.text)])
    for table in ["bot_commands", "bot_setup_codes"] {
      try tx.db.execute(
        "DELETE FROM \(table) WHERE bot_user_id = ?1 AND (?2 IS NULL OR workspace_id = ?2)",
        [.text(bot), .optional(workspaceID)])
    }
  }
}
