import Storage

/// Decodes JSON that comes from outside, whose keys the decoder hashes before anybody has looked at them.
///
/// Its size is bounded by whoever collects it, the depth of its nesting by the decoder (512).
enum ForeignJSON {
  /// Decodes exactly one JSON value; unknown fields are ignored.
  /// - Throws: `DecodingError`, `StoreError.invalid`, `CombiningMarks.Excess`.
  static func decode<T: Decodable>(_ type: T.Type = T.self, from bytes: [UInt8]) throws -> T {
    guard CombiningMarks.areBounded(inJSON: bytes) else { throw CombiningMarks.Excess() }
    return try JSONText.decode(type, from: bytes)
  }
}
