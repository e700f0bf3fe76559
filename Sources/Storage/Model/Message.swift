/// What a message is: what people and bots say, or a durable trace of what an agent does.
public enum MessageKind: String, Sendable {
  /// An ordinary message.
  case message
  /// An agent thinking aloud.
  case agentCommentary = "agent_commentary"
  /// An agent using a tool.
  case agentTool = "agent_tool"

  /// Whether it is an agent's activity, which never counts as unread.
  public var isActivity: Bool { self != .message }
}

/// What a message quotes: the words as they were when it was written.
public struct Quote: Sendable, Equatable {
  /// The quoted message.
  public let messageID: MessageID
  /// Its body then, at most `Quotes.snapshotScalarsMax` code points.
  public let bodySnapshot: String
  /// Who wrote it.
  public let authorID: UserID
  /// Who wrote it, as they are now.
  public let author: User?
}

/// How far a thread has come.
public struct ThreadState: Sendable, Equatable, JSONWritable {
  /// The message that the thread hangs on.
  public let rootMessageID: MessageID
  /// Replies ever written; deleting one does not lower it.
  public let replyCount: Int64
  /// When the last reply was written.
  public let lastReplyAt: String?
  /// Who replied last: at most three, each once, newest first.
  public let lastReplyAuthorIDs: [UserID]

  /// Writes the contract's ThreadState object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("root_message_id", rootMessageID)
      json.field("reply_count", replyCount)
      json.field("last_reply_at", ifPresent: lastReplyAt)
      json.field("last_reply_author_ids", lastReplyAuthorIDs)
    }
  }
}

/// How many people reacted to a message with one emoji.
public struct ReactionSummary: Sendable, Equatable, JSONWritable {
  /// Verbatim, as the first of them sent it.
  public let emoji: String
  /// How many, at least one.
  public let count: Int64
  /// Whether the one who asks is among them.
  public let reactedByMe: Bool

  /// Writes the contract's ReactionSummary object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("emoji", emoji)
      json.field("count", count)
      json.field("reacted_by_me", reactedByMe)
    }
  }
}

/// A message of a channel or a direct conversation: a root message or a reply in its thread.
public struct Message: Sendable, Equatable, JSONWritable {
  /// `msg_` and a ULID.
  public let id: MessageID
  /// The public route of its thread, once allocated.
  public var routeID: String?
  /// Where.
  public let workspaceID: WorkspaceID
  /// The channel; nil in a direct conversation.
  public let channelID: ChannelID?
  /// The direct conversation; nil in a channel.
  public let directConversationID: DirectConversationID?
  /// Who wrote it.
  public let author: User
  /// The root message, for replies.
  public let parentMessageID: MessageID?
  /// The root message; a root message's own identifier.
  public let threadRootID: MessageID
  /// The topic it was filed under.
  public let topicID: String?
  /// The position of a root message in its channel or conversation.
  public let channelSeq: Int64?
  /// The position of a reply in its thread.
  public let threadSeq: Int64?
  /// Markdown; empty once deleted.
  public var body: String
  /// When it was written.
  public let createdAt: String
  /// When it was last edited.
  public var editedAt: String?
  /// When it was deleted.
  public var deletedAt: String?
  /// What it is.
  public let kind: MessageKind
  /// Groups the activity of one turn of an agent.
  public let turnID: String?
  /// The author's own key against sending twice.
  public let nonce: String?
  /// What it quotes.
  public let quote: Quote?
  /// Its thread, for root messages.
  public var threadState: ThreadState?
  /// Reactions, most frequent first.
  public var reactions: [ReactionSummary]
  /// What it shows, in the order in which it was attached; nothing once deleted.
  public var attachments: [Upload]

  /// Who wrote it.
  public var authorID: UserID { author.id }
  /// Whether it starts a thread rather than replying in one.
  public var isRoot: Bool { parentMessageID == nil }

  /// Writes the contract's Message object without its thread state, which only lists carry.
  ///
  /// Pages are written from their rows by `MessageRow.write`, which makes the same object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("route_id", ifPresent: routeID)
      json.field("workspace_id", workspaceID)
      json.field("channel_id", ifPresent: channelID)
      json.field("direct_conversation_id", ifPresent: directConversationID)
      json.field("author_id", author.id)
      json.field("parent_message_id", ifPresent: parentMessageID)
      json.field("thread_root_id", threadRootID)
      json.field("topic_id", ifPresent: topicID)
      json.field("channel_seq", ifPresent: channelSeq)
      json.field("thread_seq", ifPresent: threadSeq)
      json.field("body", body)
      json.field("body_format", "markdown")
      json.field("created_at", createdAt)
      json.field("edited_at", ifPresent: editedAt)
      json.field("deleted_at", ifPresent: deletedAt)
      json.field("kind", kind.rawValue)
      json.field("turn_id", ifPresent: turnID)
      json.field("author", author)
      if let quote {
        json.field("quoted_message_id", quote.messageID)
        json.field("quoted_body_snapshot", quote.bodySnapshot)
        json.field("quoted_author_id", quote.authorID)
        json.field("quoted_author", ifPresent: quote.author)
      }
      json.field("nonce", ifPresent: nonce)
      if !reactions.isEmpty { json.field("reactions", reactions) }
      if !attachments.isEmpty { json.field("attachments", attachments) }
    }
  }
}
