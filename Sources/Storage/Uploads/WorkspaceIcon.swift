/// The icon of a workspace: the path of an uploaded image.
enum WorkspaceIcon {
  /// The media types that an icon may have.
  static let contentTypes: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]

  /// Puts an upload in the place of a workspace's icon. The caller has checked the right to change the workspace and
  /// writes `path` to its row.
  /// - Parameter path: `/api/uploads/` and the identifier of the caller's own image; empty for no icon.
  /// - Throws: `StoreError.invalid`, `SQLError`.
  static func replace(
    _ current: String, with path: String, of id: WorkspaceID, _ caller: Caller, _ tx: Transaction
  ) throws {
    guard path != current else { return }
    if !path.isEmpty { try Uploads.noteUse(of: try image(at: path, of: id, caller, tx.db).id, tx) }
    // The old icon's row still has the old path here, so the new path goes in first.
    try tx.db.execute("UPDATE workspaces SET icon_url = ?2 WHERE id = ?1", [.text(id), .text(path)])
    if let former = uploadID(in: current) { try Uploads.noteDisuse(of: former, tx) }
  }

  /// Whether the upload is the icon of its workspace.
  /// - Throws: `SQLError`.
  static func isShowing(_ upload: Upload, _ db: any SQLConnection) throws -> Bool {
    try db.exists(
      "SELECT 1 FROM workspaces WHERE id = ?1 AND icon_url = ?2",
      [.text(upload.workspaceID), .text(Uploads.pathPrefix + upload.id)])
  }

  private static func uploadID(in path: String) -> String? {
    guard path.hasPrefix(Uploads.pathPrefix) else { return nil }
    let id = path.dropFirst(Uploads.pathPrefix.count)
    return id.isEmpty ? nil : String(id)
  }

  private static func image(
    at path: String, of id: WorkspaceID, _ caller: Caller, _ db: any SQLConnection
  ) throws -> Upload {
    guard let uploadID = uploadID(in: path) else {
      throw StoreError.invalid("icon_url must be the path of an uploaded image")
    }
    // Not even a moderator publishes what somebody else keeps private.
    guard let upload = try Uploads.find(uploadID, db), upload.workspaceID == id, upload.ownerID == caller.userID else {
      throw StoreError.invalid("the icon's upload was not found")
    }
    guard contentTypes.contains(upload.contentType.lowercased()) else {
      throw StoreError.invalid("the icon must be a PNG, JPEG, GIF, WebP or AVIF image")
    }
    return upload
  }
}
