/// Who is told of a message outside the client: those whom it mentions, the others in a direct conversation, and those
/// who take part in a thread, if they enabled it in their settings and want to hear about the channel.
///
/// The commit of a message only enqueues a job; whom it concerns is found out by that job, away from the writer.
public enum Notifications {
  /// People who are told of one message.
  public static let recipientsMax = 1_000
  /// Characters of a message that are sent.
  static let bodyScalarsMax = 1_000

  /// What the job of the kind `notifyOfMessage` knows.
  public struct Cause: Codable, Sendable, Equatable {
    /// The message.
    public let messageID: MessageID
    /// Whom it mentions.
    public let mentioned: [UserID]
  }

  /// What the job of the kind `sendPushover` knows.
  public struct Notice: Codable, Sendable, Equatable {
    /// The message.
    public let messageID: MessageID
    /// Who is told.
    public let userID: UserID

    /// Names both.
    public init(messageID: MessageID, userID: UserID) {
      self.messageID = messageID
      self.userID = userID
    }
  }

  /// What somebody is told, ready to be sent.
  public struct Content: Sendable, Equatable {
    /// Whose notification it is, by their key at Pushover.
    public let pushoverUserKey: String
    /// Who wrote, and where.
    public let title: String
    /// The beginning of the message.
    public let body: String
    /// The path of the page that shows it.
    public let path: String
    /// When it was written.
    public let createdAt: Timestamp
  }

  /// Enqueues the job that tells people of a message, if it may concern anybody who wants to be told.
  static func enqueue(for message: Message, mentioned: [UserID], _ tx: Transaction) throws {
    guard !message.kind.isActivity else { return }
    guard !mentioned.isEmpty || message.directConversationID != nil || message.parentMessageID != nil else { return }
    guard try tx.db.exists("SELECT 1 FROM users WHERE pushover_enabled = 1 LIMIT 1") else { return }
    // A message is worth more than its notifications.
    guard try Jobs.hasRoom(for: .notifyOfMessage, tx.db) else { return }
    try Jobs.enqueue(
      try JobDraft(.notifyOfMessage, encoding: Cause(messageID: message.id, mentioned: mentioned)), tx)
  }

  /// Who is to be told of a message, and in which workspace; nobody when it is gone.
  /// - Throws: `SQLError`.
  public static func recipients(
    of cause: Cause, _ db: any SQLConnection
  ) throws -> (workspaceID: WorkspaceID, userIDs: [UserID])? {
    guard let message = try Place.find(cause.messageID, db) else { return nil }
    var candidates = cause.mentioned
    if let conversation = message.directConversationID {
      candidates += try DirectConversationMembers.ids(of: conversation, db)
    } else if message.isReply {
      candidates += try db.all(
        "SELECT DISTINCT author_id FROM messages WHERE thread_root_id = ?1 AND deleted_at IS NULL",
        [.text(message.threadRootID)]
      ) { $0.text(0) }
    }
    let mentioned = Set(cause.mentioned)
    var seen: Set<UserID> = [message.authorID]
    var recipients: [UserID] = []
    for candidate in candidates where seen.insert(candidate).inserted && recipients.count < recipientsMax {
      guard try pushoverKey(of: candidate, db) != nil else { continue }
      guard try wants(candidate, message, isMentioned: mentioned.contains(candidate), db) else { continue }
      guard try mayRead(candidate, cause.messageID, db) else { continue }
      recipients.append(candidate)
    }
    return (message.workspaceID, recipients)
  }

  /// What a notice says; nil when the message is gone, or its recipient may not read it or wants no notices any more.
  /// - Throws: `SQLError`.
  public static func content(of notice: Notice, _ db: any SQLConnection) throws -> Content? {
    guard let message = try Place.find(notice.messageID, db), let key = try pushoverKey(of: notice.userID, db),
      try mayRead(notice.userID, notice.messageID, db)
    else { return nil }
    let author = try Users.find(message.authorID, db)?.displayName ?? ""
    let place = message.channelName.map { "#\($0)" } ?? "a direct message"
    return Content(
      pushoverUserKey: key, title: message.isReply ? "\(author) in a thread of \(place)" : "\(author) in \(place)",
      body: String(String.UnicodeScalarView(message.body.unicodeScalars.prefix(bodyScalarsMax))),
      path: "/app/\(message.workspaceRouteID)/\(message.routeID)",
      createdAt: Timestamp(rfc3339: message.createdAt) ?? .now())
  }

  /// A message that is not deleted, and where it stands.
  private struct Place {
    let workspaceID: WorkspaceID
    let workspaceRouteID: String
    let channelID: ChannelID?
    let channelName: String?
    let directConversationID: DirectConversationID?
    let routeID: String
    let authorID: UserID
    let threadRootID: MessageID
    let isReply: Bool
    let body: String
    let createdAt: String

    static func find(_ id: MessageID, _ db: any SQLConnection) throws -> Place? {
      try db.first(
        """
        SELECT m.workspace_id, w.route_id, m.channel_id, coalesce(c.private_name, c.name), m.direct_conversation_id,
          coalesce(c.route_id, d.route_id), m.author_id, m.thread_root_id, m.parent_message_id, m.body, m.created_at
        FROM messages m JOIN workspaces w ON w.id = m.workspace_id
        LEFT JOIN channels c ON c.id = m.channel_id
        LEFT JOIN direct_conversations d ON d.id = m.direct_conversation_id
        WHERE m.id = ?1 AND m.deleted_at IS NULL AND w.deleted_at IS NULL
        """, [.text(id)]
      ) { row in
        Place(
          workspaceID: row.text(0), workspaceRouteID: row.text(1), channelID: row.optionalText(2),
          channelName: row.optionalText(3), directConversationID: row.optionalText(4), routeID: row.text(5),
          authorID: row.text(6), threadRootID: row.text(7), isReply: !row.isNull(8), body: row.text(9),
          createdAt: row.text(10))
      }
    }
  }

  private static func pushoverKey(of id: UserID, _ db: any SQLConnection) throws -> String? {
    try db.first(
      """
      SELECT pushover_user_key FROM users
      WHERE id = ?1 AND pushover_enabled = 1 AND pushover_user_key <> '' AND deleted_at IS NULL
      """, [.text(id)]
    ) { $0.text(0) }
  }

  private static func wants(
    _ id: UserID, _ message: Place, isMentioned: Bool, _ db: any SQLConnection
  ) throws -> Bool {
    guard let channelID = message.channelID else { return true }
    switch try ChannelNotifications.stored(of: id, for: channelID, db) {
    case .all: return true
    case .mentions: return isMentioned
    case .muted: return false
    }
  }

  /// The rules are those of reading it: a notice shows nothing else.
  private static func mayRead(_ id: UserID, _ messageID: MessageID, _ db: any SQLConnection) throws -> Bool {
    let caller = Caller(userID: id, isBot: false, credential: .impersonation)
    do {
      _ = try Access.message(caller, messageID, directScope: "dms:read", db)
      return true
    } catch is StoreError {
      return false
    }
  }
}

extension JobKind {
  /// Finds out who is to be told of a message.
  public static let notifyOfMessage = JobKind("notifications.message")
  /// Tells one person by Pushover.
  public static let sendPushover = JobKind("notifications.pushover")
}
