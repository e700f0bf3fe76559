/// The channel `guest`, the only one that guests may read and post in.
///
/// The name is reserved: nobody can make, rename or take over a waiting room through the API. It is made where guests
/// are let in, by open sign-in and by the operator, and not when a member is demoted: a demotion must not add a channel
/// to everybody's list, and in a workspace without a waiting room "guest" means no room at all until a moderator
/// decides.
public enum WaitingRoom {
  /// The reserved name.
  public static let name = "guest"

  /// The workspace's waiting room, made when it is missing.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func ensure(in workspaceID: WorkspaceID, _ tx: Transaction) throws -> Channel {
    if let existing = try Channels.named(name, in: workspaceID, tx.db) { return existing }
    let channel = Channel(
      id: tx.ids.make(.channel), routeID: tx.ids.routeID("C"), workspaceID: workspaceID, name: name, kind: "public",
      createdAt: tx.now.text)
    try Channels.insert(channel, tx)
    tx.invalidate(.channel(workspaceID, channel.id))
    return channel
  }
}
