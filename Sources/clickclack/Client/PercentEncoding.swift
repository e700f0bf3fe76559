/// Writes paths and queries of URLs (RFC 3986): everything but unreserved characters is encoded.
enum PercentEncoding {
  static func target(_ path: [String], query: [(String, String?)]) -> String {
    let pairs = query.compactMap { name, value in value.map { "\(encode(name))=\(encode($0))" } }
    let text = path.map { "/" + encode($0) }.joined()
    return pairs.isEmpty ? text : text + "?" + pairs.joined(separator: "&")
  }

  static func encode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }
}
