/// The bytes that the protocol grammars name.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lf: UInt8 = 0x0A
  static let cr: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let hash: UInt8 = 0x23
  static let percent: UInt8 = 0x25
  static let ampersand: UInt8 = 0x26
  static let asterisk: UInt8 = 0x2A
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let dot: UInt8 = 0x2E
  static let slash: UInt8 = 0x2F
  static let zero: UInt8 = 0x30
  static let colon: UInt8 = 0x3A
  static let semicolon: UInt8 = 0x3B
  static let equals: UInt8 = 0x3D
  static let question: UInt8 = 0x3F
  static let at: UInt8 = 0x40
  static let leftBracket: UInt8 = 0x5B
  static let backslash: UInt8 = 0x5C
  static let rightBracket: UInt8 = 0x5D
  static let delete: UInt8 = 0x7F
}

extension UInt8 {
  @inline(__always)
  var isDigit: Bool { self &- 0x30 < 10 }

  /// The lower-case form of an ASCII letter; other bytes stay as they are.
  @inline(__always)
  var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// The value of a hexadecimal digit.
  @inline(__always)
  var hexDigitValue: UInt8? {
    if self &- 0x30 < 10 { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// Membership in a set of ASCII bytes given as a bitmap of two words.
  @inline(__always)
  func isIn(low: UInt64, high: UInt64) -> Bool {
    guard self < 128 else { return false }
    return (self < 64 ? low : high) >> UInt64(self & 63) & 1 == 1
  }

  /// `tchar` of RFC 9110 section 5.6.2.
  @inline(__always)
  var isTokenByte: Bool { isIn(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

  /// The bytes of `reg-name` in RFC 3986 section 3.2.2.
  @inline(__always)
  var isRegistryNameByte: Bool { isIn(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

  /// `cookie-octet` of RFC 6265 section 4.1.1.
  @inline(__always)
  var isCookieByte: Bool { isIn(low: 0xF7FF_EFFA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF) }

  /// Space or tab, the only white space within a line.
  @inline(__always)
  var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

  /// A byte that no field value may hold: controls other than tab (RFC 9110 section 5.5).
  @inline(__always)
  var isForbiddenInFieldValue: Bool { (self < 0x20 && self != ASCII.tab) || self == ASCII.delete }
}
