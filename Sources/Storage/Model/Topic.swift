/// A label for messages, of one channel or of the whole workspace.
public struct Topic: Sendable, Equatable, JSONWritable {
  /// `top_` and a ULID.
  public let id: String
  /// Where it is.
  public let workspaceID: WorkspaceID
  /// The channel it belongs to; nil when it can be used in all.
  public let channelID: ChannelID?
  /// The name shown. Several topics may have the same.
  public let name: String
  /// Who made it.
  public let createdBy: UserID?
  /// When.
  public let createdAt: String
  /// When it was archived, if it is.
  public let archivedAt: String?

  /// Writes the contract's Topic object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("channel_id", ifPresent: channelID)
      json.field("name", name)
      json.field("created_by", ifPresent: createdBy)
      json.field("created_at", createdAt)
      json.field("archived_at", ifPresent: archivedAt)
    }
  }
}
