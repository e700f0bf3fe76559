/// Direct conversations: pairs, of which each exists once, and groups.
public enum DirectConversations {
  /// The most people in one conversation, its opener included.
  public static let membersMax = 32

  /// The caller's open conversations in a workspace, oldest first. Guests have none.
  /// - Throws: `StoreError`, `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [DirectConversation] {
    guard try Access.member(caller, of: workspaceID, db).role != .guest else { return [] }
    var conversations = try db.all(
      "\(select) WHERE c.workspace_id = ?2 AND mine.hidden = 0 ORDER BY c.id",
      [.text(caller.userID), .text(workspaceID)]
    ) { read($0) }
    var members: [DirectConversationID: [User]] = [:]
    try db.query(
      """
      SELECT d.conversation_id, \(User.columns("u")) FROM direct_conversation_members mine
      JOIN direct_conversations c ON c.id = mine.conversation_id
      JOIN direct_conversation_members d ON d.conversation_id = mine.conversation_id
      JOIN users u ON u.id = d.user_id
      WHERE mine.user_id = ?1 AND mine.hidden = 0 AND c.workspace_id = ?2
      ORDER BY u.display_name, u.id
      """, [.text(caller.userID), .text(workspaceID)]
    ) { row in members[row.text(0), default: []].append(User(row: row, from: 1)) }
    for index in conversations.indices {
      conversations[index].members = members[conversations[index].id] ?? []
    }
    return conversations
  }

  /// One of the caller's conversations, open or closed.
  /// - Throws: `StoreError`, `SQLError`.
  public static func get(
    _ caller: Caller, _ id: DirectConversationID, _ db: any SQLConnection
  ) throws -> DirectConversation {
    _ = try Access.direct(caller, id, db)
    return try load(caller, id, db)
  }

  /// Opens a conversation of the caller and others. A pair's conversation exists once and is reopened; every group is
  /// new.
  /// - Throws: `StoreError`, `SQLError`.
  public static func open(
    _ caller: Caller, in workspaceID: WorkspaceID, with others: [UserID], _ tx: Transaction
  ) throws -> DirectConversation {
    var members = [caller.userID]
    for other in others.lazy.compactMap({ MessageText.optional($0) }) where !members.contains(other) {
      members.append(other)
      guard members.count <= membersMax else {
        throw StoreError.invalid("a conversation has at most \(membersMax) members")
      }
    }
    guard members.count >= 2 else { throw StoreError.invalid("a conversation takes somebody else") }
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    try membership.requireNotGuest()
    try membership.requireWriting(at: tx.now)
    for member in members.dropFirst() { try requireReachable(member, in: workspaceID, tx) }

    let pairKey = members.count == 2 ? members.sorted().joined(separator: ":") : nil
    if let pairKey, let id = try find(pairKey, in: workspaceID, tx.db) {
      try setHidden(false, id, caller, tx)
      return try load(caller, id, tx.db)
    }
    let id = tx.ids.make(.directConversation)
    try tx.db.execute(
      "INSERT INTO direct_conversations (id, route_id, workspace_id, pair_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      [.text(id), .text(tx.ids.routeID("D")), .text(workspaceID), .optional(pairKey), .text(tx.now.text)])
    for member in members {
      try tx.db.execute(
        "INSERT INTO direct_conversation_members (conversation_id, user_id) VALUES (?1, ?2)",
        [.text(id), .text(member)])
    }
    return try load(caller, id, tx.db)
  }

  /// Closes a conversation for the caller until somebody writes in it or they open it again.
  /// - Throws: `StoreError`, `SQLError`.
  public static func hide(_ caller: Caller, _ id: DirectConversationID, _ tx: Transaction) throws {
    _ = try Access.direct(caller, id, tx.db)
    try setHidden(true, id, caller, tx)
  }

  /// Opens a closed conversation for the caller.
  /// - Throws: `StoreError`, `SQLError`.
  public static func reopen(
    _ caller: Caller, _ id: DirectConversationID, _ tx: Transaction
  ) throws -> DirectConversation {
    _ = try Access.direct(caller, id, tx.db)
    try setHidden(false, id, caller, tx)
    return try load(caller, id, tx.db)
  }

  /// Refuses to write where nobody is left to read: the others left the workspace or were deleted.
  /// - Throws: `StoreError.forbidden`.
  static func requirePeer(of userID: UserID, in id: DirectConversationID, _ db: any SQLConnection) throws {
    let reachable = try db.exists(
      "SELECT 1 FROM direct_conversations c WHERE c.id = ?2 AND \(hasPeer)", [.text(userID), .text(id)])
    guard reachable else { throw StoreError.forbidden("nobody else is left in this conversation") }
  }

  // ?1 is the viewer.
  private static let hasPeer = """
    EXISTS (SELECT 1 FROM direct_conversation_members p
      JOIN workspace_members w ON w.workspace_id = c.workspace_id AND w.user_id = p.user_id
      JOIN users u ON u.id = p.user_id AND u.deleted_at IS NULL
      WHERE p.conversation_id = c.id AND p.user_id <> ?1)
    """

  private static let unread = UnreadTally.unread(
    in: .direct, "c.id", reader: "?1", after: "mine.last_read_seq", last: "c.last_seq")

  private static let select = """
    SELECT c.id, c.route_id, c.workspace_id, c.created_at, c.last_seq, mine.last_read_seq,
      \(unread), \(hasPeer)
    FROM direct_conversations c
    JOIN direct_conversation_members mine ON mine.conversation_id = c.id AND mine.user_id = ?1
    """

  private static func read(_ row: borrowing SQLRow) -> DirectConversation {
    DirectConversation(
      id: row.text(0), routeID: row.text(1), workspaceID: row.text(2), createdAt: row.text(3), lastSeq: row.int(4),
      lastReadSeq: row.int(5), unreadCount: row.int(6), canSend: row.bool(7))
  }

  private static func load(
    _ caller: Caller, _ id: DirectConversationID, _ db: any SQLConnection
  ) throws -> DirectConversation {
    let found = try db.first("\(select) WHERE c.id = ?2", [.text(caller.userID), .text(id)]) { read($0) }
    guard var conversation = found else { throw StoreError.notFound("conversation") }
    conversation.members = try db.all(
      """
      SELECT \(User.columns("u")) FROM direct_conversation_members d JOIN users u ON u.id = d.user_id
      WHERE d.conversation_id = ?1 ORDER BY u.display_name, u.id
      """, [.text(id)]
    ) { User(row: $0, from: 0) }
    return conversation
  }

  private static func find(
    _ pairKey: String, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> DirectConversationID? {
    try db.first(
      "SELECT id FROM direct_conversations WHERE workspace_id = ?1 AND pair_key = ?2",
      [.text(workspaceID), .text(pairKey)]
    ) { $0.text(0) }
  }

  private static func setHidden(
    _ hidden: Bool, _ id: DirectConversationID, _ caller: Caller, _ tx: Transaction
  ) throws {
    try tx.db.execute(
      "UPDATE direct_conversation_members SET hidden = ?3 WHERE conversation_id = ?1 AND user_id = ?2",
      [.text(id), .text(caller.userID), .bool(hidden)])
  }

  /// Refuses to open a conversation with somebody who could not write in it.
  private static func requireReachable(_ userID: UserID, in workspaceID: WorkspaceID, _ tx: Transaction) throws {
    let found = try tx.db.first(
      """
      SELECT m.role, m.timeout_until, m.blocked_at FROM workspace_members m
      JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL
      WHERE m.workspace_id = ?1 AND m.user_id = ?2
      """, [.text(workspaceID), .text(userID)]
    ) { row in
      let timedOut = row.optionalText(1).flatMap { Timestamp(rfc3339: $0) }.map { $0 > tx.now } ?? false
      return row.text(0) == "guest" || timedOut || !row.isNull(2)
    }
    guard let restricted = found else { throw StoreError.notFound("member") }
    guard !restricted else { throw StoreError.forbidden("a member can't take part in conversations now") }
  }
}
