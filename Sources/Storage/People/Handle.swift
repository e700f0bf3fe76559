/// The name by which others mention a person or a bot: `[a-z0-9][a-z0-9_-]{1,31}`, unique on the server.
public enum Handle {
  /// The handle in its stored form: trimmed, without a leading `@`, in lower case. Empty stays empty: no handle.
  /// - Throws: `StoreError.invalid` when it breaks the rule.
  public static func validated(_ text: String) throws(StoreError) -> String {
    var handle = PlainText.trimmed(text)
    guard !handle.isEmpty else { return "" }
    if handle.unicodeScalars.first == "@" { handle.unicodeScalars.removeFirst() }
    let bytes = handle.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    func isAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
    let dash = UInt8(ascii: "-")
    let underscore = UInt8(ascii: "_")
    guard (2...32).contains(bytes.count), isAlphanumeric(bytes[0]),
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == dash || $0 == underscore })
    else {
      throw .invalid("a handle has 2 to 32 letters a-z, digits, _ or -, and begins with a letter or a digit")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Refuses a handle that somebody else has.
  /// - Throws: `StoreError.conflict`, `SQLError`.
  static func requireFree(_ handle: String, for user: UserID, _ db: any SQLConnection) throws {
    guard !handle.isEmpty else { return }
    if try db.exists("SELECT 1 FROM users WHERE handle = ?1 AND id <> ?2", [.text(handle), .text(user)]) {
      throw StoreError.conflict("the handle \(handle) is taken")
    }
  }
}
