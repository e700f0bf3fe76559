/// The queue of jobs: work that must happen although the process may end first. A job is enqueued in the transaction
/// of its cause, so there is neither without the other, and is run at least once.
public enum Jobs {
  /// Failures after which a job is discarded, unless its draft says otherwise.
  public static let attemptsMaxDefault: Int64 = 25
  /// Unfinished jobs of one kind.
  public static let unfinishedPerKindMax: Int64 = 10_000
  /// Bytes of a payload.
  public static let payloadBytesMax = 64 << 10
  /// Bytes that are kept of the text of a failure.
  static let errorBytesMax = 1 << 10

  /// Adds a job. The server runs it after the commit, when it is due.
  ///
  /// If an unfinished job has the same kind and unique key, none is added: one that waits stands for this one, and keeps
  /// its payload and its time; one that runs is run once more when it has ended.
  /// - Returns: The new job; nil when another stands for it.
  /// - Throws: `StoreError.unavailable` when too many of the kind wait, `.tooLarge` for the payload; `SQLError`.
  @discardableResult
  public static func enqueue(_ draft: JobDraft, _ tx: Transaction) throws -> JobID? {
    guard draft.payload.utf8.count <= payloadBytesMax else {
      throw StoreError(.tooLarge, "the job has more than \(payloadBytesMax) bytes to remember")
    }
    if let key = draft.uniqueKey, let standing = try unfinished(draft.kind, key, tx.db) {
      try tx.db.execute("UPDATE jobs SET again = 1 WHERE id = ?1 AND state = 'running'", [.text(standing)])
      return nil
    }
    guard try hasRoom(for: draft.kind, tx.db) else {
      throw StoreError(.unavailable, "too many jobs of the kind \(draft.kind) wait")
    }
    return try insert(draft, repeatSeconds: nil, tx)
  }

  /// Whether another job of a kind may be enqueued: for causes that rather go without than fail.
  /// - Throws: `SQLError`.
  public static func hasRoom(for kind: JobKind, _ db: any SQLConnection) throws -> Bool {
    let count = try db.first(
      "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE kind = ?1 AND ended_at IS NULL LIMIT ?2) AS unfinished",
      [.text(kind.name), .integer(unfinishedPerKindMax)]
    ) { $0.int(0) }
    return (count ?? 0) < unfinishedPerKindMax
  }

  /// Makes sure that the job of a kind runs again and again: due now if there is none yet. It is never discarded by
  /// failures, and never waits longer than its interval.
  /// - Throws: `SQLError`.
  public static func ensureRepeating(_ kind: JobKind, everySeconds seconds: Int64, _ tx: Transaction) throws {
    if let standing = try unfinished(kind, repeatingKey, tx.db) {
      try tx.db.execute(
        """
        UPDATE jobs SET repeat_seconds = ?2,
          run_at = CASE WHEN state <> 'running' AND run_at > ?3 THEN ?3 ELSE run_at END WHERE id = ?1
        """, [.text(standing), .integer(seconds), .text(tx.now.adding(seconds: seconds).text)])
    } else {
      _ = try insert(JobDraft(kind, uniqueKey: repeatingKey), repeatSeconds: seconds, tx)
    }
    tx.noteJobs()
  }

  /// The unique key of jobs that repeat.
  private static let repeatingKey = "repeating"

  static func unfinished(_ kind: JobKind, _ key: String, _ db: any SQLConnection) throws -> JobID? {
    try db.first(
      "SELECT id FROM jobs WHERE kind = ?1 AND unique_key = ?2 AND ended_at IS NULL", [.text(kind.name), .text(key)]
    ) { $0.text(0) }
  }

  private static func insert(_ draft: JobDraft, repeatSeconds: Int64?, _ tx: Transaction) throws -> JobID {
    let id = tx.ids.make(.job)
    try tx.db.execute(
      """
      INSERT INTO jobs (id, kind, unique_key, payload, state, max_attempts, repeat_seconds, run_at, created_at)
      VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7, ?8)
      """,
      [
        .text(id), .text(draft.kind.name), .optional(draft.uniqueKey), .text(draft.payload),
        .integer(max(1, draft.maxAttempts)), .optional(repeatSeconds), .text((draft.runAt ?? tx.now).text),
        .text(tx.now.text),
      ])
    tx.noteJobs()
    return id
  }
}
