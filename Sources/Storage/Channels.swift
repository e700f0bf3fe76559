/// Channels: listing them with what is unread, making and changing them.
public enum Channels {
  /// Public channels of one workspace at most, archived ones included.
  public static let perWorkspaceMax: Int64 = 10_000
  /// Private channels at most that one member made in a workspace. They are counted for each member apart: a limit for
  /// all together would tell how many there are.
  public static let privatePerMemberMax: Int64 = 500
  /// Bytes of a name's slug.
  public static let nameBytesMax = 200
  /// Code points of a display title; the rest is cut off.
  public static let titleMax = 200
  /// Bytes of each of the other texts: kind, external reference and URL, sidebar section.
  public static let textBytesMax = 2_048

  /// What a client says about a new channel.
  public struct Draft: Sendable, Decodable {
    /// Text to make the name from.
    public var name: String?
    /// What people see instead of the name.
    public var displayTitle: String?
    /// `public` unless given.
    public var kind: String?
    /// Whether another application owns its life cycle.
    public var externalManaged: Bool?
    /// That application's name for it.
    public var externalRef: String?
    /// Where that application shows it.
    public var externalURL: String?
    /// The heading in sidebars.
    public var sidebarSection: String?
    /// Whether it is archived; for changes only.
    public var archived: Bool?
    /// Whether it is for its members only. Decided when it is made, for good.
    public var isPrivate: Bool?

    private enum CodingKeys: String, CodingKey {
      case name, kind, archived
      case isPrivate = "private"
      case displayTitle = "display_title"
      case externalManaged = "external_managed"
      case externalRef = "external_ref"
      case externalURL = "external_url"
      case sidebarSection = "sidebar_section"
    }
  }

  /// The channels that a member may read, by name, each with the member's read pointer and unread count.
  ///
  /// A message is unread when somebody else wrote it after the read pointer; deleted ones count, bots' activity does
  /// not. See `UnreadTally` for why a channel of 100,000 unread messages costs as much as an empty one.
  /// - Throws: `StoreError`, `SQLError`.
  public static func list(_ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> [Channel] {
    let membership = try Access.member(caller, of: workspaceID, db)
    let channels = try db.all(
      listing,
      [.text(workspaceID), .text(caller.userID), .text(membership.role == .guest ? WaitingRoom.name : "")]
    ) { row in
      var channel = Channel(row: row)
      channel.lastSeq = row.int(Channel.columnCount)
      channel.lastReadSeq = row.int(Channel.columnCount + 1)
      channel.unreadCount = row.int(Channel.columnCount + 2)
      return channel
    }
    // The index has only public channels in the order of their names.
    return channels.contains(where: \.isPrivate) ? channels.sorted { ($0.name, $0.id) < ($1.name, $1.id) } : channels
  }

  private static let unread = UnreadTally.unread(
    in: .channel, "c.id", reader: "?2", after: "coalesce(r.last_read_seq, 0)", last: "c.last_seq")

  // ?1 is the workspace, ?2 the member, ?3 the only name wanted, if any.
  static let listing = """
    SELECT \(Channel.columns), c.last_seq, coalesce(r.last_read_seq, 0), \(unread)
    FROM channels c LEFT JOIN channel_reads r ON r.user_id = ?2 AND r.channel_id = c.id
    WHERE c.workspace_id = ?1 AND (?3 = '' OR c.name = ?3) AND \(ChannelMembers.admits("?2", to: "c"))
    ORDER BY c.name
    """

  /// Makes a channel, for any member but guests. The maker of a private one is its first member.
  /// - Throws: `StoreError`, `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> (Channel, Event) {
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    try membership.requireNotGuest()
    try membership.requireWriting(at: tx.now)
    let slug = Names.slug(draft.name ?? "")
    let name = slug.isEmpty ? "general" : slug
    let isPrivate = draft.isPrivate ?? false
    try requireFree(name: name, caller, in: workspaceID, tx.db)
    try requireRoom(isPrivate: isPrivate, caller, in: workspaceID, tx.db)
    var channel = Channel(
      id: tx.ids.make(.channel), routeID: tx.ids.routeID("C"), workspaceID: workspaceID, name: name,
      isPrivate: isPrivate, kind: "public", createdAt: tx.now.text)
    try apply(draft, to: &channel)
    try insert(channel, by: caller.userID, tx)
    if isPrivate { try ChannelMembers.insert(caller.userID, in: channel.id, of: workspaceID, by: caller.userID, tx) }
    let event = try tx.append(
      EventDraft(
        .channelCreated, workspaceID: workspaceID, channelID: channel.id,
        audience: isPrivate ? .channelMembers : .channel
      ) { $0.field("channel_id", channel.id) })
    return (channel, event)
  }

