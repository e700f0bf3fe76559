/// Reactions to messages.
public enum Reactions {
  /// The longest emoji, in bytes: room for any sequence of code points and for names between colons.
  public static let emojiBytesMax = 256

  /// The most different emoji on one message, since every answer with the message lists them all.
  public static let emojiPerMessageMax = 100

  /// What a change of reactions led to.
  public struct Change: Sendable {
    /// The message's reactions, as the caller sees them.
    public let reactions: [ReactionSummary]
    /// What was published; nil when nothing changed.
    public let event: Event?
  }

  /// Adds the caller's reaction; a second time changes nothing.
  /// - Throws: `StoreError`, `SQLError`.
  public static func add(_ caller: Caller, _ emoji: String, to id: MessageID, _ tx: Transaction) throws -> Change {
    let emoji = try checked(emoji)
    let target = try writable(caller, id, tx)
    let known = target.message.reactions
    guard known.count < emojiPerMessageMax || known.contains(where: { isSame($0.emoji, emoji) }) else {
      throw StoreError.invalid("a message takes at most \(emojiPerMessageMax) different reactions")
    }
    let added = try tx.db.execute(
      """
      INSERT INTO reactions (message_id, emoji, user_id, created_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (message_id, emoji, user_id) DO NOTHING
      """, [.text(id), .text(emoji), .text(caller.userID), .text(tx.now.text)])
    return try finish(caller, .reactionAdded, emoji, target, difference: Int64(added), tx)
  }

  /// Takes the caller's reaction back; without one, nothing changes.
  /// - Throws: `StoreError`, `SQLError`.
  public static func remove(_ caller: Caller, _ emoji: String, from id: MessageID, _ tx: Transaction) throws -> Change {
    let target = try writable(caller, id, tx)
    let removed = try tx.db.execute(
      "DELETE FROM reactions WHERE message_id = ?1 AND emoji = ?2 AND user_id = ?3",
      [.text(id), .text(emoji), .text(caller.userID)])
    return try finish(caller, .reactionRemoved, emoji, target, difference: -Int64(removed), tx)
  }

  /// A message's reactions: the most frequent first, then by emoji.
  /// - Throws: `SQLError`.
  static func summaries(of id: MessageID, viewer: UserID, _ db: any SQLConnection) throws -> [ReactionSummary] {
    try db.all(
      """
      SELECT r.emoji, count(*), max(CASE WHEN r.user_id = ?2 THEN 1 ELSE 0 END) FROM reactions r
      WHERE r.message_id = ?1 GROUP BY r.emoji ORDER BY count(*) DESC, r.emoji
      """, [.text(id), .text(viewer)]
    ) { ReactionSummary(emoji: $0.text(0), count: $0.int(1), reactedByMe: $0.bool(2)) }
  }

  private static func checked(_ emoji: String) throws(StoreError) -> String {
    guard !emoji.isEmpty else { throw .invalid("the emoji is empty") }
    guard emoji.utf8.count <= emojiBytesMax else { throw .invalid("the emoji is longer than \(emojiBytesMax) bytes") }
    // A path can't name it, so nobody could take it back.
    guard !emoji.utf8.contains(0) else { throw .invalid("the emoji has a NUL") }
    return emoji
  }

  /// As the database compares them, which knows nothing of canonical equivalence.
  private static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

  private static func writable(_ caller: Caller, _ id: MessageID, _ tx: Transaction) throws -> Access.ReadableMessage {
    let target = try Access.message(caller, id, directScope: "dms:write", tx.db)
    try target.membership.requireWriting(at: tx.now)
    return target
  }

  private static func finish(
    _ caller: Caller, _ type: EventType, _ emoji: String, _ target: Access.ReadableMessage, difference: Int64,
    _ tx: Transaction
  ) throws -> Change {
    let message = target.message
    guard difference != 0 else { return Change(reactions: message.reactions, event: nil) }
    try tx.db.execute(
      "UPDATE messages SET reaction_count = reaction_count + ?2 WHERE id = ?1",
      [.text(message.id), .integer(difference)])
    let reactions = try summaries(of: message.id, viewer: caller.userID, tx.db)
    let event = try tx.append(
      EventDraft(
        type, workspaceID: message.workspaceID, channelID: message.channelID,
        directConversationID: message.directConversationID, seq: message.channelSeq,
        audience: try target.audience(tx.db)
      ) { json in
        json.field("count", reactions.first { isSame($0.emoji, emoji) }?.count ?? 0)
        json.field("direct_conversation_id", ifPresent: message.directConversationID)
        json.field("emoji", emoji)
        json.field("message_id", message.id)
        json.field("user_id", caller.userID)
      })
    return Change(reactions: reactions, event: event)
  }
}
