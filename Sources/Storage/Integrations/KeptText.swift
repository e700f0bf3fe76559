/// The part of another server's answer that is kept for people to look at.
enum KeptText {
  /// The beginning of the bytes as text; what is no UTF-8 becomes the replacement character, NUL is left out.
  static func of(_ bytes: [UInt8], bytesMax: Int) -> String {
    let text = String(decoding: bytes.prefix(bytesMax).filter { $0 != 0 }, as: UTF8.self)
    return PlainText.prefix(text, bytesMax: bytesMax)
  }
}
