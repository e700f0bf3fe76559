/// Finds messages by their words: in the channels of a workspace, in one channel, or in one direct conversation.
public enum Search {
  /// Matches that are ranked by relevance at most, the newest ones: bounds the work for very common words.
  public static let candidatesMax = SearchCursor.givenMax
  /// Results on one page at most.
  public static let pageMax = 100
  /// Words in a snippet at most.
  static let snippetTokens = 32

  /// Matches in a message, times the words of the query, up to which the index chooses the snippet: its work grows with
  /// their square.
  static let rankedMatchesMax = 256
  /// Code points of a message up to which matches are marked at all.
  static let highlightedMax = 64 << 10

  /// In which order results come.
  public enum Order: String, Sendable {
    /// The best match first.
    case relevance
    /// The newest message first.
    case newest
  }

  /// Where to look.
  public enum Scope: Sendable, Equatable {
    /// Every channel of the workspace that the caller may read. Direct conversations are searched one at a time.
    case workspace
    /// One channel.
    case channel(ChannelID)
    /// One direct conversation of the caller.
    case direct(DirectConversationID)
  }

  /// One page of results.
  public struct Page: Sendable {
    /// The messages found, in order.
    public let results: [SearchResult]
    /// Asks for the next page; nil on the last one.
    public let nextCursor: String?
  }

  /// Searches for a caller.
  ///
  /// Pages that follow a cursor are not moved by messages that were written meanwhile. Runs on a connection's thread.
  /// - Parameters:
  ///   - cursor: `nextCursor` of the page before, or nil for the first page.
  ///   - limit: Results on the page, at most `pageMax`.
  /// - Throws: `StoreError` for places that the caller may not read and for a cursor of another server; `SQLError`.
  public static func find(
    _ query: SearchQuery, in workspaceID: WorkspaceID, scope: Scope, order: Order, cursor: String?, limit: Int,
    for caller: Caller, _ db: any SQLConnection
  ) throws -> Page {
    let place = try condition(scope, workspaceID, caller, db)
    let position = try cursor.map(SearchCursor.init)
    guard !query.isEmpty else { return Page(results: [], nextCursor: nil) }

    let newest =
      try position?.newest ?? db.first("SELECT pk FROM messages ORDER BY pk DESC LIMIT 1") { $0.int(0) } ?? 0
    let ranked: [Int64]
    var start = 0
    switch order {
    case .newest:
      // The key is the order, so a page begins where the one before ended.
      let upTo = position.map { $0.last - 1 } ?? newest
      ranked = try rank(query, workspaceID, place, order, upTo: upTo, limit: limit + 1, for: caller, db)
    case .relevance:
      ranked = try rank(query, workspaceID, place, order, upTo: newest, limit: candidatesMax, for: caller, db)
      if let position {
        start = ranked.firstIndex(of: position.last).map { $0 + 1 } ?? min(position.given, ranked.count)
      }
    }
    let page = ranked[start...].prefix(limit)
    let results = try load(Array(page), query, db)
    var next: String?
    if let last = page.last, page.endIndex < ranked.endIndex {
      next = SearchCursor(newest: newest, last: last, given: page.endIndex).text
    }
    return Page(results: results, nextCursor: next)
  }

  private struct Place {
    let sql: String
    let value: SQLValue
  }

  // The condition on `m` and `c` that keeps what the caller may read; ?4 is its value.
  private static func condition(
    _ scope: Scope, _ workspaceID: WorkspaceID, _ caller: Caller, _ db: any SQLConnection
  ) throws -> Place {
    switch scope {
    case .workspace:
      let membership = try Access.member(caller, of: workspaceID, db)
      return Place(
        sql: "m.channel_id IS NOT NULL AND (?4 = 0 OR c.name = 'guest')", value: .bool(membership.role == .guest))
    case .channel(let id):
      let channel = try Access.channel(caller, id, db)
      guard channel.membership.workspaceID == workspaceID else { throw StoreError.notFound("channel") }
      return Place(sql: "m.channel_id = ?4", value: .text(id))
    case .direct(let id):
      let membership = try Access.directConversation(caller, id, db)
      guard membership.workspaceID == workspaceID else { throw StoreError.notFound("conversation") }
      return Place(sql: "m.direct_conversation_id = ?4", value: .text(id))
    }
  }

  // The keys of the newest `limit` matching messages up to a key, in order.
  private static func rank(
    _ query: SearchQuery, _ workspaceID: WorkspaceID, _ place: Place, _ order: Order, upTo: Int64, limit: Int,
    for caller: Caller, _ db: any SQLConnection
  ) throws -> [Int64] {
    let score = order == .relevance ? "bm25(messages_fts)" : "0.0"
    return try db.all(
      """
      SELECT pk FROM (
        SELECT f.rowid AS pk, \(score) AS score FROM messages_fts f
        JOIN messages m ON m.pk = f.rowid
        LEFT JOIN channels c ON c.id = m.channel_id
        WHERE messages_fts MATCH ?1 AND f.rowid <= ?2 AND m.workspace_id = ?3 AND m.deleted_at IS NULL AND \(place.sql)
          AND \(ChannelMembers.admits("?6", to: "c"))
        ORDER BY f.rowid DESC LIMIT ?5)
      ORDER BY score, pk DESC
      """,
      [
        .text(query.fts5), .integer(upTo), .text(workspaceID), place.value, .integer(Int64(limit)),
        .text(caller.userID),
      ]
    ) { $0.int(0) }
  }

