/// The name of a file as a Content-Disposition field carries it.
enum FilenameParameters {
  /// The name twice: in ASCII for old clients, and as it is (RFC 6266 section 4.3, RFC 8187).
  static func text(_ filename: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var plain: [UInt8] = []
    var encoded: [UInt8] = []
    for scalar in filename.unicodeScalars {
      let isPlain = (0x20..<0x7F).contains(scalar.value) && !"\"\\%".unicodeScalars.contains(scalar)
      plain.append(isPlain ? UInt8(scalar.value) : UInt8(ascii: "_"))
    }
    for byte in filename.utf8 {
      let isAttribute = byte.isTokenByte && ![UInt8(ascii: "*"), UInt8(ascii: "'"), ASCII.percent].contains(byte)
      encoded += isAttribute ? [byte] : [ASCII.percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return "; filename=\"\(String(decoding: plain, as: UTF8.self))\"; filename*=UTF-8''"
      + String(decoding: encoded, as: UTF8.self)
  }
}
