/// Which messages of a channel a member wants to hear about.
public enum ChannelNotifications {
  /// The choices.
  public enum Preference: String, Sendable {
    /// Every message.
    case all
    /// Only those that mention the member.
    case mentions
    /// None.
    case muted
  }

  /// A member's choice for a channel; `all` until they choose.
  /// - Throws: `StoreError`, `SQLError`.
  public static func preference(_ caller: Caller, for id: ChannelID, _ db: any SQLConnection) throws -> Preference {
    _ = try Access.channel(caller, id, db)
    return try stored(of: caller.userID, for: id, db)
  }

  /// What somebody chose, whoever asks.
  static func stored(of userID: UserID, for id: ChannelID, _ db: any SQLConnection) throws -> Preference {
    let stored = try db.first(
      "SELECT preference FROM channel_notification_settings WHERE user_id = ?1 AND channel_id = ?2",
      [.text(userID), .text(id)]
    ) { $0.text(0) }
    return stored.flatMap { Preference(rawValue: $0) } ?? .all
  }

  /// Stores a member's choice. It is their own affair, so a timeout does not matter.
  /// - Throws: `StoreError`, `SQLError`.
  public static func choose(
    _ preference: String, _ caller: Caller, for id: ChannelID, _ tx: Transaction
  ) throws -> Preference {
    _ = try Access.channel(caller, id, tx.db)
    guard let preference = Preference(rawValue: preference) else {
      throw StoreError.invalid("preference must be all, mentions or muted")
    }
    try tx.db.execute(
      """
      INSERT INTO channel_notification_settings (user_id, channel_id, preference) VALUES (?1, ?2, ?3)
      ON CONFLICT (user_id, channel_id) DO UPDATE SET preference = excluded.preference
      """, [.text(caller.userID), .text(id), .text(preference.rawValue)])
    return preference
  }
}
