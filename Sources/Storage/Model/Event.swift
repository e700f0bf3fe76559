/// The kinds of durable event, as clients know them.
public enum EventType: String, Sendable, CaseIterable {
  case channelCreated = "channel.created"
  case channelRead = "channel.read"
  case channelUpdated = "channel.updated"
  case directRead = "dm.read"
  case memberModerationUpdated = "member.moderation_updated"
  case messageCreated = "message.created"
  case messageDeleted = "message.deleted"
  case messageUpdated = "message.updated"
  case pinAdded = "pin.added"
  case pinRemoved = "pin.removed"
  case reactionAdded = "reaction.added"
  case reactionRemoved = "reaction.removed"
  case threadReplyCreated = "thread.reply_created"
  case threadStateUpdated = "thread.state_updated"
  case workspaceOwnershipTransferred = "workspace.ownership_transferred"
  case workspaceUpdated = "workspace.updated"
}

/// Who may see an event. Decided when the event is made and stored with it, so delivery needs no database.
public enum Audience: Sendable, Equatable {
  /// Every member of the workspace who is not a guest.
  case workspace
  /// Everyone who may see the event's channel: members, and guests when it is the guests' channel.
  case channel
  /// The members of the event's private channel, as they are when it is delivered.
  case channelMembers
  /// The members of the event's direct conversation, listed.
  case direct([UserID])
  /// One user, such as for a read pointer.
  case user(UserID)
  /// Owners and moderators, and the user concerned.
  case moderators(about: UserID)
}

extension Audience {
  /// Whether every member who is not a guest may see it, so that a workspace's apps may, too.
  public var isPublic: Bool {
    switch self {
    case .workspace, .channel: true
    case .channelMembers, .direct, .user, .moderators: false
    }
  }
}

/// An event before the outbox gave it an identifier and a cursor.
public struct EventDraft: Sendable {
  /// What happened.
  public var type: EventType
  /// Where.
  public var workspaceID: WorkspaceID
  /// The channel, for events of a channel.
  public var channelID: ChannelID?
  /// The direct conversation, for events of one. It is in the payload too; here it decides who may see the event.
  public var directConversationID: DirectConversationID?
  /// The message's position in its channel, where the contract has it.
  public var seq: Int64?
  /// A JSON object.
  public var payload: String
  /// Users whose handles the message mentions.
  public var mentionedUserIDs: [UserID]
  /// Who may see it.
  public var audience: Audience

  /// Makes a draft; `payload` writes the fields of the payload object.
  public init(
    _ type: EventType, workspaceID: WorkspaceID, channelID: ChannelID? = nil,
    directConversationID: DirectConversationID? = nil, seq: Int64? = nil, mentionedUserIDs: [UserID] = [],
    audience: Audience, payload: (inout JSONWriter) -> Void
  ) {
    self.type = type
    self.workspaceID = workspaceID
    self.channelID = channelID
    self.directConversationID = directConversationID
    self.seq = seq
    self.mentionedUserIDs = mentionedUserIDs
    self.audience = audience
    var json = JSONWriter(capacity: 160)
    json.object(payload)
    self.payload = String(decoding: json.bytes, as: UTF8.self)
  }
}

/// A durable event of the log, as clients receive it.
public struct Event: Sendable, JSONWritable {
  /// `evt_` and a ULID.
  public let id: String
  /// Its position in the log.
  public let cursor: Cursor
  /// The contract's name of what happened.
  public let type: String
  /// Where.
  public let workspaceID: WorkspaceID
  /// The channel, if it belongs to one.
  public let channelID: ChannelID?
  /// The direct conversation, if it belongs to one. Not a field of the JSON: the payload has it.
  public let directConversationID: DirectConversationID?
  /// The message's position in its channel.
  public let seq: Int64?
  /// When.
  public let createdAt: String
  /// A JSON object.
  public let payload: String
  /// Users whom the message mentions.
  public let mentionedUserIDs: [UserID]
  /// Who may see it.
  public let audience: Audience
  /// Who caused an ephemeral event. Not a field of the JSON: the payload has it.
  public let actorID: UserID?

  /// Makes an event from its parts.
  public init(
    id: String, cursor: Cursor, type: String, workspaceID: WorkspaceID, channelID: ChannelID?,
    directConversationID: DirectConversationID?, seq: Int64?, createdAt: String, payload: String,
    mentionedUserIDs: [UserID], audience: Audience, actorID: UserID? = nil
  ) {
    self.id = id
    self.cursor = cursor
    self.type = type
    self.workspaceID = workspaceID
    self.channelID = channelID
    self.directConversationID = directConversationID
    self.seq = seq
    self.createdAt = createdAt
    self.payload = payload
    self.mentionedUserIDs = mentionedUserIDs
    self.audience = audience
    self.actorID = actorID
  }

  init(draft: EventDraft, id: String, cursor: Cursor, createdAt: Timestamp) {
    self.init(
      id: id, cursor: cursor, type: draft.type.rawValue, workspaceID: draft.workspaceID, channelID: draft.channelID,
      directConversationID: draft.directConversationID, seq: draft.seq, createdAt: createdAt.text,
      payload: draft.payload, mentionedUserIDs: draft.mentionedUserIDs, audience: draft.audience)
  }

  /// An event that is not stored: it has no cursor.
  public static func ephemeral(
    id: String, type: String, workspaceID: WorkspaceID, channelID: ChannelID?,
    directConversationID: DirectConversationID?, payload: String, audience: Audience, actorID: UserID? = nil
  ) -> Event {
    Event(
      id: id, cursor: "", type: type, workspaceID: workspaceID, channelID: channelID,
      directConversationID: directConversationID, seq: nil, createdAt: Timestamp.now().text, payload: payload,
      mentionedUserIDs: [], audience: audience, actorID: actorID)
  }

  /// Writes the contract's Event object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("cursor", cursor)
      json.field("type", type)
      json.field("workspace_id", workspaceID)
      json.field("channel_id", ifPresent: channelID)
      json.field("seq", ifPresent: seq)
      json.field("created_at", createdAt)
      json.key("payload")
      json.raw(payload)
      if !mentionedUserIDs.isEmpty { json.field("mentioned_user_ids", mentionedUserIDs) }
    }
  }
}

extension Event {
  /// The event that ends a `typing.started`, for a client that left without saying so.
  public func typingStopped(id: String) -> Event {
    var json = JSONWriter(capacity: 128)
    json.object { json in
      json.field("channel_id", ifPresent: channelID)
      json.field("direct_conversation_id", ifPresent: directConversationID)
      json.field("user_id", ifPresent: actorID)
    }
    return .ephemeral(
      id: id, type: "typing.stopped", workspaceID: workspaceID, channelID: channelID,
      directConversationID: directConversationID, payload: String(decoding: json.bytes, as: UTF8.self),
      audience: audience, actorID: actorID)
  }
}
