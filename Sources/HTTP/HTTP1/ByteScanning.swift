import Glibc

extension UnsafeRawBufferPointer {
  /// The offset of the first `byte` at or after `start`.
  @inline(__always)
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    guard start < count, let base = baseAddress else { return nil }
    guard let hit = memchr(base + start, Int32(byte), count - start) else { return nil }
    return base.distance(to: UnsafeRawPointer(hit))
  }

  /// The same bytes without the first `count` ones.
  @inline(__always)
  func dropping(_ dropped: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[dropped...])
  }

  /// A view of a part, with indices from zero.
  @inline(__always)
  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }

  @inline(__always)
  func equals(_ literal: StaticString) -> Bool {
    count == literal.utf8CodeUnitCount && hasPrefix(literal)
  }

  @inline(__always)
  func hasPrefix(_ literal: StaticString) -> Bool {
    guard count >= literal.utf8CodeUnitCount, let base = baseAddress else { return literal.utf8CodeUnitCount == 0 }
    return memcmp(base, literal.utf8Start, literal.utf8CodeUnitCount) == 0
  }

  /// Equality of bytes, exactly.
  @inline(__always)
  func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard count > 0, let left = baseAddress, let right = other.baseAddress else { return true }
    return memcmp(left, right, count) == 0
  }

  /// Equality where ASCII letters match in either case.
  @inline(__always)
  func equalsIgnoringCase(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index].asciiLowercased != other[index].asciiLowercased { return false }
    return true
  }

  /// Equality with a lower-case literal where ASCII letters match in either case.
  @inline(__always)
  func equalsIgnoringCase(_ lowercase: StaticString) -> Bool {
    equalsIgnoringCase(UnsafeRawBufferPointer(start: lowercase.utf8Start, count: lowercase.utf8CodeUnitCount))
  }

  /// The bytes without spaces and tabs at either end (`OWS` of RFC 9110 section 5.6.3).
  @inline(__always)
  var trimmingBlanks: UnsafeRawBufferPointer {
    var start = 0
    var end = count
    while start < end, self[start].isBlank { start += 1 }
    while end > start, self[end - 1].isBlank { end -= 1 }
    return part(start..<end)
  }

  /// A non-empty token of RFC 9110 section 5.6.2.
  var isToken: Bool { !isEmpty && allSatisfy(\.isTokenByte) }

  /// The number written in decimal digits; nil when empty, not a number, or too large for `Int`.
  var decimalValue: Int? {
    guard !isEmpty else { return nil }
    var value = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(Int(byte &- ASCII.zero))
      guard !overflowed, !carried else { return nil }
      value = sum
    }
    return value
  }

  /// The bytes as text; ill-formed UTF-8 is replaced, never trusted.
  @inline(__always)
  var text: String { String(decoding: self, as: UTF8.self) }
}

extension [UInt8] {
  /// Runs a closure on the bytes, keeping its error type.
  @inline(__always)
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in try body(UnsafeRawBufferPointer(buffer)) }
  }

  @inline(__always)
  mutating func append(literal: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  @inline(__always)
  mutating func append(text: String) {
    text.withBytes { append(contentsOf: $0) }
  }

  /// Appends a non-negative number in decimal digits.
  mutating func append(decimal value: Int) {
    if value < 10 {
      append(ASCII.zero &+ UInt8(truncatingIfNeeded: Swift.max(0, value)))
      return
    }
    append(decimal: value / 10)
    append(ASCII.zero &+ UInt8(truncatingIfNeeded: value % 10))
  }

  /// Appends a non-negative number in lower-case hexadecimal digits.
  mutating func append(hexadecimal value: Int) {
    if value >= 16 { append(hexadecimal: value / 16) }
    let digit = UInt8(truncatingIfNeeded: value & 15)
    append(digit < 10 ? ASCII.zero &+ digit : 0x61 &+ digit &- 10)
  }
}

extension String {
  /// Runs a closure on the UTF-8 bytes, keeping its error type; native strings are not copied.
  @inline(__always)
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome = utf8.withContiguousStorageIfAvailable { (buffer) -> Swift.Result<Result, Failure> in
      do throws(Failure) {
        return .success(try body(UnsafeRawBufferPointer(buffer)))
      } catch {
        return .failure(error)
      }
    }
    if let outcome { return try outcome.get() }
    return try Array(utf8).withBytes(body)
  }
}
