import Storage

extension JSONValue {
  /// A member of an object; nil for anything else.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var integer: Int64? {
    guard case .integer(let number) = self else { return nil }
    return number
  }

  /// The elements of an array; null and anything else have none.
  var elements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  /// The text of a member, empty if it is missing.
  func text(_ name: String) -> String { self[name]?.text ?? "" }

  /// The document as commands print it.
  var line: String { String(decoding: json, as: UTF8.self) + "\n" }
}
