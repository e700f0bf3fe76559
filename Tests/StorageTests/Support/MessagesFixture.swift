import Glibc
import Storage

/// A migrated database in a directory of its own, with one workspace, the channel `general`, and as many people as a
/// test asks for. The directory goes with the fixture.
final class MessagesFixture {
  let directory: String
  let engine: SQLiteEngine
  let ids = IDGenerator()
  let workspaceID: WorkspaceID
  let general: ChannelID
  /// The workspace's owner, named Captain.
  private(set) var owner: Caller

  init() throws {
    var template = Array("/tmp/clickclack-messages-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw StoreError(.unavailable, "mkdtemp failed") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    engine = try SQLiteEngine(directory: directory)
    try Migrator().up(engine.openWriter())
    workspaceID = ids.make(.workspace)
    general = ids.make(.channel)
    owner = Caller(userID: ids.make(.user), isBot: false, credential: .development)
    try addWorkspace(workspaceID, slug: "test")
    try insertUser(owner.userID, "Captain", handle: "")
    try addMember(owner.userID, role: .owner)
    try addChannel(general, "general")
  }

  deinit {
    for name in ["clickclack.db", "clickclack.db-wal", "clickclack.db-shm"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  func write<T>(_ body: (Transaction) throws -> T) throws -> T { try engine.writeOnce(ids: ids, body) }

  func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T { try engine.readOnce(body) }

  /// A new member.
  func member(_ name: String, handle: String = "", role: Role = .member) throws -> Caller {
    let id = ids.make(.user)
    try insertUser(id, name, handle: handle)
    try addMember(id, role: role)
    return Caller(userID: id, isBot: false, credential: .session(id: "ses_\(name)"))
  }

  /// Someone who belongs to no workspace.
  func outsider(_ name: String, handle: String = "") throws -> Caller {
    let id = ids.make(.user)
    try insertUser(id, name, handle: handle)
    return Caller(userID: id, isBot: false, credential: .session(id: "ses_\(name)"))
  }

  /// A bot of the workspace with a token.
  func bot(_ name: String, scopes: Set<String>, of workspace: WorkspaceID? = nil) throws -> Caller {
    let id = ids.make(.user)
    try insertUser(id, name, handle: "", kind: "bot")
    try addMember(id, role: .bot)
    return Caller(
      userID: id, isBot: true,
      credential: .botToken(id: "btok_\(name)", workspaceID: workspace ?? workspaceID, scopes: scopes))
  }

  func addWorkspace(_ id: WorkspaceID, slug: String) throws {
    try execute(
      "INSERT INTO workspaces (id, route_id, name, slug, created_at) VALUES (?1, ?2, ?3, ?3, ?4)",
      [.text(id), .text(ids.routeID("T")), .text(slug), .text(Timestamp.now().text)])
  }

  func addMember(_ user: UserID, role: Role, in workspace: WorkspaceID? = nil) throws {
    try execute(
      "INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, ?3, ?4)",
      [.text(workspace ?? workspaceID), .text(user), .text(role.rawValue), .text(Timestamp.now().text)])
  }

  func addChannel(_ id: ChannelID, _ name: String, in workspace: WorkspaceID? = nil) throws {
    try execute(
      "INSERT INTO channels (id, route_id, workspace_id, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      [
        .text(id), .text(ids.routeID("C")), .text(workspace ?? workspaceID), .text(name), .text(Timestamp.now().text),
      ])
  }

  func execute(_ sql: String, _ values: [SQLValue] = []) throws {
    try write { tx in _ = try tx.db.execute(sql, values) }
  }

  /// Posts in a channel, `general` unless named.
  @discardableResult
  func post(
    _ body: String, as caller: Caller? = nil, in channel: ChannelID? = nil, nonce: String? = nil,
    quoting: MessageID? = nil, topic: String? = nil
  ) throws -> Messages.Created {
    let caller = caller ?? owner
    let draft = try MessageDraft(body: body, nonce: nonce, quotedMessageID: quoting, topicID: topic, by: caller)
    return try write { try Messages.create(caller, in: channel ?? general, draft, correlationID: "test", $0) }
  }

  /// Posts in a direct conversation.
  @discardableResult
  func whisper(
    _ body: String, as caller: Caller, in conversation: DirectConversationID, nonce: String? = nil,
    quoting: MessageID? = nil
  ) throws -> Messages.Created {
    let draft = try MessageDraft(body: body, nonce: nonce, quotedMessageID: quoting, by: caller)
    return try write { try Messages.create(caller, inDirect: conversation, draft, correlationID: "test", $0) }
  }

  /// Replies to a message.
  @discardableResult
  func reply(
    _ body: String, to root: MessageID, as caller: Caller? = nil, nonce: String? = nil, quoting: MessageID? = nil
  ) throws -> Threads.Reply {
    let caller = caller ?? owner
    let draft = try MessageDraft(body: body, nonce: nonce, quotedMessageID: quoting, by: caller)
    return try write { try Threads.reply(caller, to: root, draft, correlationID: "test", $0) }
  }

  /// The messages whose words match a full-text query.
  func search(_ words: String) throws -> [MessageID] {
    try read { db in
      try db.all(
        """
        SELECT m.id FROM messages_fts f JOIN messages m ON m.pk = f.rowid WHERE messages_fts MATCH ?1 ORDER BY m.pk
        """, [.text(words)]
      ) { $0.text(0) }
    }
  }

  /// The types of all events, in order.
  func eventTypes() throws -> [String] {
    try read { db in try Events.after("", limit: 10_000, db).map(\.type) }
  }

  private func insertUser(_ id: UserID, _ name: String, handle: String, kind: String = "human") throws {
    try execute(
      "INSERT INTO users (id, kind, display_name, handle, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      [.text(id), .text(kind), .text(name), .text(handle), .text(Timestamp.now().text)])
  }
}

/// The kind of the refusal that `body` throws; nil when it throws none.
func refusal(_ body: () throws -> some Any) -> StoreError.Kind? {
  do {
    _ = try body()
    return nil
  } catch let error as StoreError {
    return error.kind
  } catch {
    return nil
  }
}
