import SeededRandom

@testable import clickclack

/// Makes random TOML documents together with what they mean.
struct TOMLGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func document() -> (text: String, table: [String: ConfigurationNode]) {
    var text = ""
    var root: [String: ConfigurationNode] = [:]
    addPairs(to: &root, text: &text)
    for index in 0..<Int.random(in: 0...3, using: &random) {
      var table: [String: ConfigurationNode] = [:]
      let name = "table\(index)"
      text += "\(space())[\(space())\(name)\(space())]\(lineEnd())"
      addPairs(to: &table, text: &text)
      root[name] = node(.table(table))
    }
    return (text, root)
  }

  private mutating func addPairs(to table: inout [String: ConfigurationNode], text: inout String) {
    for index in 0..<Int.random(in: 0...5, using: &random) {
      let key = "k\(index)" + (Bool.random(using: &random) ? "" : characters())
      guard table[key] == nil else { continue }
      let (written, value) = value(depth: 0)
      text += space() + quoted(key) + space() + "=" + space() + written + lineEnd()
      table[key] = value
    }
  }

  private mutating func value(depth: Int) -> (String, ConfigurationNode) {
    switch Int.random(in: 0..<(depth < 3 ? 8 : 7), using: &random) {
    case 0:
      let number = Int64.random(in: .min ... .max, using: &random)
      return ("\(number)", node(.integer(number)))
    case 1:
      let number = Int64.random(in: 0 ... .max, using: &random)
      return ("0x\(String(number, radix: 16))", node(.integer(number)))
    case 2:
      let number = Double.random(in: -1e9...1e9, using: &random)
      return ("\(number)", node(.float(number)))
    case 3: return Bool.random(using: &random) ? ("true", node(.boolean(true))) : ("false", node(.boolean(false)))
    case 4:
      let text = characters()
      return (quoted(text), node(.string(text)))
    case 5:
      let text = String(characters().unicodeScalars.filter { $0.value >= 0x20 && $0 != "'" && $0.value != 0x7F })
      return ("'\(text)'", node(.string(text)))
    case 6:
      let text = characters() + "\n" + characters()
      return ("\"\"\"\n" + quoted(text).dropFirst().dropLast() + "\"\"\"", node(.string(text)))
    default:
      var items: [(String, ConfigurationNode)] = []
      for _ in 0..<Int.random(in: 0...3, using: &random) { items.append(value(depth: depth + 1)) }
      let separator = "," + (Bool.random(using: &random) ? lineEnd() : space())
      return ("[" + items.map(\.0).joined(separator: separator) + "]", node(.array(items.map(\.1))))
    }
  }

  private func node(_ value: ConfigurationValue) -> ConfigurationNode { ConfigurationNode(value: value, line: 0) }

  private mutating func characters() -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "Z", "9", " ", "\"", "'", "\\", "\n", "\t", "\r", "#", "=", "é", "👍", "\u{1}", "\u{7F}",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) { text.append(alphabet.randomElement(using: &random)!) }
    return String(text)
  }

  private func quoted(_ text: String) -> String {
    var written = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": written += "\\\""
      case "\\": written += "\\\\"
      case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: written.unicodeScalars.append(scalar)
      }
    }
    return written + "\""
  }

  private mutating func space() -> String { ["", " ", "\t "].randomElement(using: &random)! }

  private mutating func lineEnd() -> String { ["\n", "\r\n", " # note\n", "\n\n"].randomElement(using: &random)! }
}
