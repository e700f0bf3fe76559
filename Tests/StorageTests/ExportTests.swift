import FoundationEssentials
import Testing

@testable import Storage

@Suite struct ExportTests {
  let fixture: RealtimeFixture

  init() throws { fixture = try RealtimeFixture() }

  func export() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try Export.write(fixture.engine) { bytes += $0 }
    return bytes
  }

  @Test func isOneJSONDocumentWithEverythingPeopleMade() throws {
    let message = try fixture.post("exported \"words\" \u{1} 👍")
    let document = try JSONDecoder().decode([String: JSONValue].self, from: Data(try export()))
    for key in ["users", "workspaces", "channels", "messages", "reactions", "uploads", "direct_conversations"] {
      guard case .array = document[key] else {
        Issue.record("\(key) is missing")
        continue
      }
    }
    guard case .array(let messages) = document["messages"], case .object(let first) = messages.first else {
      Issue.record("no message")
      return
    }
    #expect(first["id"] == .string(message))
    #expect(first["body"] == .string("exported \"words\" \u{1} 👍"))
    #expect(first["channel_seq"] == .integer(1))
    #expect(first["edited_at"] == nil)
  }

  @Test func containsUploadsAndWhereTheyAreAttached() throws {
    let message = try fixture.post("see")
    let caller = Caller(userID: fixture.owner, isBot: false, credential: .development)
    let draft = UploadDraft(blob: "secret-blob-key", byteSize: 5, filename: "a.txt", contentType: "text/plain")
    let upload = try fixture.write { tx in
      let upload = try Uploads.create(caller, in: fixture.workspace, draft, tx).upload
      try Attachments.attach(caller, upload.id, to: message, tx)
      return upload
    }
    let bytes = try export()
    let document = try JSONDecoder().decode([String: JSONValue].self, from: Data(bytes))
    guard case .array(let uploads) = document["uploads"], case .object(let first) = uploads.first,
      case .array(let attachments) = document["message_attachments"], case .object(let link) = attachments.first
    else {
      Issue.record("no upload")
      return
    }
    #expect(first["id"] == .string(upload.id))
    #expect(first["filename"] == .string("a.txt"))
    #expect(first["byte_size"] == .integer(5))
    #expect(link["message_id"] == .string(message))
    #expect(link["upload_id"] == .string(upload.id))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("secret-blob-key"))
  }

  @Test func neverContainsSecrets() throws {
    let secret = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
    try fixture.write { tx in
      try tx.db.execute("UPDATE users SET pushover_user_key = ?1", [.text(secret)])
      try tx.db.execute(
        """
        INSERT INTO sessions (id, user_id, token_hash, created_at, expires_at) VALUES ('ses_1', ?1, ?2, ?3, ?3)
        """, [.text(fixture.owner), .blob(Array("secret-session-hash".utf8)), .text(tx.now.text)])
      try tx.db.execute(
        """
        INSERT INTO bot_tokens (id, bot_user_id, workspace_id, name, token_hash, scopes, created_at)
        VALUES ('btok_1', ?1, ?2, 'default', ?3, '[]', ?4)
        """,
        [.text(fixture.owner), .text(fixture.workspace), .blob(Array("secret-bot-hash".utf8)), .text(tx.now.text)])
    }
    let text = String(decoding: try export(), as: UTF8.self)
    #expect(text.contains("btok_1"))
    for hidden in [secret, "ses_1", "hash", "pushover_user_key"] { #expect(!text.contains(hidden)) }
  }

  /// Tables that stay behind: credentials, the log, and what only this server can use.
  static let withheldTables: Set<String> = [
    "sessions", "magic_links", "workspace_invites", "workspace_invite_links", "events", "schema_migrations",
    "guest_posts", "bot_setup_codes", "slash_invocations", "event_deliveries", "event_delivery_attempts", "passwords",
    "password_resets", "jobs", "server_administrators", "identities", "passkeys",
  ]

  /// Columns that stay behind: secrets, keys of this database, and what is counted from the rest.
  static let withheldColumns: [String: Set<String>] = [
    "users": ["pushover_enabled", "pushover_user_key", "bootstrap"],
    "direct_conversations": ["pair_key"],
    "messages": [
      "pk", "last_thread_seq", "last_reply_author_ids", "author_posts", "posts", "reaction_count", "attachment_count",
    ],
    "uploads": ["blob", "nonce", "used_at", "unused_since"],
    "app_installations": ["setup_nonce"],
    "slash_commands": ["signing_secret"],
    "event_subscriptions": ["signing_secret", "scanned_cursor"],
    "bot_tokens": ["token_hash", "setup_nonce"],
  ]

  /// A table or column that is added to the schema must be exported or named above.
  @Test func everyTableAndColumnIsDecidedOn() throws {
    let exported = Dictionary(uniqueKeysWithValues: Export.tables.map { ($0.name, Set($0.columns)) })
    try fixture.read { db in
      let tables = try db.all("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
      for table in tables
      where !table.hasPrefix("sqlite_") && !table.hasPrefix("messages_fts") && !Self.withheldTables.contains(table) {
        let columns = Set(try db.all("SELECT name FROM pragma_table_info(?1)", [.text(table)]) { $0.text(0) })
        let decided = exported[table, default: []].union(Self.withheldColumns[table, default: []])
        #expect(columns.subtracting(decided).isEmpty, "undecided in \(table)")
      }
    }
  }

  @Test func goesOutInBoundedPieces() throws {
    let line = String(repeating: "x", count: 2_000)
    try fixture.write { tx in
      for index in 0..<500 {
        try tx.db.execute(
          "INSERT INTO audit_log (id, workspace_id, actor_user_id, action, target_type, target_id, created_at) "
            + "VALUES (?1, ?2, ?3, ?4, 'x', 'x', ?5)",
          [.text("aud_\(index)"), .text(fixture.workspace), .text(fixture.owner), .text(line), .text(tx.now.text)])
      }
    }
    var pieces = 0
    var largest = 0
    try Export.write(fixture.engine) {
      pieces += 1
      largest = max(largest, $0.count)
    }
    #expect(pieces > 10)
    #expect(largest < Export.chunkBytes + 4_096)
  }

  @Test func stopsWhenTheSinkDoes() throws {
    #expect(throws: FileError.self) { try Export.write(fixture.engine) { _ in throw FileError("full") } }
  }
}
