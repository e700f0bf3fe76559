/// How a person is notified outside the client.
public struct NotificationSettings: Sendable, Equatable, Decodable, JSONWritable {
  /// Whether notifications go to Pushover.
  public var pushoverEnabled: Bool
  /// The person's key there: empty or 30 letters and digits.
  public var pushoverUserKey: String

  /// Makes settings.
  public init(pushoverEnabled: Bool = false, pushoverUserKey: String = "") {
    self.pushoverEnabled = pushoverEnabled
    self.pushoverUserKey = pushoverUserKey
  }

  /// Decodes an object; what is absent is off and empty.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pushoverEnabled = try container.decodeIfPresent(Bool.self, forKey: .pushoverEnabled) ?? false
    pushoverUserKey = try container.decodeIfPresent(String.self, forKey: .pushoverUserKey) ?? ""
  }

  private enum CodingKeys: String, CodingKey {
    case pushoverEnabled = "pushover_enabled"
    case pushoverUserKey = "pushover_user_key"
  }

  /// The settings with a trimmed key.
  /// - Throws: `StoreError.invalid` for a key of another form, and when it is missing although it is needed.
  func validated() throws(StoreError) -> NotificationSettings {
    let key = PlainText.trimmed(pushoverUserKey)
    let isAlphanumeric = key.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
    }
    guard key.isEmpty || (key.utf8.count == 30 && isAlphanumeric) else {
      throw .invalid("pushover_user_key must have 30 letters and digits")
    }
    guard !pushoverEnabled || !key.isEmpty else { throw .invalid("pushover_user_key is needed to enable Pushover") }
    return NotificationSettings(pushoverEnabled: pushoverEnabled, pushoverUserKey: key)
  }

  /// Writes the contract's object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("pushover_enabled", pushoverEnabled)
      json.field("pushover_user_key", pushoverUserKey)
    }
  }
}
