/// The rules for names that people give to workspaces, channels and topics.
enum Names {
  /// Bytes of a workspace's or topic's name.
  static let bytesMax = 80

  /// A name as people see it, within the limit.
  /// - Parameter what: Names the thing in the error, such as "workspace".
  /// - Throws: `StoreError.invalid` when nothing is left or it is too long.
  static func required(_ text: String, of what: String) throws(StoreError) -> String {
    let name = PlainText.visible(text)
    guard !name.isEmpty else { throw .invalid("the \(what) needs a name") }
    guard name.utf8.count <= bytesMax else { throw .invalid("the \(what)'s name is longer than \(bytesMax) bytes") }
    return name
  }

  /// The form of a name for addresses and lists: lower-case letters and digits of ASCII, every run of anything else
  /// one hyphen, none at the ends. Empty when the name has no letter or digit. Letters that only look like ASCII, or
  /// become ASCII in lower case, are not; texts that Unicode calls equal have one slug.
  static func slug(_ text: String) -> String {
    var bytes: [UInt8] = []
    for character in text {
      let scalars = character.unicodeScalars
      let byte = scalars.count == 1 ? scalars.first.flatMap { UInt8(exactly: $0.value) } ?? 0 : 0
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
      default:
        if let last = bytes.last, last != UInt8(ascii: "-") { bytes.append(UInt8(ascii: "-")) }
      }
    }
    if bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
