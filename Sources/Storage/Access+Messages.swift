extension Access {
  /// What writing in a channel takes: the right to, and the author.
  struct Poster {
    let channelName: String
    let isPrivate: Bool
    let lastSeq: Int64
    let membership: Membership
    let author: User

    /// Who may see what they write.
    var audience: Audience { isPrivate ? .channelMembers : .channel }
  }

  /// The author of a new message in a channel, in one query: the busiest write must not look anything up twice.
  /// The rules are those of `channel` and `Membership.requireWriting`.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  static func poster(_ caller: Caller, in channelID: ChannelID, _ tx: Transaction) throws -> Poster {
    let found = try tx.db.first(posterQuery, [.text(channelID), .text(caller.userID)]) { row in
      (
        poster: Poster(
          channelName: row.text(1), isPrivate: row.bool(6), lastSeq: row.int(5),
          membership: Membership(
            workspaceID: row.text(0), role: Role(rawValue: row.text(2)) ?? .guest,
            timeoutUntil: row.optionalText(3).flatMap { Timestamp(rfc3339: $0) }, isBlocked: !row.isNull(4)),
          author: User(row: row, from: 7)),
        isMember: !row.isNull(2)
      )
    }
    guard let (poster, isMember) = found else { throw StoreError.notFound("channel") }
    if case .botToken(_, let bound, _) = caller.credential, bound != poster.membership.workspaceID {
      throw StoreError.forbidden("the token belongs to another workspace")
    }
    guard isMember else { throw StoreError.notFound("channel") }
    guard poster.membership.role != .guest || poster.channelName == WaitingRoom.name else {
      throw StoreError.forbidden("guests may use the waiting room only")
    }
    try poster.membership.requireWriting(at: tx.now)
    return poster
  }

  // Made once: putting a statement together costs as much as running it.
  private static let posterQuery = """
    SELECT c.workspace_id, c.name, m.role, m.timeout_until, m.blocked_at, c.last_seq,
      c.private_name IS NOT NULL, \(User.columns("u"))
    FROM channels c
    JOIN workspaces w ON w.id = c.workspace_id AND w.deleted_at IS NULL
    LEFT JOIN workspace_members m ON m.workspace_id = c.workspace_id AND m.user_id = ?2
    JOIN users u ON u.id = ?2
    WHERE c.id = ?1 AND \(ChannelMembers.admits("?2", to: "c"))
    """

  /// A message, and what the caller may do with it.
  struct ReadableMessage {
    let message: Message
    let membership: Membership
    /// Whether it is in a private channel.
    let isPrivate: Bool

    /// Who may see what happens to it.
    /// - Throws: `SQLError`.
    func audience(_ db: any SQLConnection) throws -> Audience {
      guard let conversation = message.directConversationID else { return isPrivate ? .channelMembers : .channel }
      return .direct(try DirectConversationMembers.ids(of: conversation, db))
    }
  }

  /// A message that the caller may read, and what they are in its workspace.
  /// - Parameter directScope: The scope that a bot token needs besides the endpoint's when the message is in a direct
  ///   conversation: `dms:read` or `dms:write`.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  static func message(
    _ caller: Caller, _ id: MessageID, directScope: String, _ db: any SQLConnection
  ) throws -> ReadableMessage {
    guard let message = try Messages.find(id, viewer: caller.userID, db) else { throw StoreError.notFound("message") }
    do {
      if let channelID = message.channelID {
        let channel = try channel(caller, channelID, db)
        return ReadableMessage(message: message, membership: channel.membership, isPrivate: channel.isPrivate)
      }
      let membership = try direct(caller, message.directConversationID ?? "", db)
      try caller.require(scope: directScope)
      return ReadableMessage(message: message, membership: membership, isPrivate: false)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound("message")
    }
  }

  /// The membership behind a direct conversation. Guests take part in none, even if they did before.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  static func direct(_ caller: Caller, _ id: DirectConversationID, _ db: any SQLConnection) throws -> Membership {
    let membership = try directConversation(caller, id, db)
    try membership.requireNotGuest()
    return membership
  }
}
