/// Workspaces: who has which, and what their owners and moderators change about them.
public enum Workspaces {
  /// Slugs that only the server itself gives, to the workspaces that it provisions.
  public static let reservedSlugs: Set<String> = ["clickclack", "guests"]
  /// Workspaces that one person may own.
  public static let ownedMax: Int64 = 1_000

  /// What a client changes about a workspace; nil leaves it as it is.
  public struct Change: Sendable, Decodable {
    /// The name shown.
    public var name: String?
    /// The slug, or text to make it from.
    public var slug: String?
    /// The path of an uploaded image; empty for none.
    public var iconURL: String?

    private enum CodingKeys: String, CodingKey {
      case name
      case slug
      case iconURL = "icon_url"
    }

    var isEmpty: Bool { name == nil && slug == nil && iconURL == nil }
  }

  /// The workspaces that a caller belongs to, oldest first; for a bot's token only its own.
  /// - Throws: `SQLError`.
  public static func list(_ caller: Caller, _ db: any SQLConnection) throws -> [Workspace] {
    var bound: WorkspaceID?
    if case .botToken(_, let workspaceID, _) = caller.credential { bound = workspaceID }
    return try db.all(
      """
      SELECT \(Workspace.columns) FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
      WHERE m.user_id = ?1 AND w.deleted_at IS NULL AND (?2 IS NULL OR w.id = ?2)
      ORDER BY w.created_at, w.id
      """, [.text(caller.userID), .optional(bound)]
    ) { Workspace(row: $0) }
  }

  /// One workspace as its member sees it.
  /// - Throws: `StoreError`, `SQLError`.
  public static func get(_ caller: Caller, _ id: WorkspaceID, _ db: any SQLConnection) throws -> Workspace {
    _ = try Access.member(caller, of: id, db)
    let found = try db.first(
      """
      SELECT \(Workspace.columns) FROM workspaces w
      JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = ?2 WHERE w.id = ?1
      """, [.text(id), .text(caller.userID)]
    ) { Workspace(row: $0) }
    guard let found else { throw StoreError.notFound("workspace") }
    return found
  }

  /// Makes a workspace without channels, owned by the caller.
  ///
  /// People who are guests wherever they belong may not; those who belong nowhere yet may.
  /// - Throws: `StoreError`, `SQLError`.
  public static func create(_ caller: Caller, name: String, slug: String, _ tx: Transaction) throws -> Workspace {
    guard !caller.isBot else { throw StoreError.forbidden("bots can't make workspaces") }
    let roles = try tx.db.first(
      """
      SELECT count(*), coalesce(sum(CASE WHEN m.role <> 'guest' THEN 1 ELSE 0 END), 0),
        coalesce(sum(CASE WHEN m.role = 'owner' THEN 1 ELSE 0 END), 0)
      FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
      WHERE m.user_id = ?1 AND w.deleted_at IS NULL
      """, [.text(caller.userID)]
    ) { (all: $0.int(0), beyondGuest: $0.int(1), owned: $0.int(2)) }
    if let roles, roles.all > 0, roles.beyondGuest == 0 { throw StoreError.forbidden("guests can't make workspaces") }
    if let roles, roles.owned >= ownedMax { throw StoreError.conflict("you own \(ownedMax) workspaces already") }

    let given = PlainText.visible(name)
    let title = given.isEmpty ? "Untitled" : try Names.required(given, of: "workspace")
    let routeID = tx.ids.routeID("T")
    // A name without any letter or digit of ASCII still needs an address of its own.
    let derived = [Names.slug(slug), Names.slug(title)].first { !$0.isEmpty } ?? routeID.lowercased()
    try requireFree(slug: derived, tx.db)
    let workspace = Workspace(
      id: tx.ids.make(.workspace), routeID: routeID, name: title, slug: derived, createdAt: tx.now.text, role: .owner)
    try insert(workspace, owner: caller.userID, tx)
    return workspace
  }

