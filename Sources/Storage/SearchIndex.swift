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
      WHERE pk > (SELECT coalesce(max(id), 0) FROM messages_fts_docsize)
      """)
  }

  /// Indexes a message anew around a change of its body. A deleted message stays in the index without a word, so that
  /// index and table always have the same rows.
  /// - Throws: `SQLError`, or what `change` throws.
  static func reindex(_ id: MessageID, _ db: any SQLConnection, change: () throws -> Void) throws {
    // It may have been written in this very group.
    try catchUp(db)
    // FTS5 must be told exactly what it had indexed, so this comes before the change.
    try db.execute(
      """
      INSERT INTO messages_fts (messages_fts, rowid, body)
      SELECT 'delete', pk, body FROM messages WHERE id = ?1
      """, [.text(id)])
    try change()
    try db.execute("INSERT INTO messages_fts (rowid, body) SELECT pk, body FROM messages WHERE id = ?1", [.text(id)])
  }
}
