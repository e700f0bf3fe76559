/// How a person's client looks, on every device. The default of each preference is stored as absence.
public struct AppearancePreferences: Sendable, Equatable, Decodable, JSONWritable {
  /// `light` or `dark`; the default is `system`.
  public var colorMode: String?
  /// `ember`, `moss` or `iris`; the default is `signal`.
  public var boardTheme: String?
  /// `outlined`; the default is `standard`.
  public var messageLayout: String?
  /// `compact`; the default is `comfortable`.
  public var density: String?

  /// The defaults, or a patch that changes nothing.
  public init() {}

  /// Reads what `write(to:)` stored.
  /// - Throws: `DecodingError` for a damaged row.
  init(stored: String) throws {
    self = try JSONText.decode(AppearancePreferences.self, from: Array(stored.utf8))
  }

  private enum CodingKeys: String, CodingKey {
    case colorMode = "color_mode"
    case boardTheme = "board_theme"
    case messageLayout = "message_layout"
    case density
  }

  /// These preferences changed by a patch: a default's name or an empty text returns to the default, what is absent
  /// stays.
  /// - Throws: `StoreError.invalid` for an unknown value.
  func applying(_ patch: AppearancePreferences) throws(StoreError) -> AppearancePreferences {
    func choose(
      _ name: String, _ value: String?, over current: String?, default standard: String, _ choices: [String]
    ) throws(StoreError) -> String? {
      guard let value else { return current }
      if value.isEmpty || value == standard { return nil }
      guard choices.contains(value) else {
        throw .invalid("\(name) must be one of \(([standard] + choices).joined(separator: ", "))")
      }
      return value
    }
    var result = AppearancePreferences()
    result.colorMode = try choose(
      "color_mode", patch.colorMode, over: colorMode, default: "system", ["light", "dark"])
    result.boardTheme = try choose(
      "board_theme", patch.boardTheme, over: boardTheme, default: "signal", ["ember", "moss", "iris"])
    result.messageLayout = try choose(
      "message_layout", patch.messageLayout, over: messageLayout, default: "standard", ["outlined"])
    result.density = try choose("density", patch.density, over: density, default: "comfortable", ["compact"])
    return result
  }

  /// Writes the contract's object: what differs from the defaults.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("color_mode", ifPresent: colorMode)
      json.field("board_theme", ifPresent: boardTheme)
      json.field("message_layout", ifPresent: messageLayout)
      json.field("density", ifPresent: density)
    }
  }
}
