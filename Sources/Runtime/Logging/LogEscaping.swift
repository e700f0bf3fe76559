/// Makes any text harmless inside one log line.
///
/// Escaped are control characters (C0, DEL, C1), line and paragraph separators and the bidirectional controls that
/// could show a line in another order than it has.
enum LogEscaping {
  /// Nested metadata below this depth is cut, so that a hostile value cannot exhaust the stack.
  static let depthMax = 8
  private static let cut = "…"

  /// Appends text as it is but for dangerous characters, at most about `room` bytes.
  static func appendText(
    _ text: String, to line: inout [UInt8], room: Int, escaping delimiter: Unicode.Scalar = "\\"
  ) {
    let limit = line.count + room
    for scalar in text.unicodeScalars {
      guard line.count < limit else {
        line.append(contentsOf: cut.utf8)
        return
      }
      if isDangerous(scalar) || scalar == "\\" || scalar == delimiter {
        appendTextEscape(scalar, to: &line)
      } else {
        line.append(contentsOf: scalar.utf8)
      }
    }
  }

  /// Appends a value of the text format: bare if it reads as one word, quoted otherwise.
  static func appendTextValue(_ value: Logger.MetadataValue, to line: inout [UInt8], room: Int, depth: Int = 0) {
    let limit = line.count + room
    switch value {
    case .string(let text):
      let isBare = !text.isEmpty && text.utf8.allSatisfy { isBareByte($0) }
      if isBare {
        appendText(text, to: &line, room: room)
      } else {
        line.append(UInt8(ascii: "\""))
        appendText(text, to: &line, room: room, escaping: "\"")
        line.append(UInt8(ascii: "\""))
      }
    case .array(let values):
      line.append(UInt8(ascii: "["))
      for (index, item) in values.enumerated() where depth < depthMax && line.count < limit {
        if index > 0 { line.append(contentsOf: ", ".utf8) }
        appendTextValue(item, to: &line, room: limit - line.count, depth: depth + 1)
      }
      line.append(UInt8(ascii: "]"))
    case .dictionary(let table):
      line.append(UInt8(ascii: "{"))
      var isFirst = true
      for key in table.keys.sorted() where depth < depthMax && line.count < limit {
        guard let item = table[key] else { continue }
        if !isFirst { line.append(contentsOf: ", ".utf8) }
        isFirst = false
        appendTextValue(.string(key), to: &line, room: 256)
        line.append(UInt8(ascii: ":"))
        appendTextValue(item, to: &line, room: max(0, limit - line.count), depth: depth + 1)
      }
      line.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a JSON string, quotes included (RFC 8259, section 7).
  static func appendJSON(_ text: String, to line: inout [UInt8], room: Int) {
    let limit = line.count + room
    line.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      guard line.count < limit else {
        line.append(contentsOf: cut.utf8)
        break
      }
      switch scalar {
      case "\"": line.append(contentsOf: #"\""#.utf8)
      case "\\": line.append(contentsOf: #"\\"#.utf8)
      case "\n": line.append(contentsOf: #"\n"#.utf8)
      case "\r": line.append(contentsOf: #"\r"#.utf8)
      case "\t": line.append(contentsOf: #"\t"#.utf8)
      case let scalar where isDangerous(scalar):
        // Every dangerous character lies in the basic plane, so four digits are enough.
        line.append(contentsOf: #"\u"#.utf8)
        let digits = String(scalar.value, radix: 16)
        line.append(contentsOf: String(repeating: "0", count: max(0, 4 - digits.count)).utf8)
        line.append(contentsOf: digits.utf8)
      default: line.append(contentsOf: scalar.utf8)
      }
    }
    line.append(UInt8(ascii: "\""))
  }

  /// Appends a metadata value as JSON with sorted keys.
  static func appendJSONValue(_ value: Logger.MetadataValue, to line: inout [UInt8], room: Int, depth: Int = 0) {
    let limit = line.count + room
    switch value {
    case .string(let text): appendJSON(text, to: &line, room: max(0, room))
    case .array(let values):
      line.append(UInt8(ascii: "["))
      for (index, item) in values.enumerated() where depth < depthMax && line.count < limit {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        appendJSONValue(item, to: &line, room: limit - line.count, depth: depth + 1)
      }
      line.append(UInt8(ascii: "]"))
    case .dictionary(let table):
      line.append(UInt8(ascii: "{"))
      var isFirst = true
      for key in table.keys.sorted() where depth < depthMax && line.count < limit {
        guard let item = table[key] else { continue }
        if !isFirst { line.append(UInt8(ascii: ",")) }
        isFirst = false
        appendJSON(key, to: &line, room: 256)
        line.append(UInt8(ascii: ":"))
        appendJSONValue(item, to: &line, room: limit - line.count, depth: depth + 1)
      }
      line.append(UInt8(ascii: "}"))
    }
  }

  static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  private static func isBareByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"),
      UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  private static func appendTextEscape(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
    switch scalar {
    case "\n": line.append(contentsOf: #"\n"#.utf8)
    case "\r": line.append(contentsOf: #"\r"#.utf8)
    case "\t": line.append(contentsOf: #"\t"#.utf8)
    case "\\", "\"":
      line.append(UInt8(ascii: "\\"))
      line.append(UInt8(scalar.value))
    default:
      line.append(contentsOf: #"\u{"#.utf8)
      line.append(contentsOf: String(scalar.value, radix: 16).utf8)
      line.append(UInt8(ascii: "}"))
    }
  }
}
