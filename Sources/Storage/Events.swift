/// The durable event log (the outbox): rows are written in the transaction of the write that caused them.
public enum Events {
  static func insert(_ event: Event, _ db: any SQLConnection) throws {
    let kind: Int64
    var recipient: UserID?
    switch event.audience {
    case .workspace: kind = 0
    case .channel: kind = 1
    case .direct, .channelMembers: kind = 2
    case .user(let id):
      kind = 3
      recipient = id
    case .moderators(let about):
      kind = 4
      recipient = about
    }
    try db.execute(
      """
      INSERT INTO events (cursor, id, type, workspace_id, channel_id, direct_conversation_id, seq, created_at, payload,
        mentioned_user_ids, audience, recipient_id)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      """,
      [
        .text(event.cursor), .text(event.id), .text(event.type), .text(event.workspaceID), .optional(event.channelID),
        .optional(event.directConversationID), .optional(event.seq), .text(event.createdAt), .text(event.payload),
        event.mentionedUserIDs.isEmpty ? .null : .text(event.mentionedUserIDs.joined(separator: " ")),
        .integer(kind), .optional(recipient),
      ])
  }

  private static let columns = """
    e.id, e.cursor, e.type, e.workspace_id, e.channel_id, e.direct_conversation_id, e.seq, e.created_at, e.payload, \
    e.mentioned_user_ids, e.audience, e.recipient_id
    """

  private static func read(_ row: borrowing SQLRow, _ db: any SQLConnection) throws -> Event {
    let direct = row.optionalText(5)
    let recipient = row.text(11)
    let audience: Audience
    switch row.int(10) {
    case 0: audience = .workspace
    case 1: audience = .channel
    case 2: audience = try direct.map { .direct(try DirectConversationMembers.ids(of: $0, db)) } ?? .channelMembers
    case 3: audience = .user(recipient)
    default: audience = .moderators(about: recipient)
    }
    return Event(
      id: row.text(0), cursor: row.text(1), type: row.text(2), workspaceID: row.text(3), channelID: row.optionalText(4),
      directConversationID: direct, seq: row.optionalInt(6), createdAt: row.text(7), payload: row.text(8),
      mentionedUserIDs: row.text(9).split(separator: " ").map(String.init), audience: audience)
  }

  /// Events of every workspace after a cursor, in order: what another process wrote, and what a restart must catch up.
  /// - Throws: `SQLError`.
  public static func after(_ cursor: Cursor, limit: Int, _ db: any SQLConnection) throws -> [Event] {
    try db.all(
      "SELECT \(columns) FROM events e WHERE e.cursor > ?1 ORDER BY e.cursor LIMIT ?2",
      [.text(cursor), .integer(Int64(limit))]
    ) { try read($0, db) }
  }

  /// Events at which one read looks at most: most of a long log may be for others.
  static let scannedMax = 512

  /// A part of a workspace's log as one member sees it.
  public struct Page: Sendable {
    /// What they may see of it, oldest first.
    public let events: [Event]
    /// Where the next part begins; nil when there is none.
    public let end: Cursor?
  }

  /// The next part of a workspace's log for one member, after a cursor (empty: from the beginning). It may be empty
  /// although there are more.
  /// - Parameter payloadBytesMax: After the event with which the payloads reach so many bytes no more follow.
  /// - Throws: `SQLError`.
  public static func page(
    for viewer: EventViewer, after cursor: Cursor, limit: Int, payloadBytesMax: Int = .max, _ db: any SQLConnection
  ) throws -> Page {
    let horizon = try db.first(
      "SELECT cursor FROM events WHERE workspace_id = ?1 AND cursor > ?2 ORDER BY cursor LIMIT 1 OFFSET ?3",
      [.text(viewer.workspaceID), .text(cursor), .integer(Int64(scannedMax - 1))]
    ) { $0.text(0) }
    let events = try visible(
      to: viewer, after: cursor, through: horizon ?? beyondAll, limit: limit, payloadBytesMax: payloadBytesMax, db)
    let isCut = events.count >= limit || events.reduce(0) { $0 + $1.payload.utf8.count } >= payloadBytesMax
    return Page(events: events, end: isCut ? events.last?.cursor : horizon)
  }

