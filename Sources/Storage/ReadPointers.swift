/// How far someone has read a channel or a direct conversation. Pointers only move forward.
public enum ReadPointers {
  /// Where a pointer stands.
  public struct Receipt: Sendable, Equatable, JSONWritable {
    /// The channel or the direct conversation.
    public let scopeID: String
    /// Whose pointer.
    public let userID: UserID
    /// The last position read; 0 when nothing was.
    public let lastReadSeq: Int64
    /// When it was moved last; empty when nothing was read.
    public let lastReadAt: String

    /// Writes the contract's ReadReceipt object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("scope_id", scopeID)
        json.field("user_id", userID)
        json.field("last_read_seq", lastReadSeq)
        json.field("last_read_at", lastReadAt)
      }
    }
  }

  /// Moves the caller's pointer in a channel forward to a position, at most to the channel's last one.
  /// - Throws: `StoreError`, `SQLError`.
  public static func mark(_ caller: Caller, channel id: ChannelID, seq: Int64, _ tx: Transaction) throws -> Receipt {
    try requirePosition(seq)
    let channel = try Access.channel(caller, id, tx.db)
    let current = try tx.db.first(
      "SELECT last_read_seq, last_read_at FROM channel_reads WHERE user_id = ?1 AND channel_id = ?2",
      [.text(caller.userID), .text(id)]
    ) { ($0.int(0), $0.text(1)) }
    let target = min(seq, channel.lastSeq)
    guard target > current?.0 ?? 0 else {
      return Receipt(
        scopeID: id, userID: caller.userID, lastReadSeq: current?.0 ?? 0, lastReadAt: current?.1 ?? "")
    }
    try tx.db.execute(
      """
      INSERT INTO channel_reads (user_id, channel_id, last_read_seq, last_read_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (user_id, channel_id)
      DO UPDATE SET last_read_seq = excluded.last_read_seq, last_read_at = excluded.last_read_at
      """, [.text(caller.userID), .text(id), .integer(target), .text(tx.now.text)])
    try tx.append(
      EventDraft(
        .channelRead, workspaceID: channel.membership.workspaceID, channelID: id, seq: target,
        audience: .user(caller.userID)
      ) { json in
        json.field("channel_id", id)
        json.field("user_id", caller.userID)
      })
    return Receipt(scopeID: id, userID: caller.userID, lastReadSeq: target, lastReadAt: tx.now.text)
  }

  /// Moves the caller's pointer in a direct conversation forward to a position, at most to its last one.
  /// - Throws: `StoreError`, `SQLError`.
  public static func mark(
    _ caller: Caller, direct id: DirectConversationID, seq: Int64, _ tx: Transaction
  ) throws -> Receipt {
    try requirePosition(seq)
    let membership = try Access.direct(caller, id, tx.db)
    let current = try tx.db.first(
      """
      SELECT d.last_read_seq, d.last_read_at, c.last_seq FROM direct_conversation_members d
      JOIN direct_conversations c ON c.id = d.conversation_id
      WHERE d.conversation_id = ?1 AND d.user_id = ?2
      """, [.text(id), .text(caller.userID)]
    ) { (read: $0.int(0), at: $0.text(1), last: $0.int(2)) }
    guard let current else { throw StoreError.notFound("conversation") }
    let target = min(seq, current.last)
    guard target > current.read else {
      return Receipt(scopeID: id, userID: caller.userID, lastReadSeq: current.read, lastReadAt: current.at)
    }
    try tx.db.execute(
      """
      UPDATE direct_conversation_members SET last_read_seq = ?3, last_read_at = ?4
      WHERE conversation_id = ?1 AND user_id = ?2
      """, [.text(id), .text(caller.userID), .integer(target), .text(tx.now.text)])
    try tx.append(
      EventDraft(
        .directRead, workspaceID: membership.workspaceID, directConversationID: id, seq: target,
        audience: .user(caller.userID)
      ) { json in
        json.field("direct_conversation_id", id)
        json.field("user_id", caller.userID)
      })
    return Receipt(scopeID: id, userID: caller.userID, lastReadSeq: target, lastReadAt: tx.now.text)
  }

  private static func requirePosition(_ seq: Int64) throws(StoreError) {
    guard seq >= 0 else { throw .invalid("seq is negative") }
  }
}
