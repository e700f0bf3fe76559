/// Bounds how many combining marks follow each other in texts from outside.
///
/// Swift compares and hashes texts in canonical form, for which the marks behind a letter are sorted: the time grows with
/// the square of their number, and 100,000 of them take minutes. UAX #15 section 13 (Stream-Safe Text Format) knows no
/// need for more than 30.
enum CombiningMarks {
  /// Most marks in a row.
  static let runMax = 128
  /// What is said of a text that has more.
  static let refusal = "more than \(runMax) combining marks follow each other"

  /// Thrown for JSON that has more.
  struct Excess: Error {}

  /// Whether the marks of a text are within the bound; what is no UTF-8 is no mark.
  static func areBounded(in text: UnsafeRawBufferPointer) -> Bool {
    guard mayHoldMarks(text) else { return true }
    var run = Run()
    for scalar in text.text.unicodeScalars {
      run.take(scalar)
      if run.length > runMax { return false }
    }
    return true
  }

  /// Refuses a part of a request whose marks are not within the bound.
  /// - Throws: `HTTPParseError` with 400.
  static func expectBounded(in text: UnsafeRawBufferPointer) throws(HTTPParseError) {
    guard areBounded(in: text) else { throw HTTPParseError(.badRequest, refusal) }
  }

  /// Whether the marks of a JSON document are within the bound, written as they are or as escapes.
  static func areBounded(inJSON bytes: [UInt8]) -> Bool {
    bytes.withBytes { json in
      guard json.firstIndex(of: ASCII.backslash, from: 0) != nil else { return areBounded(in: json) }
      var run = Run()
      var escape = Escape()
      for scalar in json.text.unicodeScalars {
        guard let meant = escape.take(scalar) else { continue }
        run.take(meant)
        if run.length > runMax { return false }
      }
      return true
    }
  }

  /// No mark begins with a byte below CC: the first one is U+0300.
  private static func mayHoldMarks(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count > runMax && text.contains { $0 >= 0xCC }
  }

  /// The marks since the last letter.
  private struct Run {
    var length = 0

    mutating func take(_ scalar: Unicode.Scalar) {
      let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
      length = isMark ? length + 1 : 0
    }
  }

  /// What the escapes of JSON stand for (RFC 8259 section 7), as far as marks are concerned.
  private struct Escape {
    private enum State {
      case none
      case begun
      case unit(value: UInt32, digits: Int)
    }

    private var state = State.none
    /// The first half of a surrogate pair.
    private var high: UInt32?

    /// Takes what is written next; returns what that means, nil while an escape is incomplete.
    mutating func take(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
      switch state {
      case .none:
        guard scalar == "\\" else { return scalar }
        state = .begun
        return nil
      case .begun:
        state = scalar == "u" ? .unit(value: 0, digits: 0) : .none
        return scalar == "u" ? nil : scalar
      case .unit(let value, let digits):
        guard let digit = UInt8(exactly: scalar.value)?.hexDigitValue else {
          state = .none
          return scalar
        }
        let value = value << 4 | UInt32(digit)
        guard digits == 3 else {
          state = .unit(value: value, digits: digits + 1)
          return nil
        }
        state = .none
        return unit(value)
      }
    }

    private mutating func unit(_ value: UInt32) -> Unicode.Scalar? {
      defer { high = (0xD800..<0xDC00).contains(value) ? value : nil }
      if let scalar = Unicode.Scalar(value) { return scalar }
      guard let high, (0xDC00..<0xE000).contains(value) else { return nil }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (value - 0xDC00))
    }
  }
}
