/// A media type with its parameters, as in Content-Type (RFC 9110 section 8.3.1).
public struct MediaType: Sendable, Equatable {
  /// The bound on parameters; more make the field malformed.
  public static let parameterCountMax = 16

  /// The part before the slash, in lower case.
  public let type: String
  /// The part behind the slash, in lower case.
  public let subtype: String
  /// The parameters in order: names in lower case, values without quotes.
  public let parameters: [(name: String, value: String)]

  /// `type/subtype`, in lower case and without parameters.
  public var essence: String { "\(type)/\(subtype)" }

  /// Reads a field value; nil when it is malformed.
  public init?(parsing text: String) {
    let parsed = text.withBytes { bytes -> (String, String, [(name: String, value: String)])? in
      var elements: [UnsafeRawBufferPointer] = []
      forEachListElement(bytes, separator: ASCII.semicolon) { elements.append($0) }
      guard let first = elements.first, elements.count <= Self.parameterCountMax + 1,
        bytes.trimmingBlanks.first != ASCII.semicolon, let slash = first.firstIndex(of: ASCII.slash, from: 0)
      else { return nil }
      let type = first.part(0..<slash)
      let subtype = first.dropping(slash + 1)
      guard type.isToken, subtype.isToken else { return nil }
      var parameters: [(name: String, value: String)] = []
      for element in elements.dropFirst() {
        guard let parameter = Self.parameter(element) else { return nil }
        parameters.append(parameter)
      }
      return (type.text.lowercased(), subtype.text.lowercased(), parameters)
    }
    guard let parsed else { return nil }
    (type, subtype, parameters) = parsed
  }

  /// The first parameter of a name, which is given in lower case.
  public subscript(parameter: String) -> String? { parameters.first { $0.name == parameter }?.value }

  /// Same type and the same parameters in the same order.
  public static func == (left: MediaType, right: MediaType) -> Bool {
    left.type == right.type && left.subtype == right.subtype && left.parameters.count == right.parameters.count
      && zip(left.parameters, right.parameters).allSatisfy { $0 == $1 }
  }

  private static func parameter(_ element: UnsafeRawBufferPointer) -> (name: String, value: String)? {
    guard let equals = element.firstIndex(of: ASCII.equals, from: 0) else { return nil }
    let name = element.part(0..<equals)
    let value = element.dropping(equals + 1)
    guard name.isToken else { return nil }
    if value.isToken { return (name.text.lowercased(), value.text) }
    guard value.count >= 2, value.first == ASCII.quote, value.last == ASCII.quote else { return nil }
    var unquoted: [UInt8] = []
    var index = 1
    while index < value.count - 1 {
      if value[index] == ASCII.backslash { index += 1 }
      guard index < value.count - 1, !value[index].isForbiddenInFieldValue else { return nil }
      unquoted.append(value[index])
      index += 1
    }
    return (name.text.lowercased(), String(decoding: unquoted, as: UTF8.self))
  }
}
