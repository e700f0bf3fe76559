/// Removes uploads that nothing shows, and files that no row knows; all of it is done by jobs.
///
/// Rows go first, and the same commit enqueues the job that removes their files: there is never a row without its file.
/// A file without a row is what a crash leaves of an upload under way, or a disk that fails at the wrong moment; each start
/// of a server looks for those, and so does a running one for those that are a day old.
public struct UploadCleanup: Sendable {
  /// Uploads that one transaction removes.
  public static let batchMax = 100

  private let store: any Store
  private let blobs: any BlobStore
  private let keepSeconds: Int64

  /// Makes the clean-up.
  /// - Parameter keepSeconds: How long uploads stay that no live message and no icon shows, and those of a deleted
  ///   workspace.
  public init(store: any Store, blobs: any BlobStore, keepSeconds: Int64) {
    self.store = store
    self.blobs = blobs
    self.keepSeconds = keepSeconds
  }

  /// Removes the rows of a batch of uploads that are due, and enqueues a job that removes their files.
  /// - Returns: How many; `batchMax` when there may be more.
  /// - Throws: `StoreError`, `SQLError`.
  @discardableResult
  public func removeUnused(now: Timestamp = .now()) async throws -> Int {
    let cutoff = now.adding(seconds: -keepSeconds)
    // Asked on a reader first: most rounds find nothing, and the writer has better things to do.
    guard try await store.read({ try !Self.due(before: cutoff, limit: 1, $0).isEmpty }) else { return 0 }
    return try await store.write { tx in
      let due = try Self.due(before: cutoff, limit: Self.batchMax, tx.db)
      for upload in due { try Self.removeRow(of: upload.id, tx) }
      try Jobs.enqueue(try JobDraft(.removeBlobs, encoding: due.map(\.blob)), tx)
      return due.count
    }
  }

  /// Does a job of the kind `removeBlobs`.
  /// - Throws: `StoreError`, `FileError`; `JobFailure` when the job can't be read.
  public func removeFiles(of job: Job) async throws {
    for key in try job.decode([String].self) { try await blobs.remove(key) }
  }

  /// Removes files that were written before a moment and have no row: the rest of a crash.
  /// - Parameter moment: The start of this process or long ago, since an upload under way has a file before it has a row.
  /// - Returns: How many.
  /// - Throws: `StoreError`, `SQLError`, `FileError`.
  @discardableResult
  public func removeOrphans(writtenBefore moment: Timestamp) async throws -> Int {
    var count = try await blobs.removeUnfinished(begunBefore: moment)
    for shard in 0...UInt8.max {
      let keys = try await blobs.keys(inShard: shard, writtenBefore: moment)
      for start in stride(from: 0, to: keys.count, by: Self.batchMax) {
        let batch = Array(keys[start..<min(start + Self.batchMax, keys.count)])
        let orphans = try await store.read { db in
          try batch.filter { try !db.exists("SELECT 1 FROM uploads WHERE blob = ?1", [.text($0)]) }
        }
        for key in orphans { try await blobs.remove(key) }
        count += orphans.count
      }
    }
    return count
  }

  private struct Due: Sendable {
    let id: String
    let blob: String
  }

  private static func due(before cutoff: Timestamp, limit: Int, _ db: any SQLConnection) throws -> [Due] {
    try db.all(
      """
      SELECT id, blob FROM (
        SELECT u.id, u.blob FROM uploads u WHERE u.unused_since IS NOT NULL AND u.unused_since < ?1
        UNION
        SELECT u.id, u.blob FROM workspaces w JOIN uploads u ON u.workspace_id = w.id
        WHERE w.deleted_at IS NOT NULL AND w.deleted_at < ?1) AS due
      LIMIT ?2
      """, [.text(cutoff.text), .integer(Int64(limit))]
    ) { Due(id: $0.text(0), blob: $0.text(1)) }
  }

  private static func removeRow(of id: String, _ tx: Transaction) throws {
    try tx.db.execute(
      """
      UPDATE messages SET attachment_count = attachment_count - 1
      WHERE id IN (SELECT message_id FROM message_attachments WHERE upload_id = ?1)
      """, [.text(id)])
    try tx.db.execute("DELETE FROM message_attachments WHERE upload_id = ?1", [.text(id)])
    try tx.db.execute("DELETE FROM uploads WHERE id = ?1", [.text(id)])
  }
}

extension JobKind {
  /// Removes uploads that are due; repeats.
  public static let removeUnusedUploads = JobKind("uploads.unused")
  /// Removes the blobs whose keys are its payload.
  public static let removeBlobs = JobKind("uploads.remove")
  /// Removes files without rows; its payload is the start of the server that enqueued it.
  public static let removeOrphans = JobKind("uploads.orphans")
  /// Removes old files without rows; repeats.
  public static let removeForgotten = JobKind("uploads.forgotten")
}
