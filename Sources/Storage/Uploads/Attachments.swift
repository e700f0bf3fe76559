/// Attachments: uploads that messages show.
public enum Attachments {
  /// Uploads that one message shows at most.
  public static let perMessageMax: Int64 = 64

  /// Attaches the caller's own upload to their own message; a second time changes nothing.
  /// - Returns: The event; nil when it was attached already.
  /// - Throws: `StoreError`, `SQLError`.
  @discardableResult
  public static func attach(
    _ caller: Caller, _ uploadID: String, to messageID: MessageID, _ tx: Transaction
  ) throws -> Event? {
    let target = try Access.message(caller, messageID, directScope: "dms:write", tx.db)
    let message = target.message
    try target.membership.requireWriting(at: tx.now)
    guard message.authorID == caller.userID else {
      throw StoreError.forbidden("only its author may attach to a message")
    }
    let upload = try Uploads.readable(caller, uploadID, tx.db)
    guard upload.ownerID == caller.userID else { throw StoreError.forbidden("only its owner may attach an upload") }
    guard upload.workspaceID == message.workspaceID else {
      throw StoreError.forbidden("the upload belongs to another workspace")
    }
    guard message.deletedAt == nil else { throw StoreError.invalid("nothing can be attached to a deleted message") }
    let isAttached = message.attachments.contains { $0.id == uploadID }
    guard !isAttached else { return nil }
    guard Int64(message.attachments.count) < perMessageMax else {
      throw StoreError.conflict("the message has \(perMessageMax) attachments already")
    }
    try tx.db.execute(
      """
      INSERT INTO message_attachments (message_id, upload_id, position, created_at)
      SELECT ?1, ?2, coalesce(max(position), 0) + 1, ?3 FROM message_attachments WHERE message_id = ?1
      """, [.text(messageID), .text(uploadID), .text(tx.now.text)])
    try tx.db.execute(
      "UPDATE messages SET attachment_count = attachment_count + 1 WHERE id = ?1", [.text(messageID)])
    try Uploads.noteUse(of: uploadID, tx)
    return try tx.append(Messages.changed(.messageUpdated, message, audience: try target.audience(tx.db)))
  }

  /// A message's attachments, in the order in which they were attached.
  /// - Throws: `SQLError`.
  static func list(of messageID: MessageID, _ db: any SQLConnection) throws -> [Upload] {
    try db.all(
      """
      SELECT \(Upload.columns) FROM message_attachments a JOIN uploads u ON u.id = a.upload_id
      WHERE a.message_id = ?1 ORDER BY a.position
      """, [.text(messageID)]
    ) { Upload(row: $0) }
  }

  /// Takes everything off a message that is being deleted; what no other message shows becomes private again.
  /// - Throws: `SQLError`.
  static func detachAll(from message: inout Message, _ tx: Transaction) throws {
    guard !message.attachments.isEmpty else { return }
    try tx.db.execute("DELETE FROM message_attachments WHERE message_id = ?1", [.text(message.id)])
    try tx.db.execute("UPDATE messages SET attachment_count = 0 WHERE id = ?1", [.text(message.id)])
    for upload in message.attachments { try Uploads.noteDisuse(of: upload.id, tx) }
    message.attachments = []
  }

  /// Whether a message shows an upload to a member: in a channel that they may read, or in a direct conversation that
  /// they take part in. Deleted messages have no attachments.
  /// - Throws: `SQLError`.
  static func show(_ uploadID: String, to caller: Caller, as role: Role, _ db: any SQLConnection) throws -> Bool {
    var readsDirect = role != .guest
    if case .botToken(_, _, let scopes) = caller.credential, !scopes.contains("dms:read") { readsDirect = false }
    return try db.exists(
      """
      SELECT 1 FROM message_attachments a JOIN messages m ON m.id = a.message_id
      LEFT JOIN channels c ON c.id = m.channel_id
      LEFT JOIN direct_conversation_members d ON d.conversation_id = m.direct_conversation_id AND d.user_id = ?2
      WHERE a.upload_id = ?1
        AND ((c.id IS NOT NULL AND (?3 = 0 OR c.name = ?4) AND \(ChannelMembers.admits("?2", to: "c"))) OR (d.user_id IS NOT NULL AND ?5 = 1))
      LIMIT 1
      """,
      [
        .text(uploadID), .text(caller.userID), .bool(role == .guest), .text(WaitingRoom.name), .bool(readsDirect),
      ])
  }
}
