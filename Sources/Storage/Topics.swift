/// Topics, the labels by which messages can be filtered.
public enum Topics {
  /// Topics of one workspace at most, without those of private channels.
  public static let perWorkspaceMax: Int64 = 10_000
  /// Topics of one private channel at most.
  public static let perPrivateChannelMax: Int64 = 1_000

  /// The topics that a member can use, by name. Guests see those of the waiting room and of the whole workspace.
  /// - Throws: `StoreError`, `SQLError`.
  public static func list(_ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> [Topic] {
    let membership = try Access.member(caller, of: workspaceID, db)
    return try db.all(
      """
      SELECT t.id, t.workspace_id, t.channel_id, t.name, t.created_by, t.created_at, t.archived_at FROM topics t
      LEFT JOIN channels c ON c.id = t.channel_id
      WHERE t.workspace_id = ?1 AND t.archived_at IS NULL AND (?2 = '' OR t.channel_id IS NULL OR c.name = ?2)
        AND \(ChannelMembers.admits("?3", to: "c"))
      ORDER BY t.name, t.id
      """,
      [.text(workspaceID), .text(membership.role == .guest ? WaitingRoom.name : ""), .text(caller.userID)]
    ) { row in
      Topic(
        id: row.text(0), workspaceID: row.text(1), channelID: row.optionalText(2), name: row.text(3),
        createdBy: row.optionalText(4), createdAt: row.text(5), archivedAt: row.optionalText(6))
    }
  }

  /// Makes a topic of one channel, or of the whole workspace when `channelID` is empty. Guests may make them in the
  /// waiting room, as long as they may post there.
  /// - Throws: `StoreError`, `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, name: String, channelID: ChannelID, _ tx: Transaction
  ) throws -> Topic {
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    try membership.requireWriting(at: tx.now)
    let name = try Names.required(name, of: "topic")
    let channelID = PlainText.trimmed(channelID)
    var privateChannelID: ChannelID?
    if channelID.isEmpty {
      try membership.requireNotGuest()
    } else {
      let channel = try Access.channel(caller, channelID, tx.db)
      guard channel.membership.workspaceID == workspaceID else {
        throw StoreError.invalid("the channel belongs to another workspace")
      }
      if channel.isPrivate { privateChannelID = channelID }
    }
    if membership.role == .guest, try GuestBudget.remaining(caller.userID, workspaceID, at: tx.now, tx.db) == 0 {
      throw StoreError(.tooMany, "you have no posts left today")
    }
    try requireRoom(in: workspaceID, privateChannelID, tx.db)
    let topic = Topic(
      id: tx.ids.make(.topic), workspaceID: workspaceID, channelID: channelID.isEmpty ? nil : channelID, name: name,
      createdBy: caller.userID, createdAt: tx.now.text, archivedAt: nil)
    try tx.db.execute(
      "INSERT INTO topics (id, workspace_id, channel_id, name, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      [
        .text(topic.id), .text(workspaceID), .optional(topic.channelID), .text(name), .text(caller.userID),
        .text(topic.createdAt),
      ])
    return topic
  }

  // The topics of a private channel are counted apart: how many there are says that it exists.
  private static func requireRoom(
    in workspaceID: WorkspaceID, _ privateChannelID: ChannelID?, _ db: any SQLConnection
  ) throws {
    let count = try db.first(
      """
      SELECT count(*) FROM topics t LEFT JOIN channels c ON c.id = t.channel_id
      WHERE t.workspace_id = ?1
        AND CASE WHEN ?2 IS NULL THEN c.private_name IS NULL ELSE t.channel_id = ?2 END
      """, [.text(workspaceID), .optional(privateChannelID)]
    ) { $0.int(0) }
    let max = privateChannelID == nil ? perWorkspaceMax : perPrivateChannelMax
    guard (count ?? 0) < max else {
      throw StoreError.conflict("the \(privateChannelID == nil ? "workspace" : "channel") has \(max) topics already")
    }
  }
}
