/// A channel of a workspace, with the viewer's unread count where it is listed.
public struct Channel: Sendable, Equatable, JSONWritable {
  /// `chn_` and a ULID.
  public let id: ChannelID
  /// `C` and 16 characters, for addresses.
  public let routeID: String
  /// Where it is.
  public let workspaceID: WorkspaceID
  /// Lower-case letters, digits and hyphens; unique among the public channels of the workspace.
  public var name: String
  /// Whether it is for its members only.
  public let isPrivate: Bool
  /// What people see instead of the name; empty when there is none.
  public var displayTitle: String
  /// `public` or whatever the client made of it: a label that changes no permission.
  public var kind: String
  /// When it was made.
  public let createdAt: String
  /// When it was archived, if it is.
  public var archivedAt: String?
  /// Whether another application owns its life cycle.
  public var externalManaged: Bool
  /// That application's name for it; empty when there is none.
  public var externalRef: String
  /// Where that application shows it; empty when there is none.
  public var externalURL: String
  /// The heading under which sidebars show it; empty when there is none.
  public var sidebarSection: String
  /// The last position given out.
  public var lastSeq: Int64 = 0
  /// The viewer's read pointer.
  public var lastReadSeq: Int64 = 0
  /// Messages by others after the read pointer.
  public var unreadCount: Int64 = 0

  /// The columns that `init(row:)` reads, of the table `c` (channels).
  static let columns = """
    c.id, c.route_id, c.workspace_id, coalesce(c.private_name, c.name), c.display_title, c.kind, c.created_at, \
    c.archived_at, c.external_managed, c.external_ref, c.external_url, c.sidebar_section, c.private_name IS NOT NULL
    """
  /// How many columns that is.
  static let columnCount: Int32 = 13

  init(
    id: ChannelID, routeID: String, workspaceID: WorkspaceID, name: String, isPrivate: Bool = false,
    displayTitle: String = "", kind: String, createdAt: String, archivedAt: String? = nil,
    externalManaged: Bool = false, externalRef: String = "",
    externalURL: String = "", sidebarSection: String = ""
  ) {
    self.id = id
    self.routeID = routeID
    self.workspaceID = workspaceID
    self.name = name
    self.isPrivate = isPrivate
    self.displayTitle = displayTitle
    self.kind = kind
    self.createdAt = createdAt
    self.archivedAt = archivedAt
    self.externalManaged = externalManaged
    self.externalRef = externalRef
    self.externalURL = externalURL
    self.sidebarSection = sidebarSection
  }

  init(row: borrowing SQLRow) {
    self.init(
      id: row.text(0), routeID: row.text(1), workspaceID: row.text(2), name: row.text(3), isPrivate: row.bool(12),
      displayTitle: row.text(4), kind: row.text(5), createdAt: row.text(6), archivedAt: row.optionalText(7),
      externalManaged: row.bool(8),
      externalRef: row.text(9), externalURL: row.text(10), sidebarSection: row.text(11))
  }

  /// What is stored under the constraint that names are unique in a workspace; see `Schema.privateChannels`.
  var uniqueName: String { isPrivate ? id : name }

  /// Writes the contract's Channel object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("route_id", routeID)
      json.field("workspace_id", workspaceID)
      json.field("name", name)
      if !displayTitle.isEmpty { json.field("display_title", displayTitle) }
      json.field("kind", kind)
      if isPrivate { json.field("private", true) }
      json.field("created_at", createdAt)
      json.field("archived_at", ifPresent: archivedAt)
      json.field("external_managed", externalManaged)
      if !externalRef.isEmpty { json.field("external_ref", externalRef) }
      if !externalURL.isEmpty { json.field("external_url", externalURL) }
      if !sidebarSection.isEmpty { json.field("sidebar_section", sidebarSection) }
      json.field("last_seq", lastSeq)
      json.field("last_read_seq", lastReadSeq)
      json.field("unread_count", unreadCount)
    }
  }
}
