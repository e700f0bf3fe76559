/// A person or a bot, as other members see them.
public struct User: Sendable, Equatable, JSONWritable {
  /// `usr_` and a ULID.
  public var id: UserID
  /// Whether it is a bot.
  public var isBot: Bool
  /// The person who owns a user-owned bot.
  public var ownerUserID: UserID?
  /// The name shown.
  public var displayName: String
  /// For mentions, without `@`; empty when there is none.
  public var handle: String
  /// The handle that a deleted bot had.
  public var formerHandle: String?
  /// When a bot was deleted.
  public var deletedAt: String?
  /// An http(s) URL; for people without one, generated from their e-mail address.
  public var avatarURL: String
  /// When it was made.
  public var createdAt: String

  /// The columns that `init(row:from:)` reads, of a table alias.
  static func columns(_ alias: String) -> String {
    [
      "id", "kind", "owner_user_id", "display_name", "handle", "former_handle", "deleted_at", "avatar_url",
      "created_at",
    ]
    .map { "\(alias).\($0)" }.joined(separator: ", ")
  }
  /// How many columns that is.
  static let columnCount: Int32 = 9

  /// Reads `columns` from a row, starting at column `first`.
  init(row: borrowing SQLRow, from first: Int32) {
    id = row.text(first)
    isBot = row.text(first + 1) == "bot"
    ownerUserID = row.optionalText(first + 2)
    displayName = row.text(first + 3)
    handle = row.text(first + 4)
    formerHandle = row.optionalText(first + 5)
    deletedAt = row.optionalText(first + 6)
    avatarURL = row.text(first + 7)
    createdAt = row.text(first + 8)
  }

  /// Writes the contract's User object without the private settings.
  public func write(to json: inout JSONWriter) {
    json.object { writeFields(to: &$0) }
  }

  /// Writes the fields alone, for objects that add to them.
  func writeFields(to json: inout JSONWriter) {
    json.field("id", id)
    json.field("kind", isBot ? "bot" : "human")
    json.field("owner_user_id", ifPresent: ownerUserID)
    json.field("display_name", displayName)
    json.field("handle", handle)
    json.field("former_handle", ifPresent: formerHandle)
    json.field("deleted_at", ifPresent: deletedAt)
    json.field("avatar_url", avatarURL)
    json.field("created_at", createdAt)
  }
}
