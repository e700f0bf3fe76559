/// A message that was found, with the part of its text around the matches.
public struct SearchResult: Sendable, JSONWritable {
  /// A match inside the snippet, in code points.
  public struct Highlight: Sendable, Equatable, JSONWritable {
    /// Where it begins.
    public let start: Int
    /// Where it ends, exclusively.
    public let end: Int

    /// Writes the contract's SearchHighlight object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("start", Int64(start))
        json.field("end", Int64(end))
      }
    }
  }

  /// The message.
  public let id: MessageID
  let workspaceID: WorkspaceID
  let channelID: ChannelID?
  let channelName: String?
  let directConversationID: DirectConversationID?
  let author: User
  let parentMessageID: MessageID?
  let threadRootID: MessageID
  let channelSeq: Int64?
  let threadSeq: Int64?
  let createdAt: String
  let editedAt: String?
  let replyCount: Int64
  let lastReplyAt: String?
  /// The text around the matches.
  public let snippet: String
  /// The matches in the snippet, in order.
  public let highlights: [Highlight]

  /// Writes the contract's SearchResult object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("channel_id", ifPresent: channelID)
      json.field("channel_name", ifPresent: channelName)
      json.field("direct_conversation_id", ifPresent: directConversationID)
      json.field("author", author)
      json.field("parent_message_id", ifPresent: parentMessageID)
      json.field("thread_root_id", threadRootID)
      json.field("channel_seq", ifPresent: channelSeq)
      json.field("thread_seq", ifPresent: threadSeq)
      json.field("created_at", createdAt)
      json.field("edited_at", ifPresent: editedAt)
      json.field("reply_count", replyCount)
      json.field("last_reply_at", ifPresent: lastReplyAt)
      json.field("snippet", snippet)
      json.field("highlights", highlights)
    }
  }
}

/// Takes the marks out of a text in which the index marked the matches.
struct MarkedText {
  let text: String
  let highlights: [SearchResult.Highlight]

  /// Code points kept of one snippet: a word, and so a snippet, may be as long as a message.
  static let scalarsMax = 2_048

  /// Code points of a window before its first match.
  static let leadScalars = 40
  /// Code points of a window with its marks: more than `windowTextScalarsMax` have, were each second one a match.
  static let windowScalarsMax = 8_192
  /// Code points kept of a window.
  private static let windowTextScalarsMax = 160

  /// Cuts a snippet out of a part of a marked text that begins up to `leadScalars` before the first match.
  /// - Parameter isBeginning: Whether the part begins where the text begins.
  init(window: String, isBeginning: Bool, open: String, close: String) {
    let whole = MarkedText(
      window, open: open, close: close, scalarsMax: Self.windowScalarsMax,
      textScalarsMax: Self.leadScalars + Self.windowTextScalarsMax)
    let scalars = Array(whole.text.unicodeScalars)
    let firstMatch = whole.highlights.first?.start ?? 0
    // Words are not cut, where there is room for whole ones.
    let isSpace = { (index: Int) in scalars[index].properties.isWhitespace }
    let start = isBeginning ? 0 : (0..<min(firstMatch, scalars.count)).first(where: isSpace).map { $0 + 1 } ?? 0
    var end = scalars.count
    if end - start > Self.windowTextScalarsMax {
      let latest = start + Self.windowTextScalarsMax
      end = (firstMatch + 1..<max(firstMatch + 2, latest)).last(where: isSpace) ?? latest
    }
    let lead = isBeginning ? "" : "…"
    let shift = start - lead.unicodeScalars.count
    text = lead + String(String.UnicodeScalarView(scalars[start..<end])) + (end < scalars.count ? "…" : "")
    highlights = whole.highlights.filter { $0.start < end }
      .map { SearchResult.Highlight(start: $0.start - shift, end: min($0.end, end) - shift) }
  }

  /// Reads a text with `open` before and `close` after each match.
  init(_ marked: String, open: String, close: String, scalarsMax: Int = Self.scalarsMax, textScalarsMax: Int = .max) {
    let scalars = Array(marked.unicodeScalars.prefix(scalarsMax))
    let opening = Array(open.unicodeScalars)
    let closing = Array(close.unicodeScalars)
    var plain = String.UnicodeScalarView()
    var highlights: [SearchResult.Highlight] = []
    var count = 0
    var start: Int?
    var index = 0
    while index < scalars.count, count <= textScalarsMax || start != nil {
      if start == nil, scalars[index...].starts(with: opening) {
        start = count
        index += opening.count
      } else if let begun = start, scalars[index...].starts(with: closing) {
        highlights.append(SearchResult.Highlight(start: begun, end: count))
        start = nil
        index += closing.count
      } else {
        plain.append(scalars[index])
        count += 1
        index += 1
      }
    }
    if let begun = start { highlights.append(SearchResult.Highlight(start: begun, end: count)) }
    text = String(plain)
    self.highlights = highlights
  }
}
