/// How many bytes of uploads a person and a workspace may keep. What nothing shows counts until the clean-up removes
/// it; so does what is under way, see `UploadReservations`.
public struct UploadQuota: Sendable, Equatable {
  /// Bytes of one person's uploads, in all workspaces together; 0 for no limit.
  public var userBytesMax: Int64 = 0
  /// Bytes of one workspace's uploads; 0 for no limit.
  public var workspaceBytesMax: Int64 = 0

  /// No limits.
  public init() {}

  /// Whether there is nothing to check.
  public var isUnlimited: Bool { userBytesMax == 0 && workspaceBytesMax == 0 }

  /// Refuses an upload for which there is no room.
  /// - Parameters:
  ///   - userBytes: What is to be added for the person: this upload, and others that are under way.
  ///   - workspaceBytes: The same for the workspace.
  /// - Throws: `StoreError.tooLarge` for the person's limit, `.full` for the workspace's; `SQLError`.
  public func require(
    userBytes: Int64, of owner: UserID, workspaceBytes: Int64, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws {
    if userBytesMax > 0, try Self.usedBytes(by: owner, db) + userBytes > userBytesMax {
      throw StoreError(.tooLarge, "your uploads may take \(userBytesMax) bytes at most")
    }
    if workspaceBytesMax > 0, try Self.usedBytes(in: workspaceID, db) + workspaceBytes > workspaceBytesMax {
      throw StoreError(.full, "the uploads of a workspace may take \(workspaceBytesMax) bytes at most")
    }
  }

  /// Bytes of all uploads.
  /// - Throws: `SQLError`.
  public static func usedBytes(_ db: any SQLConnection) throws -> Int64 {
    try db.first("SELECT coalesce(sum(byte_size), 0) FROM uploads") { $0.int(0) } ?? 0
  }

  static func usedBytes(by owner: UserID, _ db: any SQLConnection) throws -> Int64 {
    try db.first("SELECT coalesce(sum(byte_size), 0) FROM uploads WHERE owner_id = ?1", [.text(owner)]) { $0.int(0) }
      ?? 0
  }

  static func usedBytes(in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> Int64 {
    try db.first("SELECT coalesce(sum(byte_size), 0) FROM uploads WHERE workspace_id = ?1", [.text(workspaceID)]) {
      $0.int(0)
    } ?? 0
  }
}
