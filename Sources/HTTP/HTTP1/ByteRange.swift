/// What a Range field asks for (RFC 9110 section 14). One range is served; a field that is malformed, of another unit,
/// or asks for several is ignored, as the RFC allows.
enum ByteRange: Equatable {
  /// Everything.
  case whole
  /// Offsets of bytes; never empty.
  case part(Range<Int64>)
  /// No byte of the file: the answer is 416.
  case unsatisfiable

  /// Reads the field for a representation of `length` bytes.
  init(_ field: String, of length: Int64) {
    self = field.withBytes { bytes in Self.parse(bytes.trimmingBlanks, length) }
  }

  private static func parse(_ field: UnsafeRawBufferPointer, _ length: Int64) -> ByteRange {
    guard let equals = field.firstIndex(of: ASCII.equals, from: 0),
      field.part(0..<equals).equalsIgnoringCase("bytes")
    else { return .whole }
    let range = field.dropping(equals + 1).trimmingBlanks
    guard let hyphen = range.firstIndex(of: UInt8(ascii: "-"), from: 0) else { return .whole }
    let first = range.part(0..<hyphen)
    let last = range.dropping(hyphen + 1)
    if first.isEmpty {
      guard let suffix = last.decimalValue else { return .whole }
      guard suffix > 0, length > 0 else { return .unsatisfiable }
      return .part(max(0, length - Int64(suffix))..<length)
    }
    guard let start = first.decimalValue else { return .whole }
    guard last.isEmpty || (last.decimalValue ?? -1) >= start else { return .whole }
    guard Int64(start) < length else { return .unsatisfiable }
    let end = last.decimalValue.map { Int64($0) } ?? length - 1
    return .part(Int64(start)..<min(end, length - 1) + 1)
  }
}
