import FoundationEssentials

/// Decodes JSON, whoever wrote it. Nothing else may be given to Foundation's decoder: a text that ends with the bracket that
/// is one level too deep makes it read behind the end, which ends the process.
public enum JSONText {
  /// Decodes exactly one value of the type, with `JSONValue` in it read once.
  /// - Throws: `DecodingError`, or `StoreError.invalid`.
  public static func decode<T: Decodable>(_ type: T.Type = T.self, from bytes: [UInt8]) throws -> T {
    let decoder = JSONDecoder()
    decoder.userInfo = JSONDocument(bytes).userInfo
    // With a line end behind it no bracket is the last byte.
    return try decoder.decode(type, from: Data(bytes + [UInt8(ascii: "\n")]))
  }
}
