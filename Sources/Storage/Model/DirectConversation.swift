/// A conversation of two or more members that nobody else sees, as one of them sees it.
public struct DirectConversation: Sendable, Equatable, JSONWritable {
  /// `dm_` and a ULID.
  public let id: DirectConversationID
  /// Its public route, `D` and 16 characters.
  public let routeID: String
  /// Where.
  public let workspaceID: WorkspaceID
  /// When it was opened.
  public let createdAt: String
  /// Who takes part, the viewer included, by name.
  public var members: [User] = []
  /// The position of its newest message.
  public let lastSeq: Int64
  /// How far the viewer has read.
  public let lastReadSeq: Int64
  /// Messages of others after that, agents' activity aside.
  public let unreadCount: Int64
  /// Whether anyone is left to write to.
  public let canSend: Bool

  /// Writes the contract's DirectConversation object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("route_id", routeID)
      json.field("workspace_id", workspaceID)
      json.field("created_at", createdAt)
      json.field("members", members)
      json.field("last_seq", lastSeq)
      json.field("last_read_seq", lastReadSeq)
      json.field("unread_count", unreadCount)
      json.field("can_send", canSend)
    }
  }
}