  /// Writes a new workspace and its owner's membership. The caller has checked the slug.
  /// - Throws: `SQLError`.
  static func insert(_ workspace: Workspace, owner: UserID, _ tx: Transaction) throws {
    try tx.db.execute(
      "INSERT INTO workspaces (id, route_id, name, slug, icon_url, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      [
        .text(workspace.id), .text(workspace.routeID), .text(workspace.name), .text(workspace.slug),
        .text(workspace.iconURL), .text(workspace.createdAt),
      ])
    try tx.db.execute(
      "INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, 'owner', ?3)",
      [.text(workspace.id), .text(owner), .text(workspace.createdAt)])
    tx.invalidate(.membership(workspace.id, owner))
  }

  /// Changes name, slug or icon, for owners and moderators.
  /// - Throws: `StoreError`, `SQLError`.
  public static func update(
    _ caller: Caller, _ id: WorkspaceID, _ change: Change, _ tx: Transaction
  ) throws -> (Workspace, Event) {
    let membership = try Access.member(caller, of: id, tx.db)
    try membership.requireModerator(at: tx.now)
    guard !change.isEmpty else { throw StoreError.invalid("give a name, a slug or an icon_url") }
    var workspace = try get(caller, id, tx.db)
    if let name = change.name { workspace.name = try Names.required(name, of: "workspace") }
    if let text = change.slug {
      let slug = Names.slug(text)
      guard !slug.isEmpty else { throw StoreError.invalid("a slug needs a letter or a digit") }
      // A provisioned workspace keeps its reserved slug when a settings form sends it back unchanged.
      if slug != workspace.slug { try requireFree(slug: slug, tx.db) }
      workspace.slug = slug
    }
    if let text = change.iconURL {
      let icon = PlainText.trimmed(text)
      try WorkspaceIcon.replace(workspace.iconURL, with: icon, of: id, caller, tx)
      workspace.iconURL = icon
    }
    try tx.db.execute(
      "UPDATE workspaces SET name = ?2, slug = ?3, icon_url = ?4 WHERE id = ?1",
      [.text(id), .text(workspace.name), .text(workspace.slug), .text(workspace.iconURL)])
    let event = try tx.append(
      EventDraft(.workspaceUpdated, workspaceID: id, audience: .workspace) {
        $0.field("workspace_id", id)
      })
    try AuditLog.record("workspace.updated", in: id, by: caller.userID, on: ("workspace", id), tx) { json in
      json.field("name", workspace.name)
      json.field("slug", workspace.slug)
      json.field("icon_url", workspace.iconURL)
    }
    return (workspace, event)
  }

  /// Hands the workspace to another person in it; the former owner becomes a moderator.
  /// - Throws: `StoreError`, `SQLError`.
  public static func transfer(
    _ caller: Caller, _ id: WorkspaceID, to newOwner: UserID, _ tx: Transaction
  ) throws -> (Workspace, Event) {
    try requireOwner(caller, of: id, tx)
    let newOwner = PlainText.trimmed(newOwner)
    guard !newOwner.isEmpty, newOwner != caller.userID else {
      throw StoreError.invalid("the new owner must be another member")
    }
    let target = try tx.db.first(
      "SELECT role, blocked_at FROM workspace_members WHERE workspace_id = ?1 AND user_id = ?2",
      [.text(id), .text(newOwner)]
    ) { (role: Role(rawValue: $0.text(0)), isBlocked: !$0.isNull(1)) }
    guard let target else { throw StoreError.invalid("the new owner must be a member of the workspace") }
    // Nobody can lift the block of an owner.
    guard target.role == .member || target.role == .moderator, !target.isBlocked else {
      throw StoreError.invalid("the new owner must be a member or moderator who is not blocked")
    }
    // In this order: a workspace has one owner at any moment.
    for (user, role) in [(caller.userID, Role.moderator), (newOwner, Role.owner)] {
      try tx.db.execute(
        "UPDATE workspace_members SET role = ?3 WHERE workspace_id = ?1 AND user_id = ?2",
        [.text(id), .text(user), .text(role.rawValue)])
      tx.invalidate(.membership(id, user))
    }
    let event = try tx.append(
      EventDraft(.workspaceOwnershipTransferred, workspaceID: id, audience: .workspace) {
        $0.field("new_owner_user_id", newOwner)
        $0.field("workspace_id", id)
      })
    try AuditLog.record(
      "workspace.ownership_transferred", in: id, by: caller.userID, on: ("workspace", id), tx
    ) { $0.field("new_owner_user_id", newOwner) }
    return (try get(caller, id, tx.db), event)
  }

  /// Deletes a workspace, for its owner: from now on it does not exist for anybody.
  ///
  /// The rows stay, so that the deletion costs the same whatever the size and an operator can undo it. The slug is free
  /// again; invitations and bots' tokens die, and so do service bots that work nowhere else.
  /// - Throws: `StoreError`, `SQLError`.
  public static func delete(_ caller: Caller, _ id: WorkspaceID, _ tx: Transaction) throws {
    try requireOwner(caller, of: id, tx)
    try retireBots(of: id, caller, tx)
    // Identifiers contain an underscore, slugs never do.
    try tx.db.execute(
      "UPDATE workspaces SET deleted_at = ?2, slug = id WHERE id = ?1", [.text(id), .text(tx.now.text)])
    for table in ["workspace_invites", "workspace_invite_links"] {
      try tx.db.execute("DELETE FROM \(table) WHERE workspace_id = ?1", [.text(id)])
    }
    tx.invalidate(.workspace(id))
  }

  private static func retireBots(of id: WorkspaceID, _ caller: Caller, _ tx: Transaction) throws {
    let bots = try tx.db.all(
      """
      SELECT u.id, u.owner_user_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM workspace_members o JOIN workspaces w ON w.id = o.workspace_id
        WHERE o.user_id = u.id AND o.workspace_id <> ?1 AND w.deleted_at IS NULL)
      FROM workspace_members m JOIN users u ON u.id = m.user_id
      WHERE m.workspace_id = ?1 AND u.kind = 'bot' AND u.deleted_at IS NULL
      """, [.text(id)]
    ) { (id: $0.text(0), worksNowhereElse: $0.bool(1)) }
    for bot in bots {
      if bot.worksNowhereElse {
        _ = try Bots.delete(caller, bot.id, tx)
      } else {
        try BotTokens.revokeAll(of: bot.id, in: id, tx)
      }
    }
  }

  // Whoever is not the owner is told so, members or not: the contract answers 403 here where other operations answer 404.
  private static func requireOwner(_ caller: Caller, of id: WorkspaceID, _ tx: Transaction) throws {
    do {
      let membership = try Access.member(caller, of: id, tx.db)
      try membership.requireOwner()
      try membership.requireWriting(at: tx.now)
    } catch let error as StoreError where error.kind == .notFound {
      if try tx.db.exists("SELECT 1 FROM workspaces WHERE id = ?1 AND deleted_at IS NULL", [.text(id)]) {
        throw StoreError.forbidden("the workspace's owner only")
      }
      throw error
    }
  }

  private static func requireFree(slug: String, _ db: any SQLConnection) throws {
    guard !reservedSlugs.contains(slug) else { throw StoreError.invalid("the slug \(slug) is reserved") }
    if try db.exists("SELECT 1 FROM workspaces WHERE slug = ?1", [.text(slug)]) {
      throw StoreError.conflict("the slug \(slug) is taken")
    }
  }
}
