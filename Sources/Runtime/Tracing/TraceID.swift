/// What all spans of one trace have in common: 16 bytes, not all zero (W3C Trace Context, section 3.2.2.3).
public struct TraceID: Hashable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  /// Takes the bytes as two numbers in network order; nil if all are zero.
  init?(high: UInt64, low: UInt64) {
    guard high != 0 || low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  /// Makes a new one.
  static func random() -> TraceID {
    while true {
      if let id = TraceID(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max)) { return id }
    }
  }

  /// 32 lower-case hexadecimal digits.
  public var description: String {
    var text: [UInt8] = []
    text.reserveCapacity(32)
    LowercaseHex.append(high, to: &text)
    LowercaseHex.append(low, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

/// What tells a span from the others of its trace: 8 bytes, not all zero (W3C Trace Context, section 3.2.2.4).
public struct SpanID: Hashable, Sendable, CustomStringConvertible {
  let number: UInt64

  /// Takes the bytes as a number in network order; nil if all are zero.
  init?(_ number: UInt64) {
    guard number != 0 else { return nil }
    self.number = number
  }

  /// Makes a new one.
  static func random() -> SpanID {
    while true {
      if let id = SpanID(.random(in: 0 ... .max)) { return id }
    }
  }

  /// 16 lower-case hexadecimal digits.
  public var description: String {
    var text: [UInt8] = []
    text.reserveCapacity(16)
    LowercaseHex.append(number, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

/// Numbers as hexadecimal digits, of which only the lower-case ones are read.
enum LowercaseHex {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Appends 16 digits.
  static func append(_ number: UInt64, to text: inout [UInt8]) {
    for shift in stride(from: 60, through: 0, by: -4) { text.append(digits[Int(number >> UInt64(shift) & 15)]) }
  }

  /// The number that at most 16 digits stand for; nil if anything else is among them.
  static func number(_ bytes: some Collection<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return number
  }
}
