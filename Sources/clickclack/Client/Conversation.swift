import Storage

/// Finds the direct conversation that a command line names.
enum Conversation {
  static let positional = PositionalDeclaration(
    name: "conversation", help: "A conversation by id, or '@handle' for the one with that person.")

  /// The id of the conversation; the one with a person is opened if there is none yet.
  ///
  /// - Throws: `CommandFailure` if the person is not in the workspace.
  static func id(_ named: String, _ session: ClientSession) throws(CommandFailure) -> String {
    guard named.hasPrefix("@") else { return named }
    return try open([named], session).text("id")
  }

  /// Opens the conversation with these people.
  ///
  /// - Throws: as `id`.
  static func open(_ people: [String], _ session: ClientSession) throws(CommandFailure) -> JSONValue {
    let workspace = try session.workspace().text("id")
    var members: [JSONValue] = []
    for name in people { members.append(.string(try userID(name, in: workspace, session))) }
    let body: [String: JSONValue] = ["workspace_id": .string(workspace), "member_ids": .array(members)]
    return try session.client.post("dms", body: body)["conversation"] ?? .null
  }

  private static func userID(
    _ name: String, in workspace: String, _ session: ClientSession
  ) throws(CommandFailure) -> String {
    guard name.hasPrefix("@") else { return name }
    let handle = name.dropFirst().lowercased()
    var cursor: String?
    repeat {
      let page = try session.client.get(
        "workspaces", workspace, "members", query: [("q", handle), ("limit", "200"), ("cursor", cursor)])
      for member in page["members"]?.elements ?? [] {
        let user = member["user"] ?? member
        if user.text("handle").lowercased() == handle { return user.text("id") }
      }
      cursor = page["next_cursor"]?.text
    } while cursor.map { !$0.isEmpty } ?? false
    throw CommandFailure("there is nobody called '\(name)' in the workspace", exitCode: .notFound)
  }
}
