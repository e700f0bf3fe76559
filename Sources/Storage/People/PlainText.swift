/// Cleans up text that people type.
public enum PlainText {
  /// The text without white space at either end (Unicode's White_Space property).
  public static func trimmed(_ text: String) -> String {
    var rest = text.unicodeScalars[...]
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    return String(rest)
  }

  /// The longest beginning of the text that has at most `bytesMax` bytes of UTF-8 and ends between characters.
  static func prefix(_ text: String, bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var result = ""
    for character in text {
      guard result.utf8.count + character.utf8.count <= bytesMax else { break }
      result.append(character)
    }
    return result
  }
}
