import Storage

/// Decodes the JSON bodies of requests and says in plain words what is wrong with them.
///
/// The size of a body is bounded where it is collected, the depth of its nesting by the decoder (512).
enum JSONBody {
  /// Decodes a body, which must be exactly one JSON value of the type; unknown fields are ignored.
  /// - Throws: `StoreError.invalid` in plain words.
  static func decode<T: Decodable>(_ type: T.Type = T.self, from body: [UInt8]) throws(StoreError) -> T {
    do {
      return try JSONText.decode(type, from: body)
    } catch let error as DecodingError {
      throw StoreError.invalid(explain(error))
    } catch {
      throw StoreError.invalid("the body is not valid JSON")
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case .keyNotFound(let key, let context): return "\(name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return context.codingPath.isEmpty
        ? "the body must be a JSON object" : "\(name(context.codingPath)) has the wrong type"
    default: return "the body is not valid JSON"
    }
  }
}
