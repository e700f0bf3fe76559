/// The rules for the texts of messages, which requests pass before they reach the writer.
public enum MessageText {
  /// The longest nonce, in code points.
  public static let nonceScalarsMax = 128
  /// The longest identifier of an agent's turn, in code points.
  public static let turnScalarsMax = 128

  /// A body, trimmed.
  /// - Throws: `StoreError.invalid` when nothing is left.
  public static func body(_ text: String?) throws(StoreError) -> String {
    let body = PlainText.trimmed(text ?? "")
    guard !body.isEmpty else { throw .invalid("the body is empty") }
    return body
  }

  /// A nonce, trimmed; nil for none.
  /// - Throws: `StoreError.invalid` when it is too long or has a NUL.
  public static func nonce(_ text: String?) throws(StoreError) -> String? {
    guard let nonce = optional(text) else { return nil }
    guard nonce.unicodeScalars.count <= nonceScalarsMax else {
      throw .invalid("the nonce is longer than \(nonceScalarsMax) characters")
    }
    guard !nonce.utf8.contains(0) else { throw .invalid("the nonce contains a NUL character") }
    return nonce
  }

  /// A text that may be missing, trimmed; nil when nothing is left.
  public static func optional(_ text: String?) -> String? {
    guard let text else { return nil }
    let trimmed = PlainText.trimmed(text)
    return trimmed.isEmpty ? nil : trimmed
  }
}
