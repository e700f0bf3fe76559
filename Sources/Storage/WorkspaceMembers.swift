/// The directory of a workspace's members, which every member may read. It says nothing about moderation.
public enum WorkspaceMembers {
  /// Members on a page unless the client asks for another number.
  public static let pageDefault = 100
  /// Members on a page at most.
  public static let pageMax = 200
  /// Code points of a search text.
  public static let queryMax = 200

  /// One member.
  public struct Member: Sendable, JSONWritable {
    /// Where.
    public let workspaceID: WorkspaceID
    /// Who.
    public let user: User
    /// The role there.
    public let role: Role
    /// Since when.
    public let joinedAt: String

    /// Writes the contract's WorkspaceMember object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("workspace_id", workspaceID)
        json.field("user", user)
        json.field("role", role.rawValue)
        json.field("joined_at", joinedAt)
      }
    }
  }

  /// What a client asks for.
  public struct Request: Sendable {
    /// Members wanted.
    public var limit = pageDefault
    /// Where the last page ended; nil for the first.
    public var cursor: String?
    /// Text to find in display names and handles, without case.
    public var query = ""
    /// The only role wanted.
    public var role: Role?

    /// The first page of everybody.
    public init() {}
  }

  /// A part of the directory. The counts are on the first page only, those by role only where nothing is filtered.
  public struct Page: Sendable {
    /// The members, by role and then by name.
    public var members: [Member] = []
    /// Where the next page begins, if there is one.
    public var nextCursor: String?
    /// How many match in all.
    public var totalCount: Int64?
    /// How many there are of each role.
    public var totalByRole: [(role: Role, count: Int64)]?

    /// Writes the fields of the contract's WorkspaceMemberPage.
    public func writeFields(to json: inout JSONWriter) {
      json.field("members", members)
      json.field("next_cursor", ifPresent: nextCursor)
      json.field("has_more", nextCursor != nil)
      json.field("total_count", ifPresent: totalCount)
      guard let totalByRole else { return }
      json.key("total_by_role")
      json.object { json in
        for (role, count) in totalByRole {
          json.key(dynamic: role.rawValue)
          json.int(count)
        }
      }
    }
  }

  /// A page of the directory.
  /// - Throws: `StoreError`, `SQLError`.
  public static func page(
    _ caller: Caller, in workspaceID: WorkspaceID, _ request: Request, _ db: any SQLConnection
  ) throws -> Page {
    _ = try Access.member(caller, of: workspaceID, db)
    let query = PlainText.trimmed(request.query)
    guard query.unicodeScalars.count <= queryMax else {
      throw StoreError.invalid("q is longer than \(queryMax) characters")
    }
    let start = try request.cursor.map { try MemberPosition(cursor: $0, query: query, role: request.role) }
    let limit = min(request.limit, pageMax)
    var last: MemberPosition?
    var page = Page()
    var values = filter(workspaceID, query, request.role)
    values += [
      .bool(start != nil), .integer(start?.rank ?? 0), .text(start?.name ?? ""), .text(start?.handle ?? ""),
      .text(start?.userID ?? ""), .integer(Int64(limit + 1)),
    ]
    try db.query(
      """
      SELECT \(User.columns("u")), m.role, m.joined_at, \(rank), lower(u.display_name), lower(u.handle)
      \(matching)
        AND (?6 = 0 OR (\(rank), lower(u.display_name), lower(u.handle), u.id) > (?7, ?8, ?9, ?10))
      ORDER BY \(rank), lower(u.display_name), lower(u.handle), u.id LIMIT ?11
      """, values
    ) { row in
      guard page.members.count < limit else {
        page.nextCursor = try last?.cursor()
        return
      }
      let next = User.columnCount
      let user = User(row: row, from: 0)
      page.members.append(
        Member(
          workspaceID: workspaceID, user: user, role: Role(rawValue: row.text(next)) ?? .guest,
          joinedAt: row.text(next + 1)))
      last = MemberPosition(
        rank: row.int(next + 2), name: row.text(next + 3), handle: row.text(next + 4), userID: user.id, query: query,
        role: request.role?.rawValue)
    }
    if start == nil { try count(workspaceID, query, request.role, into: &page, db) }
    return page
  }

  private static func count(
    _ workspaceID: WorkspaceID, _ query: String, _ role: Role?, into page: inout Page, _ db: any SQLConnection
  ) throws {
    var counts: [Role: Int64] = [:]
    try db.query("SELECT m.role, count(*) \(matching) GROUP BY m.role", filter(workspaceID, query, role)) { row in
      if let role = Role(rawValue: row.text(0)) { counts[role] = row.int(1) }
    }
    page.totalCount = counts.values.reduce(0, +)
    if query.isEmpty, role == nil { page.totalByRole = Role.allCases.map { ($0, counts[$0] ?? 0) } }
  }

  // Owners first, guests last.
  private static let rank = """
    (CASE m.role WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 WHEN 'member' THEN 2 WHEN 'bot' THEN 3 ELSE 4 END)
    """

  // ?1 to ?5 are the values of `filter`.
  private static let matching = """
    FROM workspace_members m JOIN users u ON u.id = m.user_id
    WHERE m.workspace_id = ?1 AND u.deleted_at IS NULL AND (?2 = '' OR m.role = ?2)
      AND (?3 = '' OR \(contains("u.display_name")) OR \(contains("u.handle")))
    """

  // SQLite folds the case of ASCII only, so the text is looked for in three forms: that finds `Ünal` by `ünal`.
  private static func contains(_ column: String) -> String {
    "lower(\(column)) LIKE ?3 ESCAPE '\\' OR \(column) LIKE ?4 ESCAPE '\\' OR upper(\(column)) LIKE ?5 ESCAPE '\\'"
  }

  private static func filter(_ workspaceID: WorkspaceID, _ query: String, _ role: Role?) -> [SQLValue] {
    [.text(workspaceID), .text(role?.rawValue ?? "")]
      + [query.lowercased(), query, query.uppercased()].map { .text($0.isEmpty ? "" : pattern($0)) }
  }

  private static func pattern(_ text: String) -> String {
    var pattern = "%"
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.unicodeScalars.append("\\") }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }
}
