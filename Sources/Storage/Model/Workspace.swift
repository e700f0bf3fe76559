/// A workspace as one of its members sees it.
public struct Workspace: Sendable, Equatable, JSONWritable {
  /// `wsp_` and a ULID.
  public let id: WorkspaceID
  /// `T` and 16 characters, for addresses.
  public let routeID: String
  /// The name shown.
  public var name: String
  /// The name in lower-case letters, digits and hyphens; unique on the server.
  public var slug: String
  /// The path of an uploaded image, or empty.
  public var iconURL: String
  /// When it was made.
  public let createdAt: String
  /// The viewer's role in it.
  public var role: Role

  /// The columns that `init(row:)` reads, of the tables `w` (workspaces) and `m` (the viewer's membership).
  static let columns = "w.id, w.route_id, w.name, w.slug, w.icon_url, w.created_at, m.role"

  init(
    id: WorkspaceID, routeID: String, name: String, slug: String, iconURL: String = "", createdAt: String, role: Role
  ) {
    self.id = id
    self.routeID = routeID
    self.name = name
    self.slug = slug
    self.iconURL = iconURL
    self.createdAt = createdAt
    self.role = role
  }

  init(row: borrowing SQLRow) {
    self.init(
      id: row.text(0), routeID: row.text(1), name: row.text(2), slug: row.text(3), iconURL: row.text(4),
      createdAt: row.text(5), role: Role(rawValue: row.text(6)) ?? .guest)
  }

  /// Writes the contract's Workspace object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("route_id", routeID)
      json.field("name", name)
      json.field("slug", slug)
      json.field("icon_url", iconURL)
      json.field("created_at", createdAt)
      json.field("role", role.rawValue)
    }
  }
}
