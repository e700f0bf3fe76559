extension Messages {
  /// Replaces the body of the caller's own message.
  /// - Throws: `StoreError`, `SQLError`.
  public static func update(
    _ caller: Caller, _ id: MessageID, body text: String?, _ tx: Transaction
  ) throws -> (message: Message, event: Event) {
    let found = try Access.message(caller, id, directScope: "dms:write", tx.db)
    var message = found.message
    try found.membership.requireWriting(at: tx.now)
    guard message.authorID == caller.userID else { throw StoreError.forbidden("only its author may edit a message") }
    guard message.deletedAt == nil else { throw StoreError.invalid("a deleted message can't be edited") }
    let body = try MessageText.body(text)
    try SearchIndex.reindex(id, tx.db) {
      try tx.db.execute(
        "UPDATE messages SET body = ?2, edited_at = ?3 WHERE id = ?1", [.text(id), .text(body), .text(tx.now.text)])
    }
    message.body = body
    message.editedAt = tx.now.text
    return (message, try tx.append(changed(.messageUpdated, message, audience: try found.audience(tx.db))))
  }

  /// Deletes a message: its words go, its place stays. Authors delete their own; a workspace's owner deletes any in its
  /// channels. Deleting it again changes nothing.
  /// - Returns: The message, and the event unless it was deleted before.
  /// - Throws: `StoreError`, `SQLError`.
  public static func delete(
    _ caller: Caller, _ id: MessageID, _ tx: Transaction
  ) throws -> (message: Message, event: Event?) {
    let found = try Access.message(caller, id, directScope: "dms:write", tx.db)
    var message = found.message
    try found.membership.requireWriting(at: tx.now)
    if message.authorID != caller.userID {
      guard message.channelID != nil, found.membership.role == .owner else {
        throw StoreError.forbidden("only its author and the workspace's owner may delete a message")
      }
    }
    guard message.deletedAt == nil else { return (message, nil) }
    try SearchIndex.reindex(id, tx.db) {
      try tx.db.execute(
        "UPDATE messages SET body = '', deleted_at = ?2 WHERE id = ?1", [.text(id), .text(tx.now.text)])
    }
    try Attachments.detachAll(from: &message, tx)
    message.body = ""
    message.deletedAt = tx.now.text
    let audience = try found.audience(tx.db)
    if let channelID = message.channelID {
      let pins = try tx.db.execute("DELETE FROM pins WHERE message_id = ?1", [.text(id)])
      if pins > 0 {
        try tx.append(
          EventDraft(
            .pinRemoved, workspaceID: message.workspaceID, channelID: channelID, seq: message.channelSeq,
            audience: audience
          ) { json in
            json.field("channel_id", channelID)
            json.field("message_id", id)
            json.field("pinned_by", caller.userID)
          })
      }
    }
    return (message, try tx.append(changed(.messageDeleted, message, audience: audience)))
  }

  /// The event that a message was edited, deleted or got attachments.
  static func changed(_ type: EventType, _ message: Message, audience: Audience) -> EventDraft {
    EventDraft(
      type, workspaceID: message.workspaceID, channelID: message.channelID,
      directConversationID: message.directConversationID, seq: message.channelSeq,
      audience: audience
    ) { json in
      json.field("direct_conversation_id", ifPresent: message.directConversationID)
      json.field("message_id", message.id)
      json.field("root_message_id", message.threadRootID)
    }
  }
}
