@testable import Storage

/// What somebody is in the workspace of the runs after a commit.
struct Standing: Equatable {
  let role: Role
  let isBlocked: Bool
  /// Whether they belong to the private channel.
  let isInside: Bool

  /// Whether they are what nobody may be: in a private channel as a guest, or blocked.
  var isForbidden: Bool { isInside && (rank == 0 || isBlocked) }

  /// 0 for guests, 1 for members, 2 for those who moderate.
  var rank: Int {
    switch role {
    case .guest: 0
    case .member, .bot: 1
    case .moderator, .owner: 2
    }
  }
}

/// The people and the channels that are there in every run.
struct Place: Sendable {
  let workspace: WorkspaceID
  /// The channel that guests may see.
  let guestChannel: ChannelID
  let publicChannel: ChannelID
  let privateChannel: ChannelID
  let owner: Caller
  /// Becomes a guest and a member again, is blocked, leaves the private channel and comes back.
  let member: Caller
  let removable: Caller
  let guest: Caller

  /// Makes all of it, once.
  init(_ tx: Transaction) throws {
    func make(_ name: String) throws -> Caller {
      let user = try Administration.createUser(name: name, email: nil, workspace: "clickclack", tx)
      return Caller(userID: user.id, isBot: false, credential: .impersonation)
    }
    let owner = Caller(userID: try Bootstrap.run(tx).userID, isBot: false, credential: .development)
    let workspace = try tx.db.first("SELECT id FROM workspaces") { $0.text(0) } ?? ""
    func channel(_ name: String, isPrivate: Bool = false) throws -> ChannelID {
      var draft = Channels.Draft()
      draft.name = name
      draft.isPrivate = isPrivate
      return try Channels.create(owner, in: workspace, draft, tx).0.id
    }
    self.owner = owner
    self.workspace = workspace
    member = try make("Member")
    removable = try make("Removable")
    guest = try make("Guest")
    publicChannel = try channel("public")
    privateChannel = try channel("private", isPrivate: true)
    guestChannel = try channel("waiting")
    try tx.db.execute("UPDATE channels SET name = 'guest' WHERE id = ?1", [.text(guestChannel)])
  }

  /// Everybody is what they were when it was made, and all but the guest belong to the private channel.
  func restore(_ tx: Transaction) throws {
    try tx.db.execute("DELETE FROM channel_members WHERE channel_id = ?1", [.text(privateChannel)])
    for (caller, role) in [(owner, "owner"), (member, "member"), (removable, "member"), (guest, "guest")] {
      try tx.db.execute(
        """
        INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, ?3, '')
        ON CONFLICT DO UPDATE SET role = ?3, blocked_at = NULL
        """, [.text(workspace), .text(caller.userID), .text(role)])
      guard role != "guest" else { continue }
      try tx.db.execute(
        """
        INSERT INTO channel_members (channel_id, user_id, workspace_id, added_by, added_at) VALUES (?1, ?2, ?3, ?4, '')
        """, [.text(privateChannel), .text(caller.userID), .text(workspace), .text(owner.userID)])
    }
  }

  /// What everybody is, as a connection sees it.
  func standings(_ db: any SQLConnection) throws -> [UserID: Standing] {
    var standings: [UserID: Standing] = [:]
    try db.query(
      """
      SELECT m.user_id, m.role, m.blocked_at IS NOT NULL, c.user_id IS NOT NULL FROM workspace_members m
      LEFT JOIN channel_members c ON c.user_id = m.user_id AND c.channel_id = ?2 WHERE m.workspace_id = ?1
      """, [.text(workspace), .text(privateChannel)]
    ) { row in
      standings[row.text(0)] = Standing(
        role: Role(rawValue: row.text(1)) ?? .guest, isBlocked: row.bool(2), isInside: row.bool(3))
    }
    return standings
  }
}

/// What may happen to the member of the runs; each twice undoes it.
enum StandingChange: CaseIterable {
  case role, block, channel

  /// Makes the change as the owner.
  /// - Throws: `StoreError.forbidden` where the rules don't let it be.
  func make(in place: Place, _ tx: Transaction) throws {
    let member = place.member.userID
    let standing = try place.standings(tx.db)[member]
    var change = Moderation.Change()
    switch self {
    case .role: change.role = standing?.role == .guest ? "member" : "guest"
    case .block:
      change.blocked = standing?.isBlocked == false
    case .channel where standing?.isInside == true:
      return try ChannelMembers.remove(place.owner, member, from: place.privateChannel, tx)
    case .channel:
      _ = try ChannelMembers.add(place.owner, member, to: place.privateChannel, tx)
      return
    }
    _ = try Moderation.update(place.owner, member: member, in: place.workspace, change, tx)
  }
}
