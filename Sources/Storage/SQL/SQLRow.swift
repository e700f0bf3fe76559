import CSQLite

/// One row of a result, valid only inside the closure that receives it. Columns count from zero.
public struct SQLRow: ~Copyable {
  let statement: OpaquePointer

  /// Text of a column; NULL reads as the empty string.
  public func text(_ column: Int32) -> String {
    withUTF8(column) { String(decoding: $0, as: UTF8.self) }
  }

  /// Text of a column, or nil for NULL.
  public func optionalText(_ column: Int32) -> String? {
    isNull(column) ? nil : text(column)
  }

  /// Integer of a column; NULL reads as 0.
  ///
  /// Numbers that nothing here ever writes, as in a damaged row, read as the greatest or least that can be counted on from
  /// without an overflow, which would end the process.
  public func int(_ column: Int32) -> Int64 {
    min(max(sqlite3_column_int64(statement, column), -Self.greatest), Self.greatest)
  }

  private static let greatest: Int64 = 1 << 62

  /// Integer of a column, or nil for NULL.
  public func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

  /// Integer of a column as a boolean.
  public func bool(_ column: Int32) -> Bool { int(column) != 0 }

  /// Whether a column is NULL.
  public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// The kind of value that a column holds in this row.
  func type(_ column: Int32) -> ColumnType {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_NULL: .null
    case SQLITE_INTEGER: .integer
    default: .text
    }
  }

  /// The kinds of value, for code that does not know the column.
  enum ColumnType { case null, integer, text }

  /// Lends the bytes of a text or blob column without copying; they are valid during the call only.
  public func withUTF8<R>(_ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    // Documented order: the pointer first, then its length (sqlite.org/c3ref/column_blob.html).
    let pointer = sqlite3_column_text(statement, column)
    let count = pointer == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
    return try body(UnsafeBufferPointer(start: pointer, count: count))
  }
}
