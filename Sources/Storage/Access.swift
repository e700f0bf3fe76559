/// Who may do what: the one place that decides it, from the database, inside the transaction that acts on it.
///
/// People who do not belong to a workspace are told that it does not exist (404); bot tokens of another workspace and
/// members without the right are refused (403). Blocked and timed-out members keep reading what they could read, and
/// write nothing.
public enum Access {
  /// What a member is in a workspace.
  public struct Membership: Sendable, Equatable {
    /// Where.
    public let workspaceID: WorkspaceID
    /// The role there.
    public let role: Role
    /// Until when writing is refused, if ever.
    public let timeoutUntil: Timestamp?
    /// Whether writing is refused until a moderator lifts the block.
    public let isBlocked: Bool

    /// Refuses writes by blocked members, and during a timeout.
    /// - Throws: `StoreError.forbidden`.
    public func requireWriting(at now: Timestamp) throws(StoreError) {
      guard !isBlocked else { throw .forbidden("you are blocked in this workspace") }
      if let timeoutUntil, timeoutUntil > now { throw .forbidden("you are timed out until \(timeoutUntil)") }
    }

    /// Refuses everyone but owners and moderators, and moderators who are blocked or timed out themselves.
    /// - Throws: `StoreError.forbidden`.
    public func requireModerator(at now: Timestamp) throws(StoreError) {
      guard role == .owner || role == .moderator else { throw .forbidden("moderators only") }
      try requireWriting(at: now)
    }

    /// Refuses everyone but the owner.
    /// - Throws: `StoreError.forbidden`.
    public func requireOwner() throws(StoreError) {
      guard role == .owner else { throw .forbidden("the workspace's owner only") }
    }

    /// Refuses guests.
    /// - Throws: `StoreError.forbidden`.
    public func requireNotGuest() throws(StoreError) {
      guard role != .guest else { throw .forbidden("guests may not") }
    }
  }

  /// A channel that the caller may read.
  public struct ReadableChannel: Sendable {
    /// The channel.
    public let id: ChannelID
    /// Its name (slug).
    public let name: String
    /// The last position given out in it.
    public let lastSeq: Int64
    /// Whether it is for its members only.
    public let isPrivate: Bool
    /// What the caller is in its workspace.
    public let membership: Membership

    /// Who may see what happens in it.
    public var audience: Audience { isPrivate ? .channelMembers : .channel }
  }

  /// The caller's membership of a workspace.
  /// - Throws: `StoreError.notFound` for people who do not belong to it, `.forbidden` for bot tokens of another
  ///   workspace; `SQLError`.
  public static func member(_ caller: Caller, of workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> Membership
  {
    if case .botToken(_, let bound, _) = caller.credential, bound != workspaceID {
      throw StoreError.forbidden("the token belongs to another workspace")
    }
    let found = try db.first(
      """
      SELECT m.role, m.timeout_until, m.blocked_at FROM workspace_members m
      JOIN workspaces w ON w.id = m.workspace_id
      WHERE m.workspace_id = ?1 AND m.user_id = ?2 AND w.deleted_at IS NULL
      """, [.text(workspaceID), .text(caller.userID)]
    ) { row in
      Membership(
        workspaceID: workspaceID, role: Role(rawValue: row.text(0)) ?? .guest,
        timeoutUntil: row.optionalText(1).flatMap { Timestamp(rfc3339: $0) }, isBlocked: !row.isNull(2))
    }
    guard let found else { throw StoreError.notFound("workspace") }
    return found
  }

  /// A channel, if the caller may read it. Guests may read the waiting room only; who is not a member of a private
  /// channel is told that it does not exist, whatever they are in the workspace.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  public static func channel(_ caller: Caller, _ id: ChannelID, _ db: any SQLConnection) throws -> ReadableChannel {
    let found = try db.first(channelQuery, [.text(id), .text(caller.userID)]) {
      ($0.text(0), $0.text(1), $0.int(2), $0.bool(3))
    }
    guard let (workspaceID, name, lastSeq, isPrivate) = found else { throw StoreError.notFound("channel") }
    let membership: Membership
    do {
      membership = try member(caller, of: workspaceID, db)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound("channel")
    }
    guard membership.role != .guest || name == WaitingRoom.name else {
      throw StoreError.forbidden("guests may use the waiting room only")
    }
    return ReadableChannel(id: id, name: name, lastSeq: lastSeq, isPrivate: isPrivate, membership: membership)
  }

  private static let channelQuery = """
    SELECT c.workspace_id, c.name, c.last_seq, c.private_name IS NOT NULL FROM channels c
    WHERE c.id = ?1 AND \(ChannelMembers.admits("?2", to: "c"))
    """

  /// The workspace membership behind a direct conversation, if the caller takes part in it.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `SQLError`.
  public static func directConversation(
    _ caller: Caller, _ id: DirectConversationID, _ db: any SQLConnection
  ) throws -> Membership {
    let workspaceID = try db.first("SELECT workspace_id FROM direct_conversations WHERE id = ?1", [.text(id)]) {
      $0.text(0)
    }
    guard let workspaceID else { throw StoreError.notFound("conversation") }
    let membership: Membership
    do {
      membership = try member(caller, of: workspaceID, db)
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound("conversation")
    }
    let takesPart = try db.exists(
      "SELECT 1 FROM direct_conversation_members WHERE conversation_id = ?1 AND user_id = ?2",
      [.text(id), .text(caller.userID)])
    guard takesPart else { throw StoreError.notFound("conversation") }
    return membership
  }
}
