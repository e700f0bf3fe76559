/// Finds `@handles` in messages and whom they mean.
///
/// The scanner reads a body once from left to right. A handle is a letter or digit followed by 1 to 31 letters, digits,
/// `_` or `-`, in any case. It does not count inside a URL or a www link, in the label or target of `[label](target)`,
/// in an e-mail address, or after `@@`. Code is not special.
public enum Mentions {
  /// Handles looked up one by one; for more of them, all members' handles are read at once.
  static let singleLookupsMax = 32

  /// The handles that a body mentions, in lower case, each once, in order.
  public static func handles(in body: String) -> [String] {
    var copy = body
    return copy.withUTF8 { bytes in
      // Most messages mention nobody.
      guard bytes.contains(UInt8(ascii: "@")) else { return [] }
      var scanner = Scanner(bytes)
      scanner.run()
      return scanner.distinctHandles()
    }
  }

  /// The members who have these handles and may read the channel: guests only where guests are.
  /// - Parameter privateChannelID: The channel when it is private, so that only its members are meant.
  /// - Throws: `SQLError`.
  static func resolve(
    _ handles: [String], in workspaceID: WorkspaceID, channelName: String, privateChannelID: ChannelID?,
    _ db: any SQLConnection
  ) throws -> [UserID] {
    guard !handles.isEmpty else { return [] }
    let guests = SQLValue.bool(channelName == "guest")
    if handles.count <= singleLookupsMax {
      return try handles.compactMap { handle in
        try db.first(
          """
          SELECT u.id FROM users u JOIN workspace_members m ON m.user_id = u.id AND m.workspace_id = ?2
          WHERE u.handle = ?1 AND u.handle <> '' AND u.deleted_at IS NULL AND m.blocked_at IS NULL
            AND (m.role <> 'guest' OR ?3 = 1) AND \(belongs("?4"))
          """, [.text(handle), .text(workspaceID), guests, .optional(privateChannelID)]
        ) { $0.text(0) }
      }
    }
    var members: [String: UserID] = [:]
    try db.query(
      """
      SELECT u.handle, u.id FROM workspace_members m JOIN users u ON u.id = m.user_id
      WHERE m.workspace_id = ?1 AND u.handle <> '' AND u.deleted_at IS NULL AND m.blocked_at IS NULL
        AND (m.role <> 'guest' OR ?2 = 1) AND \(belongs("?3"))
      """, [.text(workspaceID), guests, .optional(privateChannelID)]
    ) { members[$0.text(0)] = $0.text(1) }
    return handles.compactMap { members[$0] }
  }

  private static func belongs(_ privateChannel: String) -> String {
    """
    (\(privateChannel) IS NULL OR EXISTS (
      SELECT 1 FROM channel_members cm WHERE cm.channel_id = \(privateChannel) AND cm.user_id = u.id))
    """
  }

  /// The state of one pass over a body.
  private struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    /// Where the handles found so far are.
    var found: [Range<Int>] = []
    /// For every `[` that is still open: how many handles had been found before it.
    var openBrackets: [Int] = []
    /// The nearest `)` at or after the index that was asked for last; `bytes.count` when there is none. It only moves
    /// forward, so looking for targets' ends costs one pass altogether.
    var nextParenthesis = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func run() {
      while index < bytes.count {
        switch bytes[index] {
        case UInt8(ascii: "@"): mention()
        case UInt8(ascii: ":") where startsURL: skipLink()
        case UInt8(ascii: "w"), UInt8(ascii: "W"):
          if startsWWW { skipLink() } else { index += 1 }
        case UInt8(ascii: "["):
          openBrackets.append(found.count)
          index += 1
        case UInt8(ascii: "]"): closeBracket()
        default: index += 1
        }
      }
    }

    func distinctHandles() -> [String] {
      var seen: Set<String> = []
      return found.compactMap { range in
        let handle = String(decoding: bytes[range].lazy.map(Self.lowercased), as: UTF8.self)
        return seen.insert(handle).inserted ? handle : nil
      }
    }

    private mutating func mention() {
      let at = index
      var end = at + 1
      while end < bytes.count, Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-") { end += 1 }
      index = end
      let length = end - at - 1
      guard (2...32).contains(length), bytes[at + 1] != UInt8(ascii: "_"), bytes[at + 1] != UInt8(ascii: "-"),
        !followsAddress(at), byte(end) != UInt8(ascii: "@")
      else { return }
      found.append(at + 1..<end)
    }

    /// Whether what stands before the `@` makes it part of an e-mail address or of `@@`.
    private func followsAddress(_ at: Int) -> Bool {
      let before = byte(at - 1)
      if Self.isWord(before) || before == UInt8(ascii: "@") { return true }
      // Local parts may end in these, but a sign of its own is only a sign.
      let isSign = before == UInt8(ascii: "-") || before == UInt8(ascii: "+") || before == UInt8(ascii: "%")
      return isSign && Self.isWord(byte(at - 2))
    }

    /// Whether `scheme://` ends here.
    private var startsURL: Bool {
      byte(index + 1) == UInt8(ascii: "/") && byte(index + 2) == UInt8(ascii: "/") && Self.isWord(byte(index - 1))
    }

    private var startsWWW: Bool {
      !Self.isWord(byte(index - 1)) && byte(index + 3) == UInt8(ascii: ".")
        && Self.lowercased(byte(index + 1)) == UInt8(ascii: "w")
        && Self.lowercased(byte(index + 2)) == UInt8(ascii: "w")
    }

    /// Goes to the end of a bare link: white space, or what no link contains. An unescaped `]` ends it too, so that
    /// a link may be a label.
    private mutating func skipLink() {
      while index < bytes.count {
        switch bytes[index] {
        case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "]"): return
        default: index += 1
        }
      }
    }

    /// At a `]`: when a target in parentheses follows, label and target mention nobody.
    private mutating func closeBracket() {
      index += 1
      guard let foundBefore = openBrackets.popLast(), byte(index) == UInt8(ascii: "(") else { return }
      if nextParenthesis < index {
        nextParenthesis = index
        while nextParenthesis < bytes.count, bytes[nextParenthesis] != UInt8(ascii: ")") { nextParenthesis += 1 }
      }
      guard nextParenthesis < bytes.count else { return }
      found.removeSubrange(foundBefore...)
      index = nextParenthesis + 1
    }

    private func byte(_ index: Int) -> UInt8 { bytes.indices.contains(index) ? bytes[index] : 0 }

    private static func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
  }
}
