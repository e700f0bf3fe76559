/// A user as they see themselves: with their private settings, unless they are a bot.
public struct Profile: Sendable, JSONWritable {
  /// What everyone sees.
  public var user: User
  /// How they are notified outside the client.
  public var notifications: NotificationSettings
  /// How their client looks; nil until they chose something.
  public var appearance: AppearancePreferences?

  /// Writes the contract's User object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      user.writeFields(to: &json)
      guard !user.isBot else { return }
      json.field("notification_settings", notifications)
      json.field("appearance_preferences", ifPresent: appearance)
    }
  }
}

/// What a person asks to change of their own profile; what is absent stays.
public struct ProfileChanges: Sendable, Decodable {
  /// The name shown.
  public var displayName: String?
  /// The handle; empty to have none.
  public var handle: String?
  /// The picture's URL; empty for the generated one.
  public var avatarURL: String?
  /// Replaces the settings as a whole.
  public var notificationSettings: NotificationSettings?
  /// Changes single preferences.
  public var appearancePreferences: AppearancePreferences?

  /// No changes.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case displayName = "display_name"
    case handle
    case avatarURL = "avatar_url"
    case notificationSettings = "notification_settings"
    case appearancePreferences = "appearance_preferences"
  }
}
