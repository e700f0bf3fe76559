/// Quotes: a message may carry the words of another one of the same conversation or thread.
enum Quotes {
  /// The longest snapshot, in code points.
  static let snapshotScalarsMax = 280

  /// Takes the snapshot of what a new message quotes; nil when it quotes nothing.
  /// - Throws: `StoreError.invalid` for a message that is deleted, unknown or elsewhere: root messages quote root
  ///   messages of their channel or conversation, replies quote messages of their thread.
  static func resolve(_ id: MessageID?, in place: Messages.Place, _ db: any SQLConnection) throws -> Quote? {
    guard let id else { return nil }
    let quoted = try db.first(
      """
      SELECT m.body, m.author_id, m.channel_id, m.direct_conversation_id, m.parent_message_id, m.thread_root_id
      FROM messages m WHERE m.id = ?1 AND m.deleted_at IS NULL
      """, [.text(id)]
    ) { row in
      let fits =
        if let root = place.root {
          row.text(5) == root
        } else {
          row.isNull(4) && row.optionalText(2) == place.channelID
            && row.optionalText(3) == place.directConversationID
        }
      return fits ? (body: row.text(0), author: row.text(1)) : nil
    }
    guard let found = quoted, let (body, author) = found else {
      throw StoreError.invalid("the quoted message is not in this conversation")
    }
    return Quote(
      messageID: id, bodySnapshot: snapshot(of: body), authorID: author, author: try UserLookup.find(author, db))
  }

  /// The beginning of a body, cut between code points.
  static func snapshot(of body: String) -> String {
    guard body.utf8.count > snapshotScalarsMax else { return body }
    return String(body.unicodeScalars.prefix(snapshotScalarsMax))
  }
}
