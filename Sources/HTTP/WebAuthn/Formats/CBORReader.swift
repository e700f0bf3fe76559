/// Reads CBOR in the canonical form of CTAP2 (fidoalliance.org, CTAP 2.1, section 8), which WebAuthn demands: numbers and
/// lengths in their shortest form, no indefinite lengths, no tags, no floating point, no key twice.
///
/// The order of keys is not demanded, since authenticators in use disagree about it and nothing here depends on it.
///
/// ```swift
/// var reader = CBORReader(bytes)
/// let value = try reader.next()
/// guard reader.isAtEnd else { ... }
/// ```
struct CBORReader {
  /// Containers within containers at most; CTAP2 allows four.
  static let depthMax = 4
  /// Entries of one container at most; those of authenticators have a dozen.
  static let entriesMax = 64

  private let input: ArraySlice<UInt8>
  /// Where the next value begins.
  private(set) var index: Int

  /// Begins at the first byte.
  init(_ input: ArraySlice<UInt8>) {
    self.input = input
    index = input.startIndex
  }

  /// Whether everything was read.
  var isAtEnd: Bool { index == input.endIndex }

  /// Reads one value with all that belongs to it.
  /// - Throws: `WebAuthnError` when the bytes are not one of the values above.
  mutating func next() throws(WebAuthnError) -> CBORValue { try value(depth: 0) }

  private static let malformed = WebAuthnError("the CBOR is malformed")

  private mutating func value(depth: Int) throws(WebAuthnError) -> CBORValue {
    let initial = try byte()
    // The upper three bits tell the kind, the lower five the argument (RFC 8949, section 3).
    let kind = initial >> 5
    if kind == 7 {
      switch initial {
      case 0xf4: return .bool(false)
      case 0xf5: return .bool(true)
      case 0xf6: return .null
      default: throw Self.malformed
      }
    }
    let argument = try argument(initial & 31)
    switch kind {
    case 0: return .integer(try signed(argument))
    case 1: return .integer(-1 - (try signed(argument)))
    case 2: return .bytes(Array(try bytes(argument)))
    case 3:
      guard let text = String(validating: try bytes(argument), as: UTF8.self) else { throw Self.malformed }
      return .text(text)
    case 4:
      return .array(
        try entries(argument, depth) { (reader, depth) throws(WebAuthnError) in try reader.value(depth: depth) })
    case 5:
      var pairs: [(key: CBORValue, value: CBORValue)] = []
      _ = try entries(argument, depth) { (reader, depth) throws(WebAuthnError) in
        let key = try reader.key()
        guard !pairs.contains(where: { $0.key == key }) else { throw Self.malformed }
        pairs.append((key, try reader.value(depth: depth)))
      }
      return .map(pairs)
    default: throw Self.malformed
    }
  }

  /// Keys are integers or texts; nothing else occurs in WebAuthn.
  private mutating func key() throws(WebAuthnError) -> CBORValue {
    let key = try value(depth: Self.depthMax)
    switch key {
    case .integer, .text: return key
    default: throw Self.malformed
    }
  }

  private mutating func entries<Entry>(
    _ count: UInt64, _ depth: Int, _ read: (inout CBORReader, Int) throws(WebAuthnError) -> Entry
  ) throws(WebAuthnError) -> [Entry] {
    guard depth < Self.depthMax, count <= Self.entriesMax else { throw Self.malformed }
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try read(&self, depth + 1)) }
    return entries
  }

  private mutating func argument(_ short: UInt8) throws(WebAuthnError) -> UInt64 {
    guard short >= 24 else { return UInt64(short) }
    guard short <= 27 else { throw Self.malformed }
    let width = 1 << Int(short - 24)
    var argument: UInt64 = 0
    for byte in try bytes(UInt64(width)) { argument = argument << 8 | UInt64(byte) }
    let least: UInt64 = width == 1 ? 24 : 1 << UInt64(width * 4)
    guard argument >= least else { throw Self.malformed }
    return argument
  }

  private func signed(_ argument: UInt64) throws(WebAuthnError) -> Int64 {
    guard let value = Int64(exactly: argument) else { throw Self.malformed }
    return value
  }

  private mutating func byte() throws(WebAuthnError) -> UInt8 {
    guard index < input.endIndex else { throw Self.malformed }
    defer { index += 1 }
    return input[index]
  }

  private mutating func bytes(_ count: UInt64) throws(WebAuthnError) -> ArraySlice<UInt8> {
    guard count <= UInt64(input.endIndex - index) else { throw Self.malformed }
    let end = index + Int(count)
    defer { index = end }
    return input[index..<end]
  }
}
