extension Messages {
  /// What writing a message led to.
  public struct Created: Sendable {
    /// The message.
    public let message: Message
    /// What was published; nil when the nonce had been used for this very message before.
    public let event: Event?
  }

  /// Writes a message in a channel, or finds the one that was written with the same nonce.
  /// - Throws: `StoreError`, `SQLError`.
  public static func create(
    _ caller: Caller, in channelID: ChannelID, _ draft: MessageDraft, correlationID: String, _ tx: Transaction
  ) throws -> Created {
    let poster = try Access.poster(caller, in: channelID, tx)
    let place = Place(
      workspaceID: poster.membership.workspaceID, channelID: channelID, directConversationID: nil, root: nil)
    if let earlier = try replayed(draft, of: poster.author.id, in: place, tx) { return earlier }
    if poster.membership.role == .guest { try GuestBudget.spend(caller.userID, place.workspaceID, tx) }
    try requireTopic(draft.topicID, in: channelID, of: place.workspaceID, tx.db)
    let quote = try Quotes.resolve(draft.quotedMessageID, in: place, tx.db)
    let mentioned = try Mentions.resolve(
      draft.mentionedHandles, in: place.workspaceID, channelName: poster.channelName,
      privateChannelID: poster.isPrivate ? channelID : nil, tx.db)
    // Nobody else writes between the query above and this, so RETURNING, which costs twice as much, is not needed.
    let seq = poster.lastSeq + 1
    try tx.db.execute("UPDATE channels SET last_seq = ?2 WHERE id = ?1", [.text(channelID), .integer(seq)])
    let message = try insert(draft, by: poster.author, in: place, seq: seq, quote: quote, tx)
    let event = try tx.append(
      created(message, draft, mentioned: mentioned, audience: poster.audience, correlationID: correlationID))
    try Notifications.enqueue(for: message, mentioned: mentioned, tx)
    return Created(message: message, event: event)
  }

  /// Writes a message in a direct conversation, which reopens it for everyone who closed it.
  /// - Throws: `StoreError`, `SQLError`.
  public static func create(
    _ caller: Caller, inDirect conversationID: DirectConversationID, _ draft: MessageDraft, correlationID: String,
    _ tx: Transaction
  ) throws -> Created {
    let membership = try Access.direct(caller, conversationID, tx.db)
    try membership.requireWriting(at: tx.now)
    guard let author = try UserLookup.find(caller.userID, tx.db) else { throw StoreError.notFound("user") }
    let place = Place(
      workspaceID: membership.workspaceID, channelID: nil, directConversationID: conversationID, root: nil)
    if let earlier = try replayed(draft, of: author.id, in: place, tx) { return earlier }
    try DirectConversations.requirePeer(of: author.id, in: conversationID, tx.db)
    let quote = try Quotes.resolve(draft.quotedMessageID, in: place, tx.db)
    let seq = try tx.db.first(
      "UPDATE direct_conversations SET last_seq = last_seq + 1 WHERE id = ?1 RETURNING last_seq",
      [.text(conversationID)]
    ) { $0.int(0) }
    guard let seq else { throw StoreError.notFound("conversation") }
    let message = try insert(draft, by: author, in: place, seq: seq, quote: quote, tx)
    try tx.db.execute(
      "UPDATE direct_conversation_members SET hidden = 0 WHERE conversation_id = ?1 AND hidden = 1",
      [.text(conversationID)])
    let audience = Audience.direct(try DirectConversationMembers.ids(of: conversationID, tx.db))
    let event = try tx.append(
      created(message, draft, mentioned: [], audience: audience, correlationID: correlationID))
    try Notifications.enqueue(for: message, mentioned: [], tx)
    return Created(message: message, event: event)
  }

  /// Where a message is written. `root` is set for replies.
  struct Place {
    let workspaceID: WorkspaceID
    let channelID: ChannelID?
    let directConversationID: DirectConversationID?
    let root: MessageID?

    /// What the message at a position of this place adds to unread counts.
    func tally(of author: UserID, seq: Int64, isPost: Bool, _ db: any SQLConnection) throws -> UnreadTally {
      guard root == nil, let id = channelID ?? directConversationID else { return .none }
      return try UnreadTally(
        of: author, in: channelID == nil ? .direct : .channel, id, seq: seq, isPost: isPost, db)
    }

    /// Whether a message is in this very place.
    func holds(_ message: Message) -> Bool {
      message.channelID == channelID && message.directConversationID == directConversationID
        && message.parentMessageID == root
    }
  }

