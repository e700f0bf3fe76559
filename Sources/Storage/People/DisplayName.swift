/// The name that is shown for a person or a bot.
public enum DisplayName {
  /// Bytes of UTF-8 at most.
  public static let bytesMax = 80

  /// The name as people see it.
  /// - Throws: `StoreError.invalid` when nothing is left or it is too long.
  public static func validated(_ text: String) throws(StoreError) -> String {
    let name = PlainText.visible(text)
    guard !name.isEmpty else { throw .invalid("display_name must not be empty") }
    guard name.utf8.count <= bytesMax else { throw .invalid("display_name must have at most \(bytesMax) bytes") }
    return name
  }
}