  /// Changes a channel, for the workspace's owner, for bots whose token has the scope, and for the maker of a private
  /// channel. Moderators may not.
  ///
  /// What is returned has no counts: they belong to the list.
  /// - Throws: `StoreError`, `SQLError`.
  public static func update(
    _ caller: Caller, _ id: ChannelID, _ draft: Draft, _ tx: Transaction
  ) throws -> (Channel, Event) {
    let access = try Access.channel(caller, id, tx.db)
    let membership = access.membership
    if membership.role != .owner, membership.role != .bot {
      guard access.isPrivate, try ChannelMembers.made(caller.userID, id, tx.db) else {
        throw StoreError.forbidden("only the workspace's owner changes channels")
      }
    }
    try membership.requireWriting(at: tx.now)
    let found = try tx.db.first("SELECT \(Channel.columns) FROM channels c WHERE c.id = ?1", [.text(id)]) {
      Channel(row: $0)
    }
    guard var channel = found else { throw StoreError.notFound("channel") }
    if let isPrivate = draft.isPrivate, isPrivate != channel.isPrivate {
      throw StoreError.invalid("a channel stays public or private as it was made")
    }
    let name = Names.slug(draft.name ?? "")
    if !name.isEmpty, name != channel.name {
      guard channel.name != WaitingRoom.name else { throw StoreError.invalid("the waiting room keeps its name") }
      try requireFree(name: name, caller, in: channel.workspaceID, tx.db)
      channel.name = name
    }
    try apply(draft, to: &channel)
    if let archived = draft.archived { channel.archivedAt = archived ? channel.archivedAt ?? tx.now.text : nil }
    try tx.db.execute(
      """
      UPDATE channels SET name = ?2, private_name = ?10, display_title = ?3, kind = ?4, archived_at = ?5,
        external_managed = ?6, external_ref = ?7, external_url = ?8, sidebar_section = ?9
      WHERE id = ?1
      """,
      [
        .text(id), .text(channel.uniqueName), .text(channel.displayTitle), .text(channel.kind),
        .optional(channel.archivedAt), .bool(channel.externalManaged), .text(channel.externalRef),
        .text(channel.externalURL), .text(channel.sidebarSection), .optional(channel.isPrivate ? channel.name : nil),
      ])
    let event = try tx.append(
      EventDraft(.channelUpdated, workspaceID: channel.workspaceID, channelID: id, audience: access.audience) {
        $0.field("archived", channel.archivedAt != nil)
        $0.field("channel_id", id)
      })
    return (channel, event)
  }

  /// The public channel with a name, if there is one. It checks no permission.
  /// - Throws: `SQLError`.
  static func named(_ name: String, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> Channel? {
    try db.first(
      "SELECT \(Channel.columns) FROM channels c WHERE c.workspace_id = ?1 AND c.name = ?2",
      [.text(workspaceID), .text(name)]
    ) { Channel(row: $0) }
  }

  /// Writes a new channel. The caller has checked the name.
  /// - Throws: `SQLError`.
  static func insert(_ channel: Channel, by creator: UserID? = nil, _ tx: Transaction) throws {
    try tx.db.execute(
      """
      INSERT INTO channels (id, route_id, workspace_id, name, display_title, kind, created_at, external_managed,
        external_ref, external_url, sidebar_section, private_name, created_by)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      """,
      [
        .text(channel.id), .text(channel.routeID), .text(channel.workspaceID), .text(channel.uniqueName),
        .text(channel.displayTitle), .text(channel.kind), .text(channel.createdAt), .bool(channel.externalManaged),
        .text(channel.externalRef), .text(channel.externalURL), .text(channel.sidebarSection),
        .optional(channel.isPrivate ? channel.name : nil), .optional(creator),
      ])
  }

  private static func requireRoom(
    isPrivate: Bool, _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws {
    if isPrivate {
      let count = try db.first(
        """
        SELECT count(*) FROM channels WHERE created_by = ?1 AND workspace_id = ?2 AND private_name IS NOT NULL
        """, [.text(caller.userID), .text(workspaceID)]
      ) { $0.int(0) }
      guard (count ?? 0) < privatePerMemberMax else {
        throw StoreError.conflict("you made \(privatePerMemberMax) private channels here already")
      }
      return
    }
    let count = try db.first(
      "SELECT count(*) FROM channels WHERE workspace_id = ?1 AND private_name IS NULL", [.text(workspaceID)]
    ) { $0.int(0) }
    guard (count ?? 0) < perWorkspaceMax else {
      throw StoreError.conflict("the workspace has \(perWorkspaceMax) channels already")
    }
  }

  // A name is taken when the caller can see a channel that has it. What they can't see takes no name away.
  private static func requireFree(
    name: String, _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws {
    guard name != WaitingRoom.name else { throw StoreError.invalid("the name \(name) is reserved") }
    guard name.utf8.count <= nameBytesMax else { throw StoreError.invalid("the name is too long") }
    let isTaken =
      try named(name, in: workspaceID, db) != nil
      || db.exists(
        """
        SELECT 1 FROM channel_members cm JOIN channels c ON c.id = cm.channel_id
        WHERE cm.user_id = ?1 AND cm.workspace_id = ?2 AND c.private_name = ?3
        """, [.text(caller.userID), .text(workspaceID), .text(name)])
    if isTaken { throw StoreError.conflict("there is a channel named \(name)") }
  }

  private static func apply(_ draft: Draft, to channel: inout Channel) throws(StoreError) {
    if let title = draft.displayTitle {
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: PlainText.visible(title).unicodeScalars.prefix(titleMax))
      channel.displayTitle = PlainText.trimmed(String(scalars))
    }
    if let kind = try bounded(draft.kind, "kind"), !kind.isEmpty { channel.kind = kind }
    if let managed = draft.externalManaged { channel.externalManaged = managed }
    if let reference = try bounded(draft.externalRef, "external_ref") { channel.externalRef = reference }
    if let url = try bounded(draft.externalURL, "external_url") { channel.externalURL = url }
    if let section = try bounded(draft.sidebarSection, "sidebar_section") { channel.sidebarSection = section }
  }

  private static func bounded(_ text: String?, _ field: String) throws(StoreError) -> String? {
    guard let text else { return nil }
    let trimmed = PlainText.trimmed(text)
    guard trimmed.utf8.count <= textBytesMax else { throw .invalid("\(field) is longer than \(textBytesMax) bytes") }
    return trimmed
  }
}
