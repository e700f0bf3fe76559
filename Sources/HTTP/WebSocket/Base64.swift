/// Base64 with padding (RFC 4648 section 4), as the WebSocket handshake uses it.
enum Base64 {
  private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  static func encode(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let second = index + 1 < bytes.count ? bytes[index + 1] : 0
      let third = index + 2 < bytes.count ? bytes[index + 2] : 0
      let group = Int(bytes[index]) << 16 | Int(second) << 8 | Int(third)
      for position in 0..<4 {
        let isPadding = index + position > bytes.count
        output.append(isPadding ? ASCII.equals : alphabet.utf8Start[group >> (18 - position * 6) & 63])
      }
      index += 3
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether the bytes are the padded form of exactly sixteen bytes.
  static func isSixteenBytes(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count == 24 && bytes[22] == ASCII.equals && bytes[23] == ASCII.equals
      && bytes.part(0..<22).allSatisfy { byte in
        byte.isDigit || (byte | 0x20) &- 0x61 < 26 || byte == ASCII.plus || byte == ASCII.slash
      }
  }
}