  // Greater than every cursor.
  private static let beyondAll: Cursor = "~"

  private static func visible(
    to viewer: EventViewer, after cursor: Cursor, through: Cursor, limit: Int, payloadBytesMax: Int,
    _ db: any SQLConnection
  ) throws -> [Event] {
    var events: [Event] = []
    var payloadBytes = 0
    try db.query(
      """
      SELECT \(columns) FROM events e
      WHERE e.workspace_id = ?1 AND e.cursor > ?2 AND e.cursor <= ?3 AND \(visibility)
      ORDER BY e.cursor LIMIT ?6
      """,
      [
        .text(viewer.workspaceID), .text(cursor), .text(through), .text(viewer.userID), .integer(viewer.rank),
        .integer(Int64(limit)),
      ]
    ) { row in
      guard payloadBytes < payloadBytesMax else { return }
      let event = try read(row, db)
      payloadBytes += event.payload.utf8.count
      events.append(event)
    }
    return events
  }

  /// Where the last event is that a member may see.
  public enum Tail: Sendable, Equatable {
    /// There.
    case at(Cursor)
    /// Before this one, if there is any.
    case before(Cursor)
    /// Nowhere.
    case none
  }

  /// Looks for the last event that a member may see, from the end of the log or from before a cursor on.
  /// - Throws: `SQLError`.
  public static func tail(
    visibleTo viewer: EventViewer, before cursor: Cursor? = nil, _ db: any SQLConnection
  ) throws -> Tail {
    let end = cursor ?? beyondAll
    let horizon = try db.first(
      "SELECT cursor FROM events WHERE workspace_id = ?1 AND cursor < ?2 ORDER BY cursor DESC LIMIT 1 OFFSET ?3",
      [.text(viewer.workspaceID), .text(end), .integer(Int64(scannedMax - 1))]
    ) { $0.text(0) }
    let found = try db.first(
      """
      SELECT e.cursor FROM events e WHERE e.workspace_id = ?1 AND e.cursor < ?2 AND e.cursor >= ?3 AND \(visibility)
      ORDER BY e.cursor DESC LIMIT 1
      """,
      [.text(viewer.workspaceID), .text(end), .text(horizon ?? ""), .text(viewer.userID), .integer(viewer.rank)]
    ) { $0.text(0) }
    return found.map { .at($0) } ?? horizon.map { .before($0) } ?? .none
  }

  /// Whether a cursor is that of an event that a member may see.
  /// - Throws: `SQLError`.
  public static func exists(_ cursor: Cursor, visibleTo viewer: EventViewer, _ db: any SQLConnection) throws -> Bool {
    try db.exists(
      "SELECT 1 FROM events e WHERE e.cursor = ?2 AND e.workspace_id = ?1 AND ?3 IS NULL AND \(visibility)",
      [.text(viewer.workspaceID), .text(cursor), .null, .text(viewer.userID), .integer(viewer.rank)])
  }

  /// A workspace's events after a cursor, whoever may see them, oldest first.
  /// - Throws: `SQLError`.
  static func after(
    _ cursor: Cursor, of workspaceID: WorkspaceID, limit: Int, _ db: any SQLConnection
  ) throws -> [Event] {
    try db.all(
      "SELECT \(columns) FROM events e WHERE e.workspace_id = ?1 AND e.cursor > ?2 ORDER BY e.cursor LIMIT ?3",
      [.text(workspaceID), .text(cursor), .integer(Int64(limit))]
    ) { try read($0, db) }
  }

  /// The newest events of a workspace, whoever may see them, oldest first.
  /// - Throws: `SQLError`.
  public static func recent(of workspaceID: WorkspaceID, limit: Int, _ db: any SQLConnection) throws -> [Event] {
    try db.all(
      "SELECT \(columns) FROM events e WHERE e.workspace_id = ?1 ORDER BY e.cursor DESC LIMIT ?2",
      [.text(workspaceID), .integer(Int64(limit))]
    ) { try read($0, db) }.reversed()
  }

