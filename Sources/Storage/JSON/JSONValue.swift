/// Any JSON value, for the parts of requests whose shape is the client's own, such as the payload of an ephemeral event.
public enum JSONValue: Sendable, Equatable, Decodable, JSONWritable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Decodes whatever is there: from the decoder's `JSONDocument` if it has one, which whatever strangers send must have.
  /// - Throws: `DecodingError` or `StoreError.invalid` for what JSON does not know.
  public init(from decoder: any Decoder) throws {
    if let key = JSONDocument.key, let document = decoder.userInfo[key] as? JSONDocument {
      self = try document.value(at: decoder.codingPath)
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      // Rounded to a double it may be a whole number, which it then is whenever it is read again.
      self = Int64(exactly: value).map { .integer($0) } ?? .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the value; the fields of objects in alphabetical order.
  public func write(to json: inout JSONWriter) {
    switch self {
    case .null: json.null()
    case .bool(let value): json.bool(value)
    case .integer(let value): json.int(value)
    case .number(let value): json.raw(value.isFinite ? "\(value)" : "null")
    case .string(let value): json.string(value)
    case .array(let values): json.array(values)
    case .object(let fields):
      json.object { json in
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
          json.key(dynamic: name)
          value.write(to: &json)
        }
      }
    }
  }
}
