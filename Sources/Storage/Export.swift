/// Writes what people made here as one JSON document, to read elsewhere or to keep.
///
/// The document has a key per kind of thing, each an array of objects. It never contains secrets: credentials, their
/// hashes, invitations and the keys of notification services stay behind, because every table and column is listed here
/// by name. Memory stays bounded, whatever the size of the database: rows go out one by one.
public enum Export {
  /// Receives the bytes in order; throws to stop the export.
  public typealias Sink = (_ bytes: [UInt8]) throws -> Void

  /// Bytes that are gathered before they go to the sink.
  public static let chunkBytes = 64 * 1_024

  /// Writes the document from a connection of its own, beside a running server. It is the state of one instant.
  /// - Parameter stallSeconds: How long it may get no further; then this process is killed.
  /// - Throws: `SQLError`, or what the sink throws.
  public static func write(
    _ engine: any StorageEngine, stallSeconds: Int64 = 300, to sink: @escaping Sink
  ) throws {
    let deadline = try StallDeadline(seconds: stallSeconds)
    try engine.readOnce { db in
      try db.execute("BEGIN")
      try write(db) { bytes in
        try sink(bytes)
        deadline.extend()
      }
      try db.execute("COMMIT")
    }
  }

  /// Writes the document. The caller keeps a read transaction open, so that it is the state of one instant.
  ///
  /// Runs on the connection's thread.
  /// - Throws: `SQLError`, or what the sink throws.
  public static func write(_ db: any SQLConnection, to sink: @escaping Sink) throws {
    var json = JSONWriter(capacity: chunkBytes * 2)
    var text = Document(sink: sink)
    json.object { json in
      json.field("format", "clickclack-export")
      json.field("version", 1)
      json.field("exported_at", Timestamp.now().text)
    }
    // The closing brace comes after the tables.
    try text.append(json.bytes.dropLast())
    for table in tables { try write(table, db, to: &text) }
    try text.append("}\n".utf8)
    try text.flush()
  }

  /// The parts of the database that are exported, in the order of the document.
  static let tables: [Table] = [
    Table(
      "users",
      columns: [
        "id", "kind", "owner_user_id", "display_name", "handle", "former_handle", "avatar_url", "email", "appearance",
        "created_at", "deleted_at",
      ]),
    Table("workspaces", columns: ["id", "route_id", "name", "slug", "icon_url", "created_at", "deleted_at"]),
    Table(
      "workspace_members",
      columns: [
        "workspace_id", "user_id", "role", "joined_at", "timeout_until", "blocked_at", "moderation_note",
        "moderation_by", "moderation_at",
      ]),
    Table(
      "channels",
      columns: [
        "id", "route_id", "workspace_id", "name", "display_title", "kind", "created_at", "archived_at",
        "external_managed", "external_ref", "external_url", "sidebar_section", "last_seq", "private_name", "created_by",
      ]),
    Table("channel_members", columns: ["channel_id", "user_id", "workspace_id", "added_by", "added_at"]),
    Table("channel_reads", columns: ["user_id", "channel_id", "last_read_seq", "last_read_at"]),
    Table("channel_notification_settings", columns: ["user_id", "channel_id", "preference"]),
    Table("direct_conversations", columns: ["id", "route_id", "workspace_id", "created_at", "last_seq"]),
    Table(
      "direct_conversation_members",
      columns: ["conversation_id", "user_id", "last_read_seq", "last_read_at", "hidden"]),
    Table("topics", columns: ["id", "workspace_id", "channel_id", "name", "created_by", "created_at", "archived_at"]),
    Table(
      "messages",
      columns: [
        "id", "route_id", "workspace_id", "channel_id", "direct_conversation_id", "author_id", "parent_message_id",
        "thread_root_id", "topic_id", "channel_seq", "thread_seq", "body", "kind", "turn_id", "nonce",
        "quoted_message_id", "quoted_body_snapshot", "quoted_author_id", "created_at", "edited_at", "deleted_at",
        "reply_count", "last_reply_at",
      ]),
    Table("reactions", columns: ["message_id", "emoji", "user_id", "created_at"]),
    Table("pins", columns: ["id", "workspace_id", "channel_id", "message_id", "pinned_by", "created_at"]),
    Table(
      "uploads",
      columns: [
        "id", "workspace_id", "owner_id", "filename", "content_type", "byte_size", "width", "height", "duration_ms",
        "created_at",
      ]),
    Table("message_attachments", columns: ["message_id", "upload_id", "position", "created_at"]),
    Table(
      "bot_tokens",
      columns: [
        "id", "bot_user_id", "workspace_id", "owner_user_id", "name", "scopes", "created_by", "created_at",
        "last_used_at", "revoked_at",
      ]),
    Table(
      "app_installations",
      columns: [
        "id", "workspace_id", "app_slug", "display_name", "bot_user_id", "config", "created_by", "created_at",
        "revoked_at",
      ]),
    Table(
      "slash_commands",
      columns: [
        "id", "workspace_id", "app_installation_id", "command", "description", "callback_url", "bot_user_id",
        "created_by", "created_at", "revoked_at",
      ]),
    Table(
      "event_subscriptions",
      columns: [
        "id", "workspace_id", "app_installation_id", "event_types", "callback_url", "created_by", "created_at",
        "revoked_at",
      ]),
    Table(
      "connected_accounts",
      columns: [
        "id", "workspace_id", "user_id", "provider", "provider_account_id", "display_name", "scopes", "metadata",
        "created_at", "revoked_at",
      ]),
    Table(
      "bot_commands",
      columns: [
        "id", "workspace_id", "bot_user_id", "command", "description", "args_hint", "created_at", "updated_at",
      ]),
    Table(
      "audit_log",
      columns: [
        "id", "workspace_id", "actor_user_id", "action", "target_type", "target_id", "metadata", "created_at",
      ]),
  ]

