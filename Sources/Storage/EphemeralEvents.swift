/// The kinds of event that are delivered and forgotten.
public enum EphemeralEventType: String, Sendable, CaseIterable {
  case typingStarted = "typing.started"
  case typingStopped = "typing.stopped"
  case presenceChanged = "presence.changed"
  case agentProgress = "agent.progress"

  /// Whether it says something about one channel or direct conversation rather than about a person.
  var needsTarget: Bool { self != .presenceChanged }
}

/// Typing, presence and the progress of agents: checked against the database, never stored in it.
public enum EphemeralEvents {
  /// Bytes that the JSON of a payload may have.
  public static let payloadBytesMax = 64 * 1_024
  /// Says so when it has more.
  public static let payloadTooLarge = StoreError(.tooLarge, "the payload may have at most \(payloadBytesMax) bytes")

  /// What a client asks to publish.
  public struct Draft: Sendable {
    /// Where.
    public var workspaceID: WorkspaceID
    /// The channel, if it is about one.
    public var channelID: ChannelID?
    /// The direct conversation, if it is about one.
    public var directConversationID: DirectConversationID?
    /// The contract's name of the kind.
    public var type: String
    /// The client's own fields. The author and the target are replaced by the true ones.
    public var payload: [String: JSONValue]

    /// Gathers the parts.
    public init(
      workspaceID: WorkspaceID, channelID: ChannelID?, directConversationID: DirectConversationID?, type: String,
      payload: [String: JSONValue]
    ) {
      self.workspaceID = workspaceID
      self.channelID = channelID
      self.directConversationID = directConversationID
      self.type = type
      self.payload = payload
    }
  }

  /// Checks a draft and makes the event of it, for `Realtime.publish(ephemeral:)`.
  /// - Throws: `StoreError.invalid` for an unknown kind or a wrong target, `.forbidden` for who may not publish,
  ///   `.notFound` for an invisible target, `.tooLarge` for the payload; `SQLError`.
  public static func make(
    _ draft: Draft, by caller: Caller, id: String, now: Timestamp, _ db: any SQLConnection
  ) throws -> Event {
    guard let type = EphemeralEventType(rawValue: draft.type) else {
      throw StoreError.invalid(
        "type must be one of \(EphemeralEventType.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard draft.channelID == nil || draft.directConversationID == nil else {
      throw StoreError.invalid("give a channel or a direct conversation, not both")
    }
    guard !type.needsTarget || draft.channelID != nil || draft.directConversationID != nil else {
      throw StoreError.invalid("\(type.rawValue) needs a channel_id or a direct_conversation_id")
    }
    try requireScope(type, draft, caller)

    let membership: Access.Membership
    let audience: Audience
    if let channelID = draft.channelID {
      let channel = try Access.channel(caller, channelID, db)
      membership = channel.membership
      audience = channel.audience
    } else if let conversationID = draft.directConversationID {
      membership = try Access.directConversation(caller, conversationID, db)
      audience = .direct(try DirectConversationMembers.ids(of: conversationID, db))
    } else {
      membership = try Access.member(caller, of: draft.workspaceID, db)
      audience = .workspace
    }
    guard membership.workspaceID == draft.workspaceID else {
      throw StoreError.notFound(draft.channelID == nil ? "conversation" : "channel")
    }
    try membership.requireWriting(at: now)

    return Event.ephemeral(
      id: id, type: type.rawValue, workspaceID: draft.workspaceID, channelID: draft.channelID,
      directConversationID: draft.directConversationID, payload: try payload(of: draft, caller), audience: audience)
  }

  // People may publish all but the progress of agents; bots need the scopes of writing there. Progress is no durable
  // activity, so it takes no more than that.
  private static func requireScope(_ type: EphemeralEventType, _ draft: Draft, _ caller: Caller) throws(StoreError) {
    if type == .agentProgress {
      guard case .botToken = caller.credential else { throw .forbidden("only agents publish their progress") }
    }
    try caller.require(scope: "messages:write")
    if draft.directConversationID != nil { try caller.require(scope: "dms:write") }
  }

  private static func payload(of draft: Draft, _ caller: Caller) throws(StoreError) -> String {
    var fields = draft.payload
    fields["user_id"] = .string(caller.userID)
    fields["channel_id"] = draft.channelID.map { .string($0) }
    fields["direct_conversation_id"] = draft.directConversationID.map { .string($0) }
    let bytes = JSONValue.object(fields).json
    guard bytes.count <= payloadBytesMax else {
      throw payloadTooLarge
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
