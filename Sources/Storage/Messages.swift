/// Messages: reading one or several, and looking them up by nonce. Writing is in `Messages+Create` and
/// `Messages+Change`, pages are in `MessagePages`, replies in `Threads`.
public enum Messages {
  /// How many messages and replies were ever written.
  /// - Throws: `SQLError`.
  public static func total(_ db: any SQLConnection) throws -> Int64 {
    // Rows stay when messages are deleted, and their keys count up.
    try db.first("SELECT coalesce(max(pk), 0) FROM messages") { $0.int(0) } ?? 0
  }

  /// A message that the caller may read.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  public static func get(_ caller: Caller, _ id: MessageID, _ db: any SQLConnection) throws -> Message {
    try Access.message(caller, id, directScope: "dms:read", db).message
  }

  /// Messages by identifier, in the order asked for, without those that do not exist. The caller of this function
  /// answers for the viewer's right to read them.
  /// - Parameter viewer: Whose reactions count as "me".
  /// - Throws: `SQLError`.
  public static func load(ids: [MessageID], viewer: UserID, _ db: any SQLConnection) throws -> [Message] {
    var reader = MessageRow.Reader(viewer: viewer, db)
    var messages: [Message] = []
    messages.reserveCapacity(ids.count)
    for id in ids {
      try db.query(byID, [.text(id)]) { row in
        messages.append(try MessageRow.message(row, &reader))
      }
    }
    return messages
  }

  /// The caller's own message with a nonce, deleted or not.
  /// - Throws: `StoreError.notFound`, `.conflict` when it is in another workspace, `.forbidden`, `SQLError`.
  public static func byNonce(
    _ caller: Caller, workspaceID: WorkspaceID, nonce: String, _ db: any SQLConnection
  ) throws -> Message {
    _ = try Access.member(caller, of: workspaceID, db)
    guard let message = try find(nonce: nonce, of: caller.userID, db) else { throw StoreError.notFound("message") }
    guard message.workspaceID == workspaceID else { throw nonceConflict }
    if message.directConversationID != nil { try caller.require(scope: "dms:write") }
    // A private channel that the author left takes their own messages along.
    if let channelID = message.channelID, try !ChannelMembers.admit(caller.userID, to: channelID, db) {
      throw StoreError.notFound("message")
    }
    return message
  }

  private static let byID = "SELECT \(MessageRow.columns) FROM messages m WHERE m.id = ?1"
  private static let byNonce = "SELECT \(MessageRow.columns) FROM messages m WHERE m.author_id = ?1 AND m.nonce = ?2"

  static let nonceConflict = StoreError.conflict("the nonce belongs to another message")

  /// A message, whoever asks.
  static func find(_ id: MessageID, viewer: UserID, _ db: any SQLConnection) throws -> Message? {
    try load(ids: [id], viewer: viewer, db).first
  }

  /// The message that an author sent with a nonce.
  static func find(nonce: String, of author: UserID, _ db: any SQLConnection) throws -> Message? {
    var reader = MessageRow.Reader(viewer: author, db)
    return try db.first(byNonce, [.text(author), .text(nonce)]) { try MessageRow.message($0, &reader) }
  }
}