  /// One part of the document: its key is the table's name.
  struct Table {
    let name: String
    let columns: [String]

    init(_ name: String, columns: [String]) {
      self.name = name
      self.columns = columns
    }
  }

  private static func write(_ table: Table, _ db: any SQLConnection, to document: inout Document) throws {
    // A database of an older schema lacks tables and columns; its document has empty arrays and fewer keys.
    let present = Set(try db.all("SELECT name FROM pragma_table_info(?1)", [.text(table.name)]) { $0.text(0) })
    let columns = table.columns.filter(present.contains)
    try document.append(",\"\(table.name)\":[".utf8)
    if !columns.isEmpty {
      var isFirst = true
      let quoted = columns.map { "\"\($0)\"" }.joined(separator: ", ")
      try db.query("SELECT \(quoted) FROM \"\(table.name)\"", []) { row in
        var json = JSONWriter(capacity: 512)
        json.object { json in
          for (index, name) in columns.enumerated() { field(name, Int32(index), row, &json) }
        }
        if !isFirst { try document.append(",".utf8) }
        isFirst = false
        try document.append(json.bytes)
      }
    }
    try document.append("]".utf8)
  }

  private static func field(_ name: String, _ column: Int32, _ row: borrowing SQLRow, _ json: inout JSONWriter) {
    switch row.type(column) {
    case .null: return
    case .integer:
      json.key(dynamic: name)
      json.int(row.int(column))
    case .text:
      json.key(dynamic: name)
      json.string(row.text(column))
    }
  }

  private struct Document {
    let sink: Sink
    var pending: [UInt8] = []

    init(sink: @escaping Sink) { self.sink = sink }

    mutating func append(_ bytes: some Collection<UInt8>) throws {
      pending.append(contentsOf: bytes)
      if pending.count >= chunkBytes { try flush() }
    }

    mutating func flush() throws {
      guard !pending.isEmpty else { return }
      try sink(pending)
      pending.removeAll(keepingCapacity: true)
    }
  }
}