  /// Whether a cursor is that of an event of the workspace.
  /// - Throws: `SQLError`.
  public static func exists(_ cursor: Cursor, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> Bool {
    try db.exists(
      "SELECT 1 FROM events WHERE cursor = ?1 AND workspace_id = ?2", [.text(cursor), .text(workspaceID)])
  }

  /// The greatest cursor on disk; empty for an empty log.
  /// - Throws: `SQLError`.
  public static func lastCursor(_ db: any SQLConnection) throws -> Cursor {
    try db.first("SELECT cursor FROM events ORDER BY cursor DESC LIMIT 1") { $0.text(0) } ?? ""
  }

  /// Deletes the events before a moment, a bounded number at a time. Clients whose cursor is older must resync.
  ///
  /// What remains is the end of the log, without a gap, also where the clock was set while it was written: it begins with the
  /// first event that is neither older nor of a time that is still to come.
  /// - Returns: How many were deleted.
  /// - Throws: `SQLError`.
  public static func prune(before moment: Timestamp, limit: Int, _ tx: Transaction) throws -> Int {
    try tx.db.execute(
      """
      WITH oldest AS MATERIALIZED (SELECT cursor, created_at FROM events ORDER BY cursor LIMIT ?2),
        kept AS (SELECT min(cursor) AS first FROM oldest WHERE created_at BETWEEN ?1 AND ?3)
      DELETE FROM events WHERE cursor IN (
        SELECT cursor FROM oldest, kept WHERE kept.first IS NULL OR cursor < kept.first)
      """, [.text(moment.text), .integer(Int64(limit)), .text(tx.now.text)])
  }

  // ?4 is the viewer, ?5 the viewer's rank: 0 guest, 1 member or bot, 2 moderator or owner.
  private static let visibility = """
    (CASE e.audience
      WHEN 0 THEN ?5 >= 1
      WHEN 1 THEN ?5 >= 1 OR EXISTS (SELECT 1 FROM channels c WHERE c.id = e.channel_id AND c.name = 'guest')
      WHEN 2 THEN CASE WHEN e.direct_conversation_id IS NOT NULL
        THEN EXISTS (SELECT 1 FROM direct_conversation_members d
          WHERE d.conversation_id = e.direct_conversation_id AND d.user_id = ?4)
        ELSE ?5 >= 1 AND EXISTS (SELECT 1 FROM channel_members cm
          WHERE cm.channel_id = e.channel_id AND cm.user_id = ?4) END
      WHEN 3 THEN e.recipient_id = ?4
      ELSE ?5 >= 2 OR e.recipient_id = ?4 END)
    """
}

/// A member as the event log sees them.
public struct EventViewer: Sendable, Hashable {
  /// The workspace whose log is read.
  public let workspaceID: WorkspaceID
  /// Who reads.
  public let userID: UserID
  /// Their role there.
  public let role: Role

  /// Names a viewer.
  public init(workspaceID: WorkspaceID, userID: UserID, role: Role) {
    self.workspaceID = workspaceID
    self.userID = userID
    self.role = role
  }

  var rank: Int64 {
    switch role {
    case .guest: 0
    case .member, .bot: 1
    case .moderator, .owner: 2
    }
  }

  /// Whether this viewer may see a live event.
  public func mayView(_ event: Event, in channels: RestrictedChannels) -> Bool {
    switch event.audience {
    case .workspace: rank >= 1
    case .channel: rank >= 1 || (event.channelID != nil && event.channelID == channels.guestChannelID)
    case .channelMembers: rank >= 1 && channels.hasMember(userID, in: event.channelID)
    case .direct(let members): members.contains(userID)
    case .user(let id): id == userID
    case .moderators(let about): rank >= 2 || about == userID
    }
  }
}

/// Who takes part in a direct conversation.
public enum DirectConversationMembers {
  /// The members' identifiers.
  /// - Throws: `SQLError`.
  public static func ids(of conversation: DirectConversationID, _ db: any SQLConnection) throws -> [UserID] {
    try db.all(
      "SELECT user_id FROM direct_conversation_members WHERE conversation_id = ?1 ORDER BY user_id",
      [.text(conversation)]
    ) { $0.text(0) }
  }
}
