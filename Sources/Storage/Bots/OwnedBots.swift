/// A bot that a person owns, with the workspace where it works.
public struct OwnedBot: Sendable, JSONWritable {
  /// The bot.
  public let bot: User
  /// The workspace's identifier.
  public let workspaceID: WorkspaceID
  /// The workspace's public route identifier.
  public let workspaceRouteID: String
  /// The workspace's name.
  public let workspaceName: String
  /// Tokens there that are not revoked.
  public let activeTokenCount: Int64

  /// Writes the contract's OwnedBotEntry object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("bot", bot)
      json.key("workspace")
      json.object { json in
        json.field("id", workspaceID)
        json.field("route_id", workspaceRouteID)
        json.field("name", workspaceName)
      }
      json.field("active_token_count", activeTokenCount)
    }
  }
}

/// Lists the bots of a person.
public enum OwnedBots {
  /// Every bot that the caller owns, once per workspace, the oldest first.
  /// - Throws: `StoreError.forbidden` for bots, `SQLError`.
  public static func list(_ caller: Caller, _ db: any SQLConnection) throws -> [OwnedBot] {
    try Bots.requirePerson(caller)
    let first = User.columnCount
    return try db.all(
      """
      SELECT \(User.columns("u")), w.id, w.route_id, w.name, (
        SELECT count(*) FROM bot_tokens t
        WHERE t.bot_user_id = u.id AND t.workspace_id = w.id AND t.revoked_at IS NULL)
      FROM users u JOIN workspace_members m ON m.user_id = u.id JOIN workspaces w ON w.id = m.workspace_id
      WHERE u.owner_user_id = ?1 AND u.kind = 'bot' AND u.deleted_at IS NULL AND w.deleted_at IS NULL
      ORDER BY u.id, m.joined_at
      """, [.text(caller.userID)]
    ) { row in
      OwnedBot(
        bot: User(row: row, from: 0), workspaceID: row.text(first), workspaceRouteID: row.text(first + 1),
        workspaceName: row.text(first + 2), activeTokenCount: row.int(first + 3))
    }
  }
}
