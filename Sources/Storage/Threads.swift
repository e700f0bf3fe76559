/// Threads: one level of replies under a root message of a channel or a direct conversation.
public enum Threads {
  /// How many of those who replied last a thread remembers.
  static let lastAuthorsMax = 3

  /// A thread as it is read.
  public struct Page: Sendable {
    /// The message that it hangs on, with its thread state.
    public var root: Message
    /// Some of its replies, oldest first.
    public let replies: [Message]
  }

  /// What writing a reply led to.
  public struct Reply: Sendable {
    /// The reply.
    public let message: Message
    /// The thread with it.
    public let state: ThreadState
    /// What was published; empty when the nonce had been used for this very reply before.
    public let events: [Event]
  }

  /// A thread's root and its first or latest replies.
  /// - Throws: `StoreError.notFound`, also for a reply, `.forbidden`, `SQLError`.
  public static func page(
    _ caller: Caller, _ id: MessageID, limit: Int, latest: Bool, _ db: any SQLConnection
  ) throws -> Page {
    let root = try Access.message(caller, id, directScope: "dms:read", db).message
    guard root.isRoot else { throw StoreError.notFound("thread") }
    var reader = MessageRow.Reader(viewer: caller.userID, db)
    var replies: [Message] = []
    var bodyBytes = 0
    try db.query(
      """
      SELECT \(MessageRow.columns) FROM messages m
      WHERE m.thread_root_id = ?1 AND m.thread_seq IS NOT NULL
      ORDER BY m.thread_seq \(latest ? "DESC" : "ASC") LIMIT ?2
      """, [.text(id), .integer(Int64(limit))]
    ) { row in
      // Huge replies end a page early, as they do in `MessagePages`.
      guard bodyBytes < MessagePages.bytesMax else { return }
      let reply = try MessageRow.message(row, &reader)
      bodyBytes += reply.body.utf8.count
      replies.append(reply)
    }
    return Page(root: root, replies: latest ? replies.reversed() : replies)
  }

  /// Gives a channel's root message its public route, unless it has one.
  /// - Throws: `StoreError.notFound`, also for replies and direct messages, which have none; `SQLError`.
  public static func ensureRoute(_ caller: Caller, _ id: MessageID, _ tx: Transaction) throws -> Message {
    var message = try Access.message(caller, id, directScope: "dms:read", tx.db).message
    guard message.isRoot, message.channelID != nil else { throw StoreError.notFound("message") }
    if message.routeID == nil {
      let route = tx.ids.routeID("M")
      try tx.db.execute("UPDATE messages SET route_id = ?2 WHERE id = ?1", [.text(id), .text(route)])
      message.routeID = route
    }
    return message
  }

  /// Writes a reply, or finds the one that was written with the same nonce. A deleted root takes replies, too.
  /// - Throws: `StoreError`, `SQLError`.
  public static func reply(
    _ caller: Caller, to id: MessageID, _ draft: MessageDraft, correlationID: String, _ tx: Transaction
  ) throws -> Reply {
    let found = try Access.message(caller, id, directScope: "dms:write", tx.db)
    let (root, membership) = (found.message, found.membership)
    guard root.isRoot else { throw StoreError.invalid("replies can't be replied to") }
    try membership.requireWriting(at: tx.now)
    guard let author = try UserLookup.find(caller.userID, tx.db) else { throw StoreError.notFound("user") }
    let place = Messages.Place(
      workspaceID: root.workspaceID, channelID: root.channelID, directConversationID: root.directConversationID,
      root: root.id)
    if let earlier = try Messages.replayed(draft, of: author.id, in: place, tx), let state = root.threadState {
      return Reply(message: earlier.message, state: state, events: [])
    }
    if membership.role == .guest { try GuestBudget.spend(caller.userID, root.workspaceID, tx) }
    if let conversation = root.directConversationID {
      try DirectConversations.requirePeer(of: author.id, in: conversation, tx.db)
    }
    let quote = try Quotes.resolve(draft.quotedMessageID, in: place, tx.db)
    let mentioned = try mentioned(in: draft, found, tx.db)
    let (seq, state) = try advance(root, author: author.id, tx)
    let message = try Messages.insert(draft, by: author, in: place, seq: seq, quote: quote, tx)
    let audience = try found.audience(tx.db)
    let replied = EventDraft(
      .threadReplyCreated, workspaceID: root.workspaceID, channelID: root.channelID,
      directConversationID: root.directConversationID, mentionedUserIDs: mentioned, audience: audience
    ) { json in
      json.field("correlation_id", correlationID)
      json.field("direct_conversation_id", ifPresent: root.directConversationID)
      json.field("message_id", message.id)
      json.field("nonce", ifPresent: draft.nonce)
      json.field("root_message_id", root.id)
    }
    let updated = EventDraft(
      .threadStateUpdated, workspaceID: root.workspaceID, channelID: root.channelID,
      directConversationID: root.directConversationID, audience: audience
    ) { json in
      json.field("direct_conversation_id", ifPresent: root.directConversationID)
      json.field("root_message_id", root.id)
    }
    try Notifications.enqueue(for: message, mentioned: mentioned, tx)
    return Reply(message: message, state: state, events: [try tx.append(replied), try tx.append(updated)])
  }

  private static func mentioned(
    in draft: MessageDraft, _ root: Access.ReadableMessage, _ db: any SQLConnection
  ) throws -> [UserID] {
    guard let channelID = root.message.channelID, !draft.mentionedHandles.isEmpty else { return [] }
    let name = try db.first("SELECT name FROM channels WHERE id = ?1", [.text(channelID)]) { $0.text(0) }
    return try Mentions.resolve(
      draft.mentionedHandles, in: root.message.workspaceID, channelName: name ?? "",
      privateChannelID: root.isPrivate ? channelID : nil, db)
  }

  /// Counts one more reply on the root.
  private static func advance(
    _ root: Message, author: UserID, _ tx: Transaction
  ) throws -> (seq: Int64, state: ThreadState) {
    let earlier = root.threadState?.lastReplyAuthorIDs ?? []
    let authors = Array(([author] + earlier.filter { $0 != author }).prefix(lastAuthorsMax))
    let route: String? = root.routeID == nil && root.channelID != nil ? tx.ids.routeID("M") : nil
    let counted = try tx.db.first(
      """
      UPDATE messages SET reply_count = reply_count + 1, last_thread_seq = last_thread_seq + 1, last_reply_at = ?2,
        last_reply_author_ids = ?3, route_id = coalesce(route_id, ?4)
      WHERE id = ?1 RETURNING last_thread_seq, reply_count
      """,
      [.text(root.id), .text(tx.now.text), .text(authors.joined(separator: " ")), .optional(route)]
    ) { (seq: $0.int(0), count: $0.int(1)) }
    guard let counted else { throw StoreError.notFound("message") }
    let state = ThreadState(
      rootMessageID: root.id, replyCount: counted.count, lastReplyAt: tx.now.text, lastReplyAuthorIDs: authors)
    return (counted.seq, state)
  }
}