  /// The message that the author wrote with the draft's nonce, if there is one.
  /// - Throws: `StoreError.conflict` unless it is the same message in the same place, not deleted since.
  static func replayed(_ draft: MessageDraft, of author: UserID, in place: Place, _ tx: Transaction) throws -> Created?
  {
    guard let nonce = draft.nonce, let earlier = try find(nonce: nonce, of: author, tx.db) else { return nil }
    guard place.holds(earlier), earlier.deletedAt == nil, earlier.body.utf8.elementsEqual(draft.body.utf8),
      earlier.kind == draft.kind, earlier.turnID == draft.turnID, earlier.topicID == draft.topicID,
      earlier.quote?.messageID == draft.quotedMessageID
    else { throw nonceConflict }
    return Created(message: earlier, event: nil)
  }

  /// Inserts the row. The full-text index follows at the end of the group of writes, see `SearchIndex`.
  static func insert(
    _ draft: MessageDraft, by author: User, in place: Place, seq: Int64, quote: Quote?, _ tx: Transaction
  ) throws -> Message {
    let id = tx.ids.make(.message)
    let tally = try place.tally(of: author.id, seq: seq, isPost: draft.kind == .message, tx.db)
    try tx.db.execute(
      """
      INSERT INTO messages (id, workspace_id, channel_id, direct_conversation_id, author_id, parent_message_id,
        thread_root_id, topic_id, channel_seq, thread_seq, body, kind, turn_id, nonce, quoted_message_id,
        quoted_body_snapshot, quoted_author_id, created_at, posts, author_posts)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
      """,
      [
        .text(id), .text(place.workspaceID), .optional(place.channelID), .optional(place.directConversationID),
        .text(author.id), .optional(place.root), .text(place.root ?? id), .optional(draft.topicID),
        place.root == nil ? .integer(seq) : .null, place.root == nil ? .null : .integer(seq), .text(draft.body),
        .text(draft.kind.rawValue), .optional(draft.turnID), .optional(draft.nonce), .optional(quote?.messageID),
        .optional(quote?.bodySnapshot), .optional(quote?.authorID), .text(tx.now.text), .integer(tally.posts),
        .integer(tally.authorPosts),
      ]
    )
    tx.noteNewMessage()
    return Message(
      id: id, routeID: nil, workspaceID: place.workspaceID, channelID: place.channelID,
      directConversationID: place.directConversationID, author: author, parentMessageID: place.root,
      threadRootID: place.root ?? id, topicID: draft.topicID, channelSeq: place.root == nil ? seq : nil,
      threadSeq: place.root == nil ? nil : seq, body: draft.body, createdAt: tx.now.text, editedAt: nil,
      deletedAt: nil, kind: draft.kind, turnID: draft.turnID, nonce: draft.nonce, quote: quote,
      threadState: place.root == nil
        ? ThreadState(rootMessageID: id, replyCount: 0, lastReplyAt: nil, lastReplyAuthorIDs: []) : nil,
      reactions: [], attachments: [])
  }

  /// Refuses a topic that a channel's messages can't be filed under.
  /// - Throws: `StoreError.notFound`.
  static func requireTopic(
    _ topicID: String?, in channelID: ChannelID, of workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws {
    guard let topicID else { return }
    let fits = try db.exists(
      "SELECT 1 FROM topics WHERE id = ?1 AND workspace_id = ?2 AND (channel_id IS NULL OR channel_id = ?3)",
      [.text(topicID), .text(workspaceID), .text(channelID)])
    guard fits else { throw StoreError.notFound("topic") }
  }

  private static func created(
    _ message: Message, _ draft: MessageDraft, mentioned: [UserID], audience: Audience, correlationID: String
  ) -> EventDraft {
    EventDraft(
      .messageCreated, workspaceID: message.workspaceID, channelID: message.channelID,
      directConversationID: message.directConversationID, seq: message.channelSeq, mentionedUserIDs: mentioned,
      audience: audience
    ) { json in
      json.field("author_id", message.author.id)
      json.field("correlation_id", correlationID)
      json.field("direct_conversation_id", ifPresent: message.directConversationID)
      if draft.kind.isActivity { json.field("kind", draft.kind.rawValue) }
      json.field("message_id", message.id)
      json.field("nonce", ifPresent: draft.nonce)
      json.field("topic_id", ifPresent: draft.topicID)
      json.field("turn_id", ifPresent: draft.turnID)
    }
  }
}
