extension JSONWriter {
  /// A string field straight from a column's bytes.
  mutating func field(_ name: StaticString, _ row: borrowing SQLRow, _ column: Int32) {
    key(name)
    row.withUTF8(column) { string(utf8: $0) }
  }

  /// A string field straight from a column's bytes, left out when the column is NULL.
  mutating func field(_ name: StaticString, ifPresent row: borrowing SQLRow, _ column: Int32) {
    if !row.isNull(column) { field(name, row, column) }
  }

  /// A field from a column with an identifier or a time, which need no escaping; left out when the column is NULL.
  mutating func field(_ name: StaticString, plain row: borrowing SQLRow, _ column: Int32) {
    row.withUTF8(column) { bytes in
      guard bytes.baseAddress != nil else { return }
      field(name, plain: bytes)
    }
  }

  /// An integer field from a column, left out when the column is NULL.
  mutating func field(_ name: StaticString, intIfPresent row: borrowing SQLRow, _ column: Int32) {
    if !row.isNull(column) { field(name, row.int(column)) }
  }
}
