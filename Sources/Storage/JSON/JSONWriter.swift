/// Writes JSON (RFC 8259) straight into bytes.
///
/// Responses and events are written by hand rather than through `JSONEncoder` because a page of fifty messages is the
/// hottest read of the server; requests are decoded with `JSONDecoder`.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { $0.field("id", id); $0.field("seq", 7) }
/// ```
public struct JSONWriter: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Makes an empty writer with room for `capacity` bytes.
  public init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  /// Writes an object; `body` writes its fields.
  public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    startObject()
    try body(&self)
    endObject()
  }

  /// Opens an object whose fields follow, for code that can't be a closure (a borrowed row can't be captured).
  mutating func startObject() {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// Closes the object that `startObject` opened.
  mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Writes an array; `body` writes its elements.
  public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    startArray()
    try body(&self)
    endArray()
  }

  /// Opens an array whose elements follow; see `startObject`.
  mutating func startArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// Closes the array that `startArray` opened.
  mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// Takes the first elements out of the array that is being written.
  /// - Parameters:
  ///   - start: Where the first element begins.
  ///   - end: Where the first element that stays begins, its comma included.
  mutating func removeElements(from start: Int, upTo end: Int) { bytes.removeSubrange(start..<(end + 1)) }

  /// Writes an array of values that write themselves.
  public mutating func array(_ values: some Sequence<some JSONWritable>) {
    array { json in
      for value in values { value.write(to: &json) }
    }
  }

  /// Writes an array of strings.
  public mutating func array(_ values: some Sequence<String>) {
    array { json in
      for value in values { json.string(value) }
    }
  }

  /// Writes a field's name; the next value is its value. Names are constants of the contract and need no escaping.
  public mutating func key(_ name: StaticString) {
    let needsComma = needsComma
    name.withUTF8Buffer { name in
      bytes.append(addingCapacity: name.count + 4) { $0.append(key: name, afterComma: needsComma) }
    }
    self.needsComma = false
  }

  /// Writes a field's name that is not a constant.
  public mutating func key(dynamic name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string value.
  public mutating func string(_ value: String) {
    separate()
    var copy = value
    copy.withUTF8 { writeQuoted($0) }
    needsComma = true
  }

  /// Writes a string value from its UTF-8 bytes, which must be valid.
  public mutating func string(utf8 value: UnsafeBufferPointer<UInt8>) {
    separate()
    writeQuoted(value)
    needsComma = true
  }

  /// Writes a field with a string value whose bytes are known to need no escaping, such as an identifier or a time.
  mutating func field(_ name: StaticString, plain value: UnsafeBufferPointer<UInt8>) {
    let needsComma = needsComma
    name.withUTF8Buffer { name in
      bytes.append(addingCapacity: name.count + value.count + 6) { output in
        output.append(key: name, afterComma: needsComma)
        output.append(quoting: value)
      }
    }
    self.needsComma = true
  }

  /// Writes an integer value.
  public mutating func int(_ value: Int64) {
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var magnitude = value.magnitude
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var count = 0
    repeat {
      digits[count] = UInt8(48 + magnitude % 10)
      magnitude /= 10
      count += 1
    } while magnitude > 0
    while count > 0 {
      count -= 1
      bytes.append(digits[count])
    }
    needsComma = true
  }

  /// Writes a boolean value.
  public mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
    needsComma = true
  }

  /// Writes null.
  public mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
    needsComma = true
  }

  /// Writes text that is a JSON value already, such as a stored payload.
  public mutating func raw(_ value: String) {
    separate()
    bytes.append(contentsOf: value.utf8)
    needsComma = true
  }

  /// Writes bytes that are a JSON value already.
  public mutating func raw(_ value: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: value)
    needsComma = true
  }

  /// A string field.
  public mutating func field(_ name: StaticString, _ value: String) {
    key(name)
    string(value)
  }

  /// A string field that is left out when there is no value.
  public mutating func field(_ name: StaticString, ifPresent value: String?) {
    if let value { field(name, value) }
  }

  /// An integer field.
  public mutating func field(_ name: StaticString, _ value: Int64) {
    key(name)
    int(value)
  }

  /// An integer field that is left out when there is no value.
  public mutating func field(_ name: StaticString, ifPresent value: Int64?) {
    if let value { field(name, value) }
  }

  /// A boolean field.
  public mutating func field(_ name: StaticString, _ value: Bool) {
    key(name)
    bool(value)
  }

  /// A field whose value writes itself.
  public mutating func field(_ name: StaticString, _ value: some JSONWritable) {
    key(name)
    value.write(to: &self)
  }

  /// A field with a value that writes itself, left out when there is none.
  public mutating func field(_ name: StaticString, ifPresent value: (some JSONWritable)?) {
    if let value { field(name, value) }
  }

  /// An array field.
  public mutating func field(_ name: StaticString, _ values: some Sequence<some JSONWritable>) {
    key(name)
    array(values)
  }

  /// An array field of strings.
  public mutating func field(_ name: StaticString, _ values: some Sequence<String>) {
    key(name)
    array(values)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func writeQuoted(_ value: UnsafeBufferPointer<UInt8>) {
    var rest = value[...]
    guard Self.firstSpecial(in: rest) != nil else {
      return bytes.append(addingCapacity: value.count + 2) { $0.append(quoting: value) }
    }
    bytes.append(UInt8(ascii: "\""))
    while let special = Self.firstSpecial(in: rest) {
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<special]))
      escape(value[special])
      rest = value[(special + 1)...]
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rest))
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0a: bytes.append(UInt8(ascii: "n"))
    case 0x0c: bytes.append(UInt8(ascii: "f"))
    case 0x0d: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
      let low = byte & 15
      bytes.append(low < 10 ? 48 + low : 87 + low)
    }
  }

  /// Index of the first byte that must be escaped. Eight bytes are looked at together: a byte of the word is below
  /// 0x20, or equal to a constant after an exclusive or, where subtracting borrows into its top bit.
  private static func firstSpecial(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    var index = bytes.startIndex
    guard let base = UnsafeRawPointer(bytes.base.baseAddress) else { return nil }
    while index + 8 <= bytes.endIndex {
      let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      let hits =
        ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
      if hits & tops != 0 { break }
      index += 8
    }
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
      index += 1
    }
    return nil
  }
}

// A field is written with one growth of the array: checking it for every quote and comma would cost as much as copying.
extension OutputSpan<UInt8> {
  fileprivate mutating func append(key name: UnsafeBufferPointer<UInt8>, afterComma: Bool) {
    if afterComma { append(UInt8(ascii: ",")) }
    append(quoting: name)
    append(UInt8(ascii: ":"))
  }

  fileprivate mutating func append(quoting text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    withUnsafeMutableBufferPointer { buffer, count in
      count += buffer[count...].update(fromContentsOf: text) - count
    }
    append(UInt8(ascii: "\""))
  }
}

/// A value that writes itself as one JSON value.
public protocol JSONWritable {
  /// Writes the value.
  func write(to json: inout JSONWriter)
}

extension JSONWritable {
  /// The value as a JSON document.
  public var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }
}
