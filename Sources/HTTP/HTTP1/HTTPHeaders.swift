/// The header fields of a message, in order, with duplicates visible (RFC 9110 section 5).
///
///     headers["content-type"]           // first value, or nil
///     headers.values(of: "cookie")      // every value
///     headers.append("X-Request-Id", id)
///
/// Names match without regard to case. All bytes live in one block and no `String` exists until someone asks, so the
/// fields of a parsed request cost two allocations. Values are checked when a head is serialized, not here.
public struct HTTPHeaders: Sendable {
  /// Where one field's name and value lie in the block.
  struct Field: Sendable {
    var nameStart: UInt32
    var nameCount: UInt32
    var valueStart: UInt32
    var valueCount: UInt32

    @inline(__always)
    var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
    @inline(__always)
    var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }
  }

  private(set) var storage: [UInt8]
  private(set) var fields: [Field]

  /// Makes an empty list.
  public init() {
    storage = []
    fields = []
  }

  /// Adopts fields that a parser found in its block.
  init(storage: [UInt8], fields: [Field]) {
    self.storage = storage
    self.fields = fields
  }

  /// The number of fields, each duplicate counted.
  public var count: Int { fields.count }

  /// True without any field.
  public var isEmpty: Bool { fields.isEmpty }

  /// The first value of a field as text, or nil when the field is absent.
  public subscript(name: String) -> String? {
    withFirstValue(of: name) { $0.text }
  }

  /// Every value of a field, in order.
  public func values(of name: String) -> [String] {
    var values: [String] = []
    forEachValue(of: name) { values.append($0.text) }
    return values
  }

  /// How often a field occurs.
  public func count(of name: String) -> Int {
    var count = 0
    forEachValue(of: name) { _ in count += 1 }
    return count
  }

  /// Whether a field occurs at all.
  public func contains(_ name: String) -> Bool {
    withFirstValue(of: name) { _ in true } ?? false
  }

  /// Whether a comma-separated list field holds a token, in any of its occurrences and in either case.
  public func contains(_ name: String, token: String) -> Bool {
    var found = false
    token.withBytes { wanted in
      forEachValue(of: name) { value in
        forEachListElement(value) { element in
          if element.equalsIgnoringCase(wanted) { found = true }
        }
      }
    }
    return found
  }

  /// Runs a closure on the bytes of the first value without making a `String`; nil when the field is absent.
  public func withFirstValue<Result>(of name: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    name.withBytes { wanted in
      storage.withBytes { bytes in
        for field in fields where Int(field.nameCount) == wanted.count {
          if bytes.part(field.name).equalsIgnoringCase(wanted) { return body(bytes.part(field.value)) }
        }
        return nil
      }
    }
  }

  /// Runs a closure on the bytes of every value of a field, in order.
  public func forEachValue(of name: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    name.withBytes { wanted in
      storage.withBytes { bytes in
        for field in fields where Int(field.nameCount) == wanted.count {
          if bytes.part(field.name).equalsIgnoringCase(wanted) { body(bytes.part(field.value)) }
        }
      }
    }
  }

  /// Runs a closure on the bytes of every name and value, in order.
  public func forEach<Failure: Error>(
    _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try storage.withBytes { (bytes) throws(Failure) in
      for field in fields { try body(bytes.part(field.name), bytes.part(field.value)) }
    }
  }

  /// Adds a field after the others.
  public mutating func append(_ name: String, _ value: String) {
    let nameStart = storage.count
    storage.append(text: name)
    let valueStart = storage.count
    storage.append(text: value)
    fields.append(
      Field(
        nameStart: UInt32(nameStart), nameCount: UInt32(valueStart - nameStart),
        valueStart: UInt32(valueStart), valueCount: UInt32(storage.count - valueStart)))
  }

  /// Sets a field to exactly one value, dropping any it had.
  public mutating func set(_ name: String, _ value: String) {
    remove(name)
    append(name, value)
  }

  /// Drops every occurrence of a field. The bytes stay in the block until the headers are gone.
  public mutating func remove(_ name: String) {
    guard contains(name) else { return }
    let kept = name.withBytes { wanted in
      storage.withBytes { bytes in
        fields.filter { !bytes.part($0.name).equalsIgnoringCase(wanted) }
      }
    }
    fields = kept
  }
}

extension HTTPHeaders: Sequence {
  /// Every field as text, in order.
  public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
    var list: [(name: String, value: String)] = []
    list.reserveCapacity(fields.count)
    forEach { list.append((name: $0.text, value: $1.text)) }
    return list.makeIterator()
  }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  /// Makes a list from a literal; order and duplicates are kept.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { append(name, value) }
  }
}

extension HTTPHeaders: Equatable {
  /// Same fields in the same order; names and values byte for byte.
  public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
    guard left.count == right.count else { return false }
    return left.storage.withBytes { leftBytes in
      right.storage.withBytes { rightBytes in
        zip(left.fields, right.fields).allSatisfy { one, other in
          leftBytes.part(one.name).equals(rightBytes.part(other.name))
            && leftBytes.part(one.value).equals(rightBytes.part(other.value))
        }
      }
    }
  }
}

/// Calls back with each element of a comma-separated list, without surrounding blanks and without empty elements
/// (RFC 9110 section 5.6.1). Commas within quoted strings do not separate.
/// - Parameter hasEscapes: Whether a backslash makes the next byte of a quoted string a plain one; not in entity tags.
func forEachListElement<Failure: Error>(
  _ value: UnsafeRawBufferPointer, separator: UInt8 = ASCII.comma, hasEscapes: Bool = true,
  _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
) throws(Failure) {
  var start = 0
  var index = 0
  var isQuoted = false
  while index <= value.count {
    if index == value.count || (value[index] == separator && !isQuoted) {
      let element = value.part(min(start, value.count)..<index).trimmingBlanks
      if !element.isEmpty { try body(element) }
      start = index + 1
    } else if value[index] == ASCII.quote {
      isQuoted.toggle()
    } else if value[index] == ASCII.backslash, isQuoted, hasEscapes, index + 1 < value.count {
      index += 1
    }
    index += 1
  }
}
