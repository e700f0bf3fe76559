extension Schema {
  /// The durable event log: one row per event, in commit order by cursor.
  static let events = """
    CREATE TABLE events (
      cursor TEXT PRIMARY KEY,
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      channel_id TEXT,
      direct_conversation_id TEXT,
      seq INTEGER,
      created_at TEXT NOT NULL,
      payload TEXT NOT NULL,
      mentioned_user_ids TEXT,
      audience INTEGER NOT NULL CHECK (audience BETWEEN 0 AND 4),
      recipient_id TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX events_workspace ON events (workspace_id, cursor);
    """
}
