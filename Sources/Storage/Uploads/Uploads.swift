/// Uploads: who may make them, who may read them. Their bytes are in a `BlobStore`; attaching is in `Attachments`,
/// removing in `UploadCleanup`.
public enum Uploads {
  /// Uploads of one person in one workspace that were never attached.
  public static let pendingMax: Int64 = 64
  /// Where an upload is found, followed by its identifier; also what `icon_url` of a workspace holds.
  static let pathPrefix = "/api/uploads/"

  /// What finishing an upload led to.
  public struct Created: Sendable {
    /// The upload.
    public let upload: Upload
    /// Whether it is new; false when an upload with the same nonce came first, and the bytes are not needed.
    public let isNew: Bool
  }

  /// Checks, before any byte is read, whether the caller may upload.
  /// - Returns: The upload that was made with the nonce already, if there is one.
  /// - Throws: `StoreError.forbidden`, `.conflict` for a nonce of another workspace, `.tooLarge` when too many are
  ///   pending; `SQLError`.
  public static func begin(
    _ caller: Caller, in workspaceID: WorkspaceID, nonce: String?, at now: Timestamp, _ db: any SQLConnection
  ) throws -> Upload? {
    try requireUploading(caller, in: workspaceID, at: now, db)
    if let earlier = try find(nonce: nonce, of: caller, in: workspaceID, db) { return earlier }
    try requireRoom(caller, in: workspaceID, db)
    return nil
  }

  /// Writes the row of an upload whose bytes are durable.
  /// - Throws: As `begin`, and as `UploadQuota.require`; the bytes are then not needed.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: UploadDraft, within quota: UploadQuota = UploadQuota(),
    _ tx: Transaction
  ) throws -> Created {
    if let earlier = try begin(caller, in: workspaceID, nonce: draft.nonce, at: tx.now, tx.db) {
      return Created(upload: earlier, isNew: false)
    }
    try quota.require(
      userBytes: draft.byteSize, of: caller.userID, workspaceBytes: draft.byteSize, in: workspaceID, tx.db)
    let upload = Upload(id: tx.ids.make(.upload), draft, in: workspaceID, of: caller.userID, createdAt: tx.now)
    try tx.db.execute(
      """
      INSERT INTO uploads (id, workspace_id, owner_id, blob, nonce, filename, content_type, byte_size, width, height,
        duration_ms, created_at, unused_since)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)
      """,
      [
        .text(upload.id), .text(workspaceID), .text(caller.userID), .text(upload.blob), .optional(upload.nonce),
        .text(upload.filename), .text(upload.contentType), .integer(upload.byteSize), .integer(upload.width),
        .integer(upload.height), .integer(upload.durationMilliseconds), .text(upload.createdAt),
      ])
    return Created(upload: upload, isNew: true)
  }

  /// The caller's own upload with a nonce.
  /// - Throws: `StoreError.notFound`, `.conflict` when it is in another workspace, `.forbidden`, `SQLError`.
  public static func byNonce(
    _ caller: Caller, in workspaceID: WorkspaceID, nonce: String, _ db: any SQLConnection
  ) throws -> Upload {
    _ = try Access.member(caller, of: workspaceID, db)
    guard let upload = try find(nonce: nonce, of: caller, in: workspaceID, db) else {
      throw StoreError.notFound("upload")
    }
    return upload
  }

  /// An upload that the caller may read: their own, the workspace's icon, or one that is attached to a live message
  /// that they may read.
  /// - Throws: `StoreError.notFound`, `.forbidden` for bot tokens of another workspace, `SQLError`.
  public static func readable(_ caller: Caller, _ id: String, _ db: any SQLConnection) throws -> Upload {
    guard let upload = try find(id, db) else { throw StoreError.notFound("upload") }
    let membership: Access.Membership
    do {
      membership = try Access.member(caller, of: upload.workspaceID, db)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound("upload")
    }
    if upload.ownerID == caller.userID { return upload }
    if try WorkspaceIcon.isShowing(upload, db) { return upload }
    guard try Attachments.show(id, to: caller, as: membership.role, db) else { throw StoreError.notFound("upload") }
    return upload
  }

  /// An upload, whoever asks.
  static func find(_ id: String, _ db: any SQLConnection) throws -> Upload? {
    try db.first("SELECT \(Upload.columns) FROM uploads u WHERE u.id = ?1", [.text(id)]) { Upload(row: $0) }
  }

  /// Notes that something shows an upload now.
  static func noteUse(of id: String, _ tx: Transaction) throws {
    try tx.db.execute(
      "UPDATE uploads SET used_at = coalesce(used_at, ?2), unused_since = NULL WHERE id = ?1",
      [.text(id), .text(tx.now.text)])
  }

  /// Hands an upload to the clean-up, unless something still shows it.
  static func noteDisuse(of id: String, _ tx: Transaction) throws {
    try tx.db.execute(
      """
      UPDATE uploads SET unused_since = ?2 WHERE id = ?1
        AND NOT EXISTS (SELECT 1 FROM message_attachments a WHERE a.upload_id = ?1)
        AND NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = uploads.workspace_id AND w.icon_url = ?3)
      """, [.text(id), .text(tx.now.text), .text(pathPrefix + id)])
  }

  // Whoever names a workspace in order to write there is told that they may not, whether it exists or not.
  private static func requireUploading(
    _ caller: Caller, in workspaceID: WorkspaceID, at now: Timestamp, _ db: any SQLConnection
  ) throws {
    do {
      let membership = try Access.member(caller, of: workspaceID, db)
      try membership.requireNotGuest()
      try membership.requireWriting(at: now)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.forbidden("you do not belong to this workspace")
    }
  }

  private static func requireRoom(_ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws {
    let pending = try db.first(
      "SELECT count(*) FROM uploads WHERE owner_id = ?1 AND workspace_id = ?2 AND used_at IS NULL",
      [.text(caller.userID), .text(workspaceID)]
    ) { $0.int(0) }
    guard (pending ?? 0) < pendingMax else {
      throw StoreError(.tooLarge, "\(pendingMax) uploads wait to be attached; attach some first")
    }
  }

  private static func find(
    nonce: String?, of caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> Upload? {
    guard let nonce else { return nil }
    let upload = try db.first(
      "SELECT \(Upload.columns) FROM uploads u WHERE u.owner_id = ?1 AND u.nonce = ?2",
      [.text(caller.userID), .text(nonce)]
    ) { Upload(row: $0) }
    guard upload == nil || upload?.workspaceID == workspaceID else {
      throw StoreError.conflict("the nonce belongs to another upload")
    }
    return upload
  }
}
