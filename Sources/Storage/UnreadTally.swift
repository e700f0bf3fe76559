/// Running totals that make unread counts a matter of a few index lookups, however much is unread.
///
/// Every root message carries how many messages there are up to and including itself, in its channel or direct
/// conversation (`posts`) and there by its author (`author_posts`). Bots' activity adds nothing to either; deleted
/// messages keep what they had. What others wrote after a position is then a difference of totals, and nothing has to
/// be counted: neither the unread messages, nor one's own, nor the activity between them.
struct UnreadTally {
  /// Where positions are given out: the column of `messages` that names it.
  enum Place: String {
    case channel = "channel_id"
    case direct = "direct_conversation_id"
  }

  /// Messages up to the new one.
  let posts: Int64
  /// Those of them by its author.
  let authorPosts: Int64

  /// The totals of a reply, which nobody's unread count includes.
  static let none = UnreadTally(posts: 0, authorPosts: 0)

  private init(posts: Int64, authorPosts: Int64) {
    self.posts = posts
    self.authorPosts = authorPosts
  }

  /// The totals that the root message at the next position carries.
  /// - Parameter isPost: False for activity.
  /// - Throws: `SQLError`.
  init(of author: UserID, in place: Place, _ id: String, seq: Int64, isPost: Bool, _ db: any SQLConnection) throws {
    let statement = place == .channel ? Self.beforeInChannel : Self.beforeInDirect
    let before = try db.first(statement, [.text(id), .text(author), .integer(seq - 1)]) { row in
      (all: row.int(0), own: row.int(1))
    }
    posts = (before?.all ?? 0) + (isPost ? 1 : 0)
    authorPosts = (before?.own ?? 0) + (isPost ? 1 : 0)
  }

  // Made once: every message asks.
  private static let beforeInChannel = before(in: .channel)
  private static let beforeInDirect = before(in: .direct)

  private static func before(in place: Place) -> String {
    "SELECT \(posts(in: place, "?1", upTo: "?3")), \(posts(in: place, "?1", by: "?2", upTo: "?3"))"
  }

  /// SQL for the number of messages that others wrote after a position. Each argument is an SQL expression.
  static func unread(in place: Place, _ id: String, reader: String, after pointer: String, last: String) -> String {
    // Most of what people belong to they have read to the end, so nothing has to be looked up there.
    """
    (CASE WHEN \(pointer) >= \(last) THEN 0 ELSE
      \(posts(in: place, id, upTo: last)) - \(posts(in: place, id, upTo: pointer))
      - \(posts(in: place, id, by: reader, upTo: last)) + \(posts(in: place, id, by: reader, upTo: pointer)) END)
    """
  }

  // Positions have no gaps, so the message at one is found directly.
  private static func posts(in place: Place, _ id: String, upTo seq: String) -> String {
    "coalesce((SELECT t.posts FROM messages t WHERE t.\(place.rawValue) = \(id) AND t.channel_seq = \(seq)), 0)"
  }

  private static func posts(in place: Place, _ id: String, by author: String, upTo seq: String) -> String {
    """
    coalesce((SELECT t.author_posts FROM messages t
    WHERE t.\(place.rawValue) = \(id) AND t.author_id = \(author) AND t.channel_seq <= \(seq)
    ORDER BY t.channel_seq DESC LIMIT 1), 0)
    """
  }
}
