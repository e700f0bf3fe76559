/// A value bound to a statement's placeholder or stored in a column.
public enum SQLValue: Sendable, Equatable {
  /// SQL NULL.
  case null
  /// A 64-bit integer; booleans are stored as 0 and 1.
  case integer(Int64)
  /// UTF-8 text.
  case text(String)
  /// Raw bytes.
  case blob([UInt8])

  /// Text, or NULL when there is none.
  public static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

  /// An integer, or NULL when there is none.
  public static func optional(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }

  /// A boolean as the integers 0 and 1.
  public static func bool(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
  /// A text constant.
  public init(stringLiteral value: String) { self = .text(value) }
  /// An integer constant.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// NULL.
  public init(nilLiteral: ()) { self = .null }
}
