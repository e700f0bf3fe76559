/// The name of a command that people type: `/` and 1 to 32 of `a-z`, digits, `_` and `-`.
enum CommandName {
  /// The stored form: trimmed, in lower case, with the slash, which may be left out. Nil when it breaks the rule.
  static func normalized(_ text: String) -> String? {
    var name = PlainText.trimmed(text)[...]
    if name.hasPrefix("/") { name = name.dropFirst() }
    let bytes = name.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    guard (1...32).contains(bytes.count), bytes.allSatisfy(isAllowed) else { return nil }
    return "/" + String(decoding: bytes, as: UTF8.self)
  }

  /// The stored form.
  /// - Throws: `StoreError.invalid` when it breaks the rule.
  static func validated(_ text: String?) throws(StoreError) -> String {
    guard let name = normalized(text ?? "") else {
      throw .invalid("a command is / and 1 to 32 letters a-z, digits, _ or -")
    }
    return name
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
