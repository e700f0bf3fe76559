/// A bot's credential, as members see it: without the secret.
public struct BotToken: Sendable, Equatable, JSONWritable {
  /// `btok_` and a ULID.
  public let id: String
  /// The bot.
  public let botUserID: UserID
  /// The only workspace where it counts.
  public let workspaceID: WorkspaceID
  /// The person who owns a user-owned bot.
  public let ownerUserID: UserID?
  /// What it is for, in the words of whoever made it.
  public let name: String
  /// What it allows, in order.
  public let scopes: [String]
  /// Who made it.
  public let createdBy: UserID?
  /// When it was made.
  public let createdAt: String
  /// When it was used, to the minute.
  public let lastUsedAt: String?
  /// When it was revoked.
  public let revokedAt: String?

  /// The columns that `init(row:from:)` reads, of `bot_tokens t`.
  static let columns = """
    t.id, t.bot_user_id, t.workspace_id, t.owner_user_id, t.name, t.scopes, t.created_by, t.created_at, \
    t.last_used_at, t.revoked_at
    """

  /// Reads `columns` from a row, starting at column `first`.
  init(row: borrowing SQLRow, from first: Int32) {
    id = row.text(first)
    botUserID = row.text(first + 1)
    workspaceID = row.text(first + 2)
    ownerUserID = row.optionalText(first + 3)
    name = row.text(first + 4)
    scopes = BotScopes.stored(row.text(first + 5))
    createdBy = row.optionalText(first + 6)
    createdAt = row.text(first + 7)
    lastUsedAt = row.optionalText(first + 8)
    revokedAt = row.optionalText(first + 9)
  }

  /// Writes the contract's BotToken object.
  public func write(to json: inout JSONWriter) { write(to: &json, secret: nil) }

  func write(to json: inout JSONWriter, secret: String?) {
    json.object { json in
      json.field("id", id)
      json.field("bot_user_id", botUserID)
      json.field("workspace_id", workspaceID)
      json.field("owner_user_id", ifPresent: ownerUserID)
      json.field("name", name)
      json.field("scopes", scopes)
      json.field("created_by", ifPresent: createdBy)
      json.field("created_at", createdAt)
      json.field("last_used_at", ifPresent: lastUsedAt)
      json.field("revoked_at", ifPresent: revokedAt)
      json.field("token", ifPresent: secret)
    }
  }
}

/// A bot token just made or rotated, with the secret that is shown only now.
public struct IssuedBotToken: Sendable, JSONWritable {
  /// The token.
  public let token: BotToken
  /// The secret; the database has only its hash.
  public let secret: String

  /// Writes the contract's BotToken object with `token`.
  public func write(to json: inout JSONWriter) { token.write(to: &json, secret: secret) }
}
