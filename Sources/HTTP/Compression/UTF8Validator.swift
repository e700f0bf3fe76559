/// Validates UTF-8 that arrives in pieces, failing at the first byte that cannot continue (RFC 3629).
///
/// ASCII is skipped eight bytes at a time.
public struct UTF8Validator: Sendable, Hashable {
  /// Continuation bytes still missing from the current character.
  private var missing: UInt8 = 0
  /// The range the next continuation byte must lie in; narrower than 80...BF right behind E0, ED, F0 and F4.
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  /// Makes a validator at the start of a text.
  public init() {}

  /// True when the text so far does not end within a character.
  public var isComplete: Bool { missing == 0 }

  /// Whether a whole text is well-formed.
  public static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var validator = UTF8Validator()
    return validator.consume(bytes) && validator.isComplete
  }

  /// Whether a whole text is well-formed.
  public static func isValid(_ bytes: [UInt8]) -> Bool {
    bytes.withBytes { isValid($0) }
  }

  /// Reads the next piece; false when no continuation could make the text well-formed. Stop then.
  public mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < bytes.count {
      if missing == 0 {
        while index + 8 <= bytes.count,
          bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        { index += 8 }
        guard index < bytes.count else { return true }
      }
      guard consume(bytes[index]) else { return false }
      index += 1
    }
    return true
  }

  @inline(__always)
  private mutating func consume(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard byte >= lower, byte <= upper else { return false }
      lower = 0x80
      upper = 0xBF
      missing &-= 1
      return true
    }
    switch byte {
    case 0x00...0x7F: return true
    case 0xC2...0xDF: missing = 1
    case 0xE0...0xEF:
      missing = 2
      if byte == 0xE0 { lower = 0xA0 }
      if byte == 0xED { upper = 0x9F }
    case 0xF0...0xF4:
      missing = 3
      if byte == 0xF0 { lower = 0x90 }
      if byte == 0xF4 { upper = 0x8F }
    default: return false
    }
    return true
  }
}
