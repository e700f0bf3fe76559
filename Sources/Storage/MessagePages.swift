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

  /// Bytes of messages in one page, about: a page of huge messages ends early, and says that there is more.
  public static let bytesMax = 4 << 20

  /// One page: messages in order with their thread states, its first and last position (0 when it is empty), and
  /// whether there is more on either side.
  /// - Parameters:
  ///   - limit: Messages at most.
  ///   - bytesMax: Bytes at most, exceeded by no more than one message on each side.
  /// - Returns: The contract's MessagePage object.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  public static func write(
    _ caller: Caller, _ scope: Scope, _ window: Window, limit: Int, bytesMax: Int = bytesMax, _ db: any SQLConnection
  ) throws -> [UInt8] {
    let place = try authorize(caller, scope, db)
    var bounds = try bounds(of: window, limit: Int64(limit), place, db)
    var json = JSONWriter(capacity: 1_024 + limit * 1_024)
    json.startObject()
    json.key("messages")
    json.startArray()
    if let wanted = bounds {
      var reader = MessageRow.Reader(viewer: caller.userID, db)
      var budget = PageBudget(window, bytesMax: bytesMax, start: json.bytes.count)
      try db.query(place.statements.page, place.values(wanted.lowerBound, wanted.upperBound)) { row in
        let seq = row.int(MessageRow.channelSeqColumn)
        guard budget.takes(seq) else { return }
        budget.begin(seq, at: json.bytes.count)
        try MessageRow.write(row, withThreadState: true, &reader, to: &json)
        budget.end(&json)
      }
      bounds = budget.finish(&json) ?? wanted
    }
    json.endArray()
    let beyond = try bounds.flatMap { bounds in
      try db.first(place.statements.beyond, place.values(bounds.lowerBound, bounds.upperBound)) { row in
        (older: row.bool(0), newer: row.bool(1))
      }
    }
    json.field("oldest_seq", bounds?.lowerBound ?? 0)
    json.field("newest_seq", bounds?.upperBound ?? 0)
    json.field("has_older", beyond?.older ?? false)
    json.field("has_newer", beyond?.newer ?? false)
    json.endObject()
    return json.bytes
  }

  /// The statements that read the root messages which `?1` and `?2` select, each made once. Conditions are spelled as
  /// the partial indexes of `messages` need them (sqlite.org/partialindex.html, 3).
  private struct Statements: Sendable {
    /// The messages from `?3` to `?4`.
    let page: String
    /// Whether there are any before `?3` and after `?4`.
    let beyond: String
    /// How many and which positions are the newest `?4` up to `?3`, from an index alone.
    let upTo: String
    /// How many and which positions are the oldest `?4` after `?3`, from an index alone.
    let after: String

    init(_ condition: String) {
      page = """
        SELECT \(MessageRow.columns) FROM messages m
        WHERE \(condition) AND m.channel_seq >= ?3 AND m.channel_seq <= ?4 ORDER BY m.channel_seq
        """
      beyond = """
        SELECT EXISTS (SELECT 1 FROM messages m WHERE \(condition) AND m.channel_seq < ?3),
          EXISTS (SELECT 1 FROM messages m WHERE \(condition) AND m.channel_seq > ?4)
        """
      func nearest(_ comparison: String, _ order: String) -> String {
        """
        SELECT count(*), min(seq), max(seq) FROM (
          SELECT m.channel_seq AS seq FROM messages m WHERE \(condition) AND m.channel_seq \(comparison) ?3
          ORDER BY m.channel_seq \(order) LIMIT ?4) AS nearest
        """
      }
      upTo = nearest("<=", "DESC")
      after = nearest(">", "ASC")
    }

    static let channel = Statements("m.channel_id = ?1 AND ?2 IS NULL")
    static let topic = Statements("m.channel_id = ?1 AND m.topic_id = ?2")
    static let direct = Statements("m.direct_conversation_id = ?1 AND ?2 IS NULL")
  }

  /// A scope that the caller may read.
  private struct Place {
    let statements: Statements
    let id: String
    let topicID: String?

    func values(_ third: Int64, _ fourth: Int64) -> [SQLValue] {
      [.text(id), .optional(topicID), .integer(third), .integer(fourth)]
    }
  }

  private static func authorize(_ caller: Caller, _ scope: Scope, _ db: any SQLConnection) throws -> Place {
    switch scope {
    case .channel(let id, let topicID):
      let channel = try Access.channel(caller, id, db)
      try Messages.requireTopic(topicID, in: id, of: channel.membership.workspaceID, db)
      return Place(statements: topicID == nil ? .channel : .topic, id: id, topicID: topicID)
    case .direct(let id):
      _ = try Access.direct(caller, id, db)
      return Place(statements: .direct, id: id, topicID: nil)
    }
  }

  /// Consecutive positions of a scope.
  private struct Run {
    let count: Int64
    let first: Int64
    let last: Int64
  }

  /// The first and last position of a window; nil when it is empty.
  private static func bounds(
    of window: Window, limit: Int64, _ place: Place, _ db: any SQLConnection
  ) throws -> ClosedRange<Int64>? {
    let run: Run?
    switch window {
    case .latest: run = try nearest(place.statements.upTo, Int64.max, limit, place, db)
    case .before(let seq): run = try nearest(place.statements.upTo, seq - 1, limit, place, db)
    case .after(let seq): run = try nearest(place.statements.after, seq, limit, place, db)
    case .around(let seq): return try around(seq, limit: limit, place, db)
    }
    return run.map { $0.first...$0.last }
  }

  /// The side up to the position gets the larger half, and room that one side leaves unused goes to the other.
  private static func around(
    _ seq: Int64, limit: Int64, _ place: Place, _ db: any SQLConnection
  ) throws -> ClosedRange<Int64>? {
    let older = try nearest(place.statements.upTo, seq, limit, place, db)
    let newer = try nearest(place.statements.after, seq, limit, place, db)
    guard let older, let newer else { return (older ?? newer).map { $0.first...$0.last } }
    let olderShare = limit - limit / 2
    let takeOlder = min(older.count, max(olderShare, limit - newer.count))
    let takeNewer = min(newer.count, limit - takeOlder)
    let left = try nearest(place.statements.upTo, seq, takeOlder, place, db)
    let right = takeNewer > 0 ? try nearest(place.statements.after, seq, takeNewer, place, db) : nil
    guard let left else { return nil }
    return left.first...(right ?? left).last
  }

  private static func nearest(
    _ statement: String, _ seq: Int64, _ count: Int64, _ place: Place, _ db: any SQLConnection
  ) throws -> Run? {
    try db.first(statement, place.values(seq, count)) { row in
      row.isNull(1) ? nil : Run(count: row.int(0), first: row.int(1), last: row.int(2))
    } ?? nil
  }
}
