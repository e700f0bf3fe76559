/// Encodes text for mail: in header fields by RFC 2047, in bodies by RFC 2045, section 6.7.
enum MailText {
  /// Bytes of text in one encoded word: 52 characters of base 64 and 12 around them fit into a line with the field's name.
  private static let wordBytesMax = 39
  /// Printable text up to here stays as it is; longer text would need folding.
  private static let plainBytesMax = 60
  private static let lineBytesMax = 76
  private static let hexadecimal = Array("0123456789ABCDEF".utf8)
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The value of a field such as Subject.
  static func unstructured(_ text: String) -> String {
    let text = withoutControls(text)
    return isPlain(text) && !text.contains("=?") ? text : encodedWords(text)
  }

  /// A display name.
  static func phrase(_ text: String) -> String {
    let text = withoutControls(text)
    guard isPlain(text) else { return encodedWords(text) }
    var quoted = "\""
    for character in text {
      if character == "\"" || character == "\\" { quoted.append("\\") }
      quoted.append(character)
    }
    return quoted + "\""
  }

  /// A body: CRLF at the end of every line, whatever they ended with.
  static func quotedPrintable(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    var column = 0
    let bytes = Array(text.utf8)
    func endsLine(_ index: Int) -> Bool {
      index >= bytes.count || bytes[index] == UInt8(ascii: "\r") || bytes[index] == UInt8(ascii: "\n")
    }
    func put(_ piece: [UInt8], isLast: Bool) {
      // A soft line break needs room for its own "=", unless the line ends here.
      if column + piece.count > (isLast ? lineBytesMax : lineBytesMax - 1) {
        output += "=\r\n".utf8
        column = 0
      }
      output += piece
      column += piece.count
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if endsLine(index) {
        if byte == UInt8(ascii: "\r"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { index += 1 }
        output += "\r\n".utf8
        column = 0
      } else {
        let isLast = endsLine(index + 1)
        let isLiteral: Bool =
          switch byte {
          case UInt8(ascii: "="): false
          case 0x21...0x7e: true
          case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
          default: false
          }
        put(
          isLiteral ? [byte] : [UInt8(ascii: "="), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]],
          isLast: isLast)
      }
      index += 1
    }
    if column > 0 { output += "\r\n".utf8 }
    return output
  }

  /// Control characters would end or split a field; each becomes a space.
  private static func withoutControls(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.count <= plainBytesMax && text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !text.hasPrefix(" ")
      && !text.hasSuffix(" ")
  }

  private static func encodedWords(_ text: String) -> String {
    var words: [String] = []
    var word: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if word.count + bytes.count > wordBytesMax {
        words.append(encodedWord(word))
        word = []
      }
      word += bytes
    }
    words.append(encodedWord(word))
    return words.joined(separator: "\r\n ")
  }

  private static func encodedWord(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = Array("=?utf-8?B?".utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      bits <<= 8
      for position in 0..<4 {
        text.append(position <= group.count ? alphabet[Int(bits >> 26)] : UInt8(ascii: "="))
        bits <<= 6
      }
    }
    return String(decoding: text + Array("?=".utf8), as: UTF8.self)
  }
}
