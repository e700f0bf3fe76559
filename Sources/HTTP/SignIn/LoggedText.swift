/// What another server said, as far as it goes into the log.
enum LoggedText {
  private static let charactersMax = 200

  /// The beginning of a text.
  static func shortened(_ text: String) -> String { String(text.prefix(charactersMax)) }
}
