/// Compares the names of header fields, which are ASCII and have no case.
enum FieldName {
  /// Whether a name is one that is given in lower case.
  static func matches(_ name: String, _ lowercase: StaticString) -> Bool {
    name.utf8.count == lowercase.utf8CodeUnitCount && begins(name, with: lowercase)
  }

  /// Whether a name begins with something that is given in lower case.
  static func begins(_ name: String, with lowercase: StaticString) -> Bool {
    guard name.utf8.count >= lowercase.utf8CodeUnitCount else { return false }
    return lowercase.withUTF8Buffer { wanted in
      zip(name.utf8, wanted).allSatisfy { lower($0) == $1 }
    }
  }

  /// A text with its ASCII letters in lower case.
  static func lowercased(_ text: some StringProtocol) -> String {
    String(decoding: text.utf8.map(lower), as: UTF8.self)
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
