import Synchronization

/// The bytes that a decoder reads, for those of its values that are any JSON: `JSONValue` takes itself from here.
///
/// Asked for one type after the other until one fits, a decoder writes down the path to the value for each that doesn't, so
/// that a body of some hundred bytes, nested deeply, took seconds. Reading it once takes time in proportion to its size.
public final class JSONDocument: Sendable {
  /// Where a decoder's `userInfo` has it.
  static let key = CodingUserInfoKey(rawValue: "clickclack.document")

  private let bytes: [UInt8]
  private let root = Mutex<JSONValue?>(nil)

  /// Keeps the bytes; they are read when they are asked for.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What belongs into the `userInfo` of a decoder of the bytes.
  public var userInfo: [CodingUserInfoKey: any Sendable] { Self.key.map { [$0: self] } ?? [:] }

  /// The value at a path.
  /// - Throws: `StoreError.invalid` when the bytes are not JSON, or have no such value.
  func value(at path: [any CodingKey]) throws(StoreError) -> JSONValue {
    var value = try read()
    for key in path {
      switch value {
      case .object(let fields):
        guard let member = fields[key.stringValue] else { throw JSONParser.malformed }
        value = member
      case .array(let items):
        guard let index = key.intValue, items.indices.contains(index) else { throw JSONParser.malformed }
        value = items[index]
      case .null, .bool, .integer, .number, .string: throw JSONParser.malformed
      }
    }
    return value
  }

  private func read() throws(StoreError) -> JSONValue {
    if let known = root.withLock({ $0 }) { return known }
    let value = try JSONParser.parse(bytes)
    root.withLock { $0 = value }
    return value
  }
}
