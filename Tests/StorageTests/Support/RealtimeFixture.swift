import Glibc

@testable import Storage

/// A database in a directory of its own with two workspaces' worth of people, removed when the test ends.
final class RealtimeFixture {
  let engine: SQLiteEngine
  let ids = IDGenerator()
  let owner: UserID
  let alice: UserID
  let guest: UserID
  let outsider: UserID
  let workspace: WorkspaceID
  let workspaceRoute: String
  let general: ChannelID
  let guests: ChannelID

  init() throws {
    var template = Array("/tmp/clickclack-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError("can't make a directory", errno) }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    engine = try SQLiteEngine(directory: directory)
    try Migrator().up(try engine.openWriter())
    let ids = ids
    owner = ids.make(.user)
    alice = ids.make(.user)
    guest = ids.make(.user)
    outsider = ids.make(.user)
    workspace = ids.make(.workspace)
    workspaceRoute = ids.routeID("T")
    general = ids.make(.channel)
    guests = ids.make(.channel)
    let people = [(owner, "Owner"), (alice, "Alice"), (guest, "Guest"), (outsider, "Outsider")]
    let members = [(owner, "owner"), (alice, "member"), (guest, "guest")]
    let channels = [(general, "general"), (guests, "guest")]
    try write { [workspace, workspaceRoute] tx in
      let now = SQLValue.text(tx.now.text)
      for (id, name) in people {
        try tx.db.execute(
          "INSERT INTO users (id, kind, display_name, email, created_at) VALUES (?1, 'human', ?2, ?3, ?4)",
          [.text(id), .text(name), .text("\(name)@example.test"), now])
      }
      try tx.db.execute(
        "INSERT INTO workspaces (id, route_id, name, slug, created_at) VALUES (?1, ?2, 'Team', 'team', ?3)",
        [.text(workspace), .text(workspaceRoute), now])
      for (id, role) in members {
        try tx.db.execute(
          "INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, ?3, ?4)",
          [.text(workspace), .text(id), .text(role), now])
      }
      for (id, name) in channels {
        try tx.db.execute(
          "INSERT INTO channels (id, route_id, workspace_id, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
          [.text(id), .text(tx.ids.routeID("C")), .text(workspace), .text(name), now])
      }
    }
  }

  deinit {
    for name in ["", "-wal", "-shm"] { unlink(engine.path + name) }
    if let entries = opendir(engine.directory) {
      while let entry = readdir(entries) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        unlink(engine.directory + "/" + name)
      }
      closedir(entries)
    }
    rmdir(engine.directory)
  }

  @discardableResult
  func write<T>(_ body: (Transaction) throws -> T) throws -> T { try engine.writeOnce(ids: ids, body) }

  func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T { try engine.readOnce(body) }

  func person(_ id: UserID) -> Caller { Caller(userID: id, isBot: false, credential: .session(id: "ses_test")) }

  /// A bot token that acts as `user`, which tests need not be a bot's row.
  func bot(_ user: UserID, _ scopes: Set<String>) -> Caller {
    Caller(
      userID: user, isBot: true,
      credential: .botToken(id: "btok_test", workspaceID: workspace, scopes: scopes))
  }

  /// Posts a message to a channel, or to a direct conversation, and indexes it.
  @discardableResult
  func post(_ body: String, in channel: ChannelID? = nil, direct: DirectConversationID? = nil) throws -> MessageID {
    try write { tx in
      let id = tx.ids.make(.message)
      let place = direct ?? channel ?? general
      let column = direct == nil ? "channel_id" : "direct_conversation_id"
      try tx.db.execute(
        """
        INSERT INTO messages (id, workspace_id, \(column), author_id, thread_root_id, channel_seq, body, created_at)
        VALUES (?1, ?2, ?3, ?4, ?1,
          (SELECT coalesce(max(channel_seq), 0) + 1 FROM messages WHERE \(column) = ?3), ?5, ?6)
        """,
        [.text(id), .text(workspace), .text(place), .text(owner), .text(body), .text(tx.now.text)])
      try tx.db.execute(
        "INSERT INTO messages_fts (rowid, body) SELECT pk, body FROM messages WHERE id = ?1", [.text(id)])
      return id
    }
  }

  /// Opens a direct conversation of some members.
  func direct(_ members: [UserID]) throws -> DirectConversationID {
    try write { tx in
      let id = tx.ids.make(.directConversation)
      try tx.db.execute(
        "INSERT INTO direct_conversations (id, route_id, workspace_id, created_at) VALUES (?1, ?2, ?3, ?4)",
        [.text(id), .text(tx.ids.routeID("D")), .text(workspace), .text(tx.now.text)])
      for member in members {
        try tx.db.execute(
          "INSERT INTO direct_conversation_members (conversation_id, user_id) VALUES (?1, ?2)",
          [.text(id), .text(member)])
      }
      return id
    }
  }
}
