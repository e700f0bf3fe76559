@testable import Storage
@testable import clickclack

/// Writes tables as TOML, in one way only, so that equal tables are equal texts.
enum TOMLText {
  static func write(_ table: [String: ConfigurationNode]) -> String {
    var text = ""
    write(table, path: [], to: &text)
    return text
  }

  /// Whether a configuration value is the JSON value; of numbers, only the kind is compared.
  static func agrees(_ value: ConfigurationValue, _ json: JSONValue) -> Bool {
    switch (value, json) {
    case (.string(let text), .string(let other)): text.utf8.elementsEqual(other.utf8)
    case (.boolean(let isOn), .bool(let other)): isOn == other
    case (.integer(let number), .integer(let other)): number == other
    // 1.0 is a whole number for one and not for the other.
    case (.float(let number), .integer(let other)): number == Double(other)
    case (.integer(let number), .number(let other)): Double(number) == other
    case (.float(let number), .number(let other)): number == other
    case (.array(let items), .array(let others)):
      items.count == others.count && zip(items, others).allSatisfy { agrees($0.value, $1) }
    case (.table(let table), .object(let fields)):
      table.count == fields.count
        && table.allSatisfy { name, node in fields[name].map { agrees(node.value, $0) } ?? false }
    default: false
    }
  }

  private static func write(_ table: [String: ConfigurationNode], path: [String], to text: inout String) {
    if !path.isEmpty { text += "[\(path.map(quoted).joined(separator: "."))]\n" }
    let names = table.keys.sorted {
      Array($0.unicodeScalars.map(\.value)).lexicographicallyPrecedes($1.unicodeScalars.map(\.value))
    }
    for name in names {
      guard let node = table[name] else { continue }
      if case .table = node.value { continue }
      text += "\(quoted(name)) = \(literal(node.value))\n"
    }
    for name in names {
      if case .table(let members) = table[name]?.value { write(members, path: path + [name], to: &text) }
    }
  }

  private static func literal(_ value: ConfigurationValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .integer(let number): "\(number)"
    case .float(let number): number.isFinite ? "\(number)" : number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
    case .boolean(let isOn): "\(isOn)"
    case .array(let items): "[" + items.map { literal($0.value) }.joined(separator: ", ") + "]"
    // Values of arrays are never tables: inline tables are refused.
    case .table: "{}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
