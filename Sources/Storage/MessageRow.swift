/// How rows of `messages` become messages: as values where the server works with them, as JSON where it only passes
/// them on.
enum MessageRow {
  /// The columns that both read, of the table alias `m`.
  static let columns = """
    m.id, m.route_id, m.workspace_id, m.channel_id, m.direct_conversation_id, m.author_id, m.parent_message_id, \
    m.thread_root_id, m.topic_id, m.channel_seq, m.thread_seq, m.body, m.created_at, m.edited_at, m.deleted_at, \
    m.kind, m.turn_id, m.nonce, m.quoted_message_id, m.quoted_body_snapshot, m.quoted_author_id, m.reply_count, \
    m.last_reply_at, m.last_reply_author_ids, m.reaction_count, m.attachment_count
    """

  /// Where `channel_seq` is among them.
  static let channelSeqColumn: Int32 = 9

  /// Whose reactions count as "me".
  struct Reader {
    let viewer: UserID
    let db: any SQLConnection
    var users: UserLookup

    init(viewer: UserID, _ db: any SQLConnection) {
      self.viewer = viewer
      self.db = db
      users = UserLookup(db)
    }
  }

  /// A message from a row of `columns`, with its author, quoted author, thread state, reactions and attachments.
  /// - Throws: `SQLError`.
  static func message(_ row: borrowing SQLRow, _ reader: inout Reader) throws -> Message {
    let id = row.text(0)
    let isRoot = row.isNull(6)
    let reactionCount = row.int(24)
    var quote: Quote?
    if let quotedID = row.optionalText(18) {
      let authorID = row.text(20)
      quote = Quote(
        messageID: quotedID, bodySnapshot: row.text(19), authorID: authorID, author: try reader.users.user(authorID))
    }
    guard let author = try reader.users.user(row.text(5)) else {
      throw SQLError(kind: .other, message: "message \(id) has no author")
    }
    return Message(
      id: id, routeID: row.optionalText(1), workspaceID: row.text(2), channelID: row.optionalText(3),
      directConversationID: row.optionalText(4), author: author, parentMessageID: row.optionalText(6),
      threadRootID: row.text(7), topicID: row.optionalText(8), channelSeq: row.optionalInt(9),
      threadSeq: row.optionalInt(10), body: row.text(11), createdAt: row.text(12), editedAt: row.optionalText(13),
      deletedAt: row.optionalText(14), kind: MessageKind(rawValue: row.text(15)) ?? .message,
      turnID: row.optionalText(16), nonce: row.optionalText(17), quote: quote,
      threadState: isRoot
        ? ThreadState(
          rootMessageID: id, replyCount: row.int(21), lastReplyAt: row.optionalText(22),
          lastReplyAuthorIDs: row.text(23).split(separator: " ").map(String.init)) : nil,
      reactions: reactionCount > 0 ? try Reactions.summaries(of: id, viewer: reader.viewer, reader.db) : [],
      attachments: row.int(25) > 0 ? try Attachments.list(of: id, reader.db) : [])
  }

  /// Writes the contract's Message object from a row of `columns` without making a value first: pages are the hottest
  /// read, and most of what a value would cost is the strings that it holds.
  /// - Throws: `SQLError`.
  static func write(
    _ row: borrowing SQLRow, withThreadState: Bool, _ reader: inout Reader, to json: inout JSONWriter
  ) throws {
    json.startObject()
    json.field("id", plain: row, 0)
    json.field("route_id", plain: row, 1)
    json.field("workspace_id", plain: row, 2)
    json.field("channel_id", plain: row, 3)
    json.field("direct_conversation_id", plain: row, 4)
    json.field("author_id", plain: row, 5)
    json.field("parent_message_id", plain: row, 6)
    json.field("thread_root_id", plain: row, 7)
    json.field("topic_id", plain: row, 8)
    json.field("channel_seq", intIfPresent: row, 9)
    json.field("thread_seq", intIfPresent: row, 10)
    json.field("body", row, 11)
    json.field("body_format", "markdown")
    json.field("created_at", plain: row, 12)
    json.field("edited_at", plain: row, 13)
    json.field("deleted_at", plain: row, 14)
    json.field("kind", plain: row, 15)
    json.field("turn_id", ifPresent: row, 16)
    try reader.users.write("author", row, 5, to: &json)
    if !row.isNull(18) {
      json.field("quoted_message_id", plain: row, 18)
      json.field("quoted_body_snapshot", row, 19)
      json.field("quoted_author_id", plain: row, 20)
      try reader.users.write("quoted_author", row, 20, to: &json)
    }
    if withThreadState, row.isNull(6) {
      json.key("thread_state")
      json.startObject()
      json.field("root_message_id", plain: row, 0)
      let replyCount = row.int(21)
      json.field("reply_count", replyCount)
      json.field("last_reply_at", plain: row, 22)
      json.key("last_reply_author_ids")
      json.array(replyCount == 0 ? [] : row.text(23).split(separator: " ").map(String.init))
      json.endObject()
    }
    json.field("nonce", ifPresent: row, 17)
    if row.int(24) > 0 {
      json.field("reactions", try Reactions.summaries(of: row.text(0), viewer: reader.viewer, reader.db))
    }
    if row.int(25) > 0 { json.field("attachments", try Attachments.list(of: row.text(0), reader.db)) }
    json.endObject()
  }
}
