/// A message that someone wants to write: its texts checked and its mentions found before the writer sees it.
public struct MessageDraft: Sendable {
  let body: String
  let nonce: String?
  let quotedMessageID: MessageID?
  let topicID: String?
  let kind: MessageKind
  let turnID: String?
  let mentionedHandles: [String]

  /// Checks what a client sent.
  /// - Parameters:
  ///   - kind: The contract's name of the kind; nil or empty for an ordinary message.
  ///   - turnID: Allowed on agent activity only.
  ///   - caller: Agent activity takes a bot token with the scope `agent_activity:write`.
  /// - Throws: `StoreError.invalid`, `.forbidden`.
  public init(
    body: String?, nonce: String? = nil, quotedMessageID: MessageID? = nil, topicID: String? = nil,
    kind: String? = nil, turnID: String? = nil, by caller: Caller
  ) throws(StoreError) {
    var known = MessageKind.message
    if let kind, !kind.isEmpty {
      guard let named = MessageKind(rawValue: kind) else { throw .invalid("unknown kind of message") }
      known = named
    }
    if known.isActivity {
      guard case .botToken = caller.credential else { throw .forbidden("only agents with a bot token may write that") }
      try caller.require(scope: "agent_activity:write")
    } else if let turnID, !turnID.isEmpty {
      throw .invalid("turn_id belongs to agent activity only")
    }
    if let turnID, turnID.unicodeScalars.count > MessageText.turnScalarsMax {
      throw .invalid("turn_id is longer than \(MessageText.turnScalarsMax) characters")
    }
    self.kind = known
    self.turnID = turnID.flatMap { $0.isEmpty ? nil : $0 }
    self.body = try MessageText.body(body)
    self.nonce = try MessageText.nonce(nonce)
    self.quotedMessageID = MessageText.optional(quotedMessageID)
    self.topicID = MessageText.optional(topicID)
    mentionedHandles = Mentions.handles(in: self.body)
  }
}
