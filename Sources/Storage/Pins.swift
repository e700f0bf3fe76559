/// Messages that the members of a channel pinned for everybody in it.
public enum Pins {
  /// Pins of one channel at most, and on a page unless the client asks for fewer.
  public static let perChannelMax: Int64 = 100
  /// Bytes of the messages of one list at most: older pins are left out of it beyond that.
  static let listBytesMax: Int64 = 4 << 20

  /// A pin.
  public struct Pin: Sendable, JSONWritable {
    /// `pin_` and a ULID.
    public let id: String
    /// Where.
    public let workspaceID: WorkspaceID
    /// In which channel.
    public let channelID: ChannelID
    /// What.
    public let messageID: MessageID
    /// By whom.
    public let pinnedBy: UserID
    /// When.
    public let createdAt: String

    /// Writes the contract's PinnedMessage object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", id)
        json.field("workspace_id", workspaceID)
        json.field("channel_id", channelID)
        json.field("message_id", messageID)
        json.field("pinned_by", pinnedBy)
        json.field("created_at", createdAt)
      }
    }
  }

  /// The pinned messages of a channel, latest pin first.
  /// - Throws: `StoreError`, `SQLError`.
  public static func list(
    _ caller: Caller, in channelID: ChannelID, limit: Int, _ db: any SQLConnection
  ) throws -> [Message] {
    _ = try Access.channel(caller, channelID, db)
    var ids: [MessageID] = []
    var bytes: Int64 = 0
    try db.query(
      """
      SELECT p.message_id, length(CAST(m.body AS BLOB)) FROM pins p JOIN messages m ON m.id = p.message_id
      WHERE p.channel_id = ?1 ORDER BY p.id DESC LIMIT ?2
      """, [.text(channelID), .integer(min(Int64(limit), perChannelMax))]
    ) { row in
      bytes += row.int(1)
      if ids.isEmpty || bytes <= listBytesMax { ids.append(row.text(0)) }
    }
    return try Messages.load(ids: ids, viewer: caller.userID, db)
  }

  /// Pins a message that is in the channel and not deleted, for anybody who may write there.
  /// - Throws: `StoreError`: 409 when it is pinned already or the channel is full; `SQLError`.
  public static func add(
    _ caller: Caller, _ messageID: MessageID, in channelID: ChannelID, _ tx: Transaction
  ) throws -> (Pin, Event) {
    let target = try message(caller, messageID, in: channelID, tx)
    guard !target.isDeleted else { throw StoreError.invalid("a deleted message can't be pinned") }
    let pins = try tx.db.first(
      "SELECT count(*), sum(CASE WHEN message_id = ?2 THEN 1 ELSE 0 END) FROM pins WHERE channel_id = ?1",
      [.text(channelID), .text(messageID)]
    ) { (count: $0.int(0), hasMessage: $0.bool(1)) }
    if let pins, pins.hasMessage { throw StoreError.conflict("the message is pinned already") }
    if let pins, pins.count >= perChannelMax {
      throw StoreError.conflict("the channel has \(perChannelMax) pins already")
    }
    let pin = Pin(
      id: tx.ids.make(.pin), workspaceID: target.workspaceID, channelID: channelID, messageID: messageID,
      pinnedBy: caller.userID, createdAt: tx.now.text)
    try tx.db.execute(
      """
      INSERT INTO pins (id, workspace_id, channel_id, message_id, pinned_by, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """,
      [
        .text(pin.id), .text(pin.workspaceID), .text(channelID), .text(messageID), .text(caller.userID),
        .text(pin.createdAt),
      ])
    return (pin, try append(.pinAdded, target, messageID, channelID, by: caller.userID, tx))
  }

  /// Takes a pin away, for anybody who may write in the channel.
  /// - Throws: `StoreError`: 404 when the message is not pinned there; `SQLError`.
  public static func remove(
    _ caller: Caller, _ messageID: MessageID, in channelID: ChannelID, _ tx: Transaction
  ) throws -> Event {
    let target = try message(caller, messageID, in: channelID, tx)
    let removed = try tx.db.execute(
      "DELETE FROM pins WHERE channel_id = ?1 AND message_id = ?2", [.text(channelID), .text(messageID)])
    guard removed > 0 else { throw StoreError.notFound("pin") }
    return try append(.pinRemoved, target, messageID, channelID, by: caller.userID, tx)
  }

  private struct Target {
    let workspaceID: WorkspaceID
    let audience: Audience
    let seq: Int64?
    let isDeleted: Bool
  }

  private static func message(
    _ caller: Caller, _ messageID: MessageID, in channelID: ChannelID, _ tx: Transaction
  ) throws -> Target {
    let channel = try Access.channel(caller, channelID, tx.db)
    try channel.membership.requireWriting(at: tx.now)
    guard !messageID.isEmpty else { throw StoreError.invalid("message_id is missing") }
    let target = try tx.db.first(
      "SELECT channel_seq, deleted_at FROM messages WHERE id = ?1 AND channel_id = ?2",
      [.text(messageID), .text(channelID)]
    ) { row in
      Target(
        workspaceID: channel.membership.workspaceID, audience: channel.audience, seq: row.optionalInt(0),
        isDeleted: !row.isNull(1))
    }
    guard let target else { throw StoreError.notFound("message") }
    return target
  }

  private static func append(
    _ type: EventType, _ target: Target, _ messageID: MessageID, _ channelID: ChannelID, by userID: UserID,
    _ tx: Transaction
  ) throws -> Event {
    try tx.append(
      EventDraft(
        type, workspaceID: target.workspaceID, channelID: channelID, seq: target.seq,
        audience: target.audience
      ) { json in
        json.field("channel_id", channelID)
        json.field("message_id", messageID)
        json.field("pinned_by", userID)
      })
  }
}
