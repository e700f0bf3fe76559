/// Keeps the full-text index in step with the messages.
///
/// New messages are indexed once per group of writes, by `catchUp` just before the group's commit: FTS5 writes out what
/// it holds at every SAVEPOINT (sqlite.org/fts5.html, 5.1), and each request of a group has one, so indexing message by
/// message would cost more than everything else that a message takes. Message and index still commit together.
public enum SearchIndex {
  /// Indexes the messages that were written since the last time. Runs on the writer's thread, inside the transaction
  /// and outside the savepoints of its requests.
  /// - Throws: `SQLError`.
  public static func catchUp(_ db: any SQLConnection) throws(SQLError) {
    // The newest indexed row is known from FTS5's own table of document sizes (sqlite.org/fts5.html, 9.2).
    try db.execute(
      """
      INSERT INTO messages_fts (rowid, body)
      SELECT pk, body FROM messages
      WHERE pk > (SELECT coalesce(max(id), 0) FROM messages_fts_docsize) AND deleted_at IS NULL
      """)
  }

  /// Removes a message's words. Call it before the row changes: FTS5 must be told exactly what it had indexed.
  static func remove(_ id: MessageID, _ db: any SQLConnection) throws {
    // It may have been written in this very group.
    try catchUp(db)
    try db.execute(
      """
      INSERT INTO messages_fts (messages_fts, rowid, body)
      SELECT 'delete', pk, body FROM messages WHERE id = ?1
      """, [.text(id)])
  }

  /// Indexes a message's words as they are now.
  static func insert(_ id: MessageID, _ db: any SQLConnection) throws {
    try db.execute("INSERT INTO messages_fts (rowid, body) SELECT pk, body FROM messages WHERE id = ?1", [.text(id)])
  }
}