  private static func load(_ keys: [Int64], _ query: SearchQuery, _ db: any SQLConnection) throws -> [SearchResult] {
    guard let first = keys.min(), let last = keys.max() else { return [] }
    // The marks can't occur in a message: nobody can guess them.
    let nonce = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    let open = "\u{2}\(nonce)<"
    let close = ">\(nonce)\u{3}"
    let crowded = try crowded(keys, query, open, close, db)
    var found: [Int64: SearchResult] = [:]
    // The plus sign keeps the index from being asked anew for every key, which costs a hundred times more.
    try db.query(
      """
      SELECT f.rowid,
        CASE WHEN f.rowid IN (SELECT value FROM json_each(?8)) THEN '' ELSE snippet(messages_fts, 0, ?3, ?4, '…', ?5) END,
        m.id, m.workspace_id, m.channel_id,
        coalesce(c.private_name, c.name), m.direct_conversation_id, m.parent_message_id, m.thread_root_id, m.channel_seq, m.thread_seq, m.created_at,
        m.edited_at, m.reply_count, m.last_reply_at, \(User.columns("u"))
      FROM messages_fts f
      JOIN messages m ON m.pk = f.rowid
      JOIN users u ON u.id = m.author_id
      LEFT JOIN channels c ON c.id = m.channel_id
      WHERE messages_fts MATCH ?1 AND f.rowid BETWEEN ?6 AND ?7 AND +f.rowid IN (SELECT value FROM json_each(?2))
      """,
      [
        .text(query.fts5), jsonArray(keys), .text(open), .text(close),
        .integer(Int64(snippetTokens)), .integer(first), .integer(last), jsonArray(Array(crowded.keys)),
      ]
    ) { row in
      let marked = crowded[row.int(0)] ?? MarkedText(row.text(1), open: open, close: close)
      found[row.int(0)] = SearchResult(
        id: row.text(2), workspaceID: row.text(3), channelID: row.optionalText(4), channelName: row.optionalText(5),
        directConversationID: row.optionalText(6), author: User(row: row, from: 15),
        parentMessageID: row.optionalText(7), threadRootID: row.text(8), channelSeq: row.optionalInt(9),
        threadSeq: row.optionalInt(10), createdAt: row.text(11), editedAt: row.optionalText(12),
        replyCount: row.int(13), lastReplyAt: row.optionalText(14), snippet: marked.text,
        highlights: marked.highlights)
    }
    return keys.compactMap { found[$0] }
  }

  // Short texts for those messages of which the index would take seconds, or more, to choose a snippet: around the first
  // match where there are many, from the beginning where the message is huge.
  private static func crowded(
    _ keys: [Int64], _ query: SearchQuery, _ open: String, _ close: String, _ db: any SQLConnection
  ) throws -> [Int64: MarkedText] {
    guard let first = keys.min(), let last = keys.max() else { return [:] }
    var found: [Int64: MarkedText] = [:]
    try db.query(
      """
      SELECT pk, substr(body, 1, ?2) FROM messages
      WHERE pk IN (SELECT value FROM json_each(?1)) AND length(body) > ?3
      """,
      [jsonArray(keys), .integer(Int64(MarkedText.windowScalarsMax)), .integer(Int64(highlightedMax))]
    ) { row in
      found[row.int(0)] = MarkedText(window: row.text(1), isBeginning: true, open: open, close: close)
    }
    // The limit, which is none, keeps the inner query from being merged into the outer one, where it would be asked for
    // each use of the text.
    try db.query(
      """
      SELECT pk, max(1, instr(text, ?3) - ?7), substr(text, max(1, instr(text, ?3) - ?7), ?8) FROM (
        SELECT f.rowid AS pk, highlight(messages_fts, 0, ?3, ?4) AS text FROM messages_fts f
        WHERE messages_fts MATCH ?1 AND f.rowid BETWEEN ?5 AND ?6 AND +f.rowid IN (SELECT value FROM json_each(?2))
        LIMIT -1)
      WHERE (length(text) - length(replace(text, ?3, ''))) / length(?3) * ?9 > ?10
      """,
      [
        .text(query.fts5), jsonArray(keys.filter { found[$0] == nil }), .text(open), .text(close), .integer(first),
        .integer(last), .integer(Int64(MarkedText.leadScalars)), .integer(Int64(MarkedText.windowScalarsMax)),
        .integer(Int64(query.words.count)), .integer(Int64(rankedMatchesMax)),
      ]
    ) { row in
      found[row.int(0)] = MarkedText(window: row.text(2), isBeginning: row.int(1) == 1, open: open, close: close)
    }
    return found
  }

  private static func jsonArray(_ keys: [Int64]) -> SQLValue {
    .text("[\(keys.map(String.init).joined(separator: ","))]")
  }
}
