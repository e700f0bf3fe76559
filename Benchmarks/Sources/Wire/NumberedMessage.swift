/// The messages that the generator publishes.
enum NumberedMessage {
  /// A JSON object of exactly `bytes` bytes, if that leaves room for the number.
  static func json(number: UInt64, bytes: Int) -> String {
    let start = "{\"seq\":\(number),\"pad\":\""
    return start + String(repeating: "x", count: max(0, bytes - start.utf8.count - 2)) + "\"}"
  }

  /// Plain words of exactly `bytes` bytes that need no escaping in JSON.
  static func text(bytes: Int) -> String {
    let words = "the quick brown fox jumps over the lazy dog while five boxing wizards watch in silence and then "
    return String(String(repeating: words, count: bytes / words.utf8.count + 1).prefix(max(0, bytes - 1))) + "."
  }
}
