/// Pages of a channel's or a direct conversation's root messages, as finished JSON.
public enum MessagePages {
  /// Whose messages.
  public enum Scope: Sendable {
    /// A channel's, all or those of one topic.
    case channel(ChannelID, topicID: String?)
    /// A direct conversation's.
    case direct(DirectConversationID)
  }

  /// Which of them.
  public enum Window: Sendable, Equatable {
    /// The newest.
    case latest
    /// The oldest after a position.
    case after(Int64)
    /// The newest before a position.
    case before(Int64)
    /// Those around a position, which belongs to the older half.
    case around(Int64)
  }

  /// One page: messages in order with their thread states, its first and last position (0 when it is empty), and
  /// whether there is more on either side.
  /// - Returns: The contract's MessagePage object.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  public static func write(
    _ caller: Caller, _ scope: Scope, _ window: Window, limit: Int, _ db: any SQLConnection
  ) throws -> [UInt8] {
    let place = try authorize(caller, scope, db)
    let bounds = try bounds(of: window, limit: Int64(limit), place, db)
    var json = JSONWriter(capacity: 1_024 + limit * 700)
    json.startObject()
    json.key("messages")
    json.startArray()
    if let bounds {
      var reader = MessageRow.Reader(viewer: caller.userID, db)
      try db.query(
        """
        SELECT \(MessageRow.columns) FROM messages m
        WHERE \(place.condition) AND m.channel_seq >= ?3 AND m.channel_seq <= ?4 ORDER BY m.channel_seq
        """, place.values + [.integer(bounds.lowerBound), .integer(bounds.upperBound)]
      ) { try MessageRow.write($0, withThreadState: true, &reader, to: &json) }
    }
    json.endArray()
    json.field("oldest_seq", bounds?.lowerBound ?? 0)
    json.field("newest_seq", bounds?.upperBound ?? 0)
    json.field("has_older", try exists("<", bounds?.lowerBound, place, db))
    json.field("has_newer", try exists(">", bounds?.upperBound, place, db))
    json.endObject()
    return json.bytes
  }

  /// The part of a statement that selects a scope's root messages by `?1` and `?2`. Conditions are spelled as the
  /// partial indexes of `messages` need them (sqlite.org/partialindex.html, 3).
  private struct Place {
    let condition: String
    let values: [SQLValue]
  }

  private static func authorize(_ caller: Caller, _ scope: Scope, _ db: any SQLConnection) throws -> Place {
    switch scope {
    case .channel(let id, let topicID):
      let channel = try Access.channel(caller, id, db)
      guard let topicID else {
        return Place(condition: "m.channel_id = ?1 AND ?2 IS NULL", values: [.text(id), .null])
      }
      try Messages.requireTopic(topicID, in: id, of: channel.membership.workspaceID, db)
      return Place(condition: "m.channel_id = ?1 AND m.topic_id = ?2", values: [.text(id), .text(topicID)])
    case .direct(let id):
      _ = try Access.direct(caller, id, db)
      return Place(condition: "m.direct_conversation_id = ?1 AND ?2 IS NULL", values: [.text(id), .null])
    }
  }

  /// The first and last position of a window; nil when it is empty.
  private static func bounds(
    of window: Window, limit: Int64, _ place: Place, _ db: any SQLConnection
  ) throws -> ClosedRange<Int64>? {
    switch window {
    case .latest: return try run("<=", Int64.max, limit, place, db)
    case .before(let seq): return try run("<", seq, limit, place, db)
    case .after(let seq): return try run(">", seq, limit, place, db)
    case .around(let seq):
      let olderShare = limit - limit / 2
      let newerShare = limit - olderShare
      let older = try count("<=", seq, limit, place, db)
      let newer = try count(">", seq, limit, place, db)
      // Room that one side leaves unused goes to the other.
      let takeOlder = min(older, max(olderShare, limit - newer))
      let takeNewer = min(newer, max(newerShare, limit - takeOlder))
      let left = takeOlder > 0 ? try run("<=", seq, takeOlder, place, db) : nil
      let right = takeNewer > 0 ? try run(">", seq, takeNewer, place, db) : nil
      guard let first = left ?? right, let last = right ?? left else { return nil }
      return first.lowerBound...last.upperBound
    }
  }

  /// The nearest positions on one side of a position, from an index alone.
  private static func nearest(_ comparison: String, _ place: Place) -> String {
    """
    (SELECT m.channel_seq AS seq FROM messages m WHERE \(place.condition) AND m.channel_seq \(comparison) ?3
      ORDER BY m.channel_seq \(comparison == ">" ? "ASC" : "DESC") LIMIT ?4)
    """
  }

  private static func run(
    _ comparison: String, _ seq: Int64, _ limit: Int64, _ place: Place, _ db: any SQLConnection
  ) throws -> ClosedRange<Int64>? {
    try db.first(
      "SELECT min(seq), max(seq) FROM \(nearest(comparison, place)) AS nearest",
      place.values + [.integer(seq), .integer(limit)]
    ) { row in row.isNull(0) ? nil : row.int(0)...row.int(1) } ?? nil
  }

  private static func count(
    _ comparison: String, _ seq: Int64, _ limit: Int64, _ place: Place, _ db: any SQLConnection
  ) throws -> Int64 {
    try db.first(
      "SELECT count(*) FROM \(nearest(comparison, place)) AS nearest",
      place.values + [.integer(seq), .integer(limit)]
    ) { $0.int(0) } ?? 0
  }

  private static func exists(
    _ comparison: String, _ seq: Int64?, _ place: Place, _ db: any SQLConnection
  ) throws -> Bool {
    guard let seq else { return false }
    return try db.exists(
      "SELECT 1 FROM messages m WHERE \(place.condition) AND m.channel_seq \(comparison) ?3 LIMIT 1",
      place.values + [.integer(seq)])
  }
}
