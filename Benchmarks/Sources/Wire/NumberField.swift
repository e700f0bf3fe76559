import Glibc

/// Finds a number behind a fixed marker such as `"seq":` without parsing the JSON around it.
///
/// Events of one kind look alike, so the marker is nearly always where it was last time; only when it is not there is the
/// whole text searched.
struct NumberField {
  private let marker: [UInt8]
  private var learnedOffset = 0

  init(marker: String) {
    self.marker = Array(marker.utf8)
  }

  /// The number after the marker, or nil when the text has no such marker followed by a digit.
  @inline(__always)
  mutating func find(in text: UnsafePointer<UInt8>, count: Int) -> UInt64? {
    let length = marker.count
    return marker.withUnsafeBufferPointer { marker -> UInt64? in
      guard let wanted = marker.baseAddress else { return nil }
      if learnedOffset + length >= count || memcmp(text + learnedOffset, wanted, length) != 0 {
        guard let found = ByteSearch.offset(of: marker, in: text, count: count) else { return nil }
        learnedOffset = found
      }
      var position = learnedOffset + length
      var value: UInt64 = 0
      var digits = 0
      while position < count, digits < 19 {
        let digit = text[position] &- 0x30
        guard digit <= 9 else { break }
        value = value &* 10 &+ UInt64(digit)
        position += 1
        digits += 1
      }
      return digits == 0 ? nil : value
    }
  }
}

/// Finds a short string behind a fixed marker such as `"cursor":"`, up to the closing quote.
struct TextField {
  private let marker: [UInt8]
  private var learnedOffset = 0

  init(marker: String) {
    self.marker = Array(marker.utf8)
  }

  /// The bytes between the marker and the next quote; empty when there are none or the marker is absent.
  mutating func find(in text: UnsafePointer<UInt8>, count: Int) -> UnsafeBufferPointer<UInt8> {
    let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    let length = marker.count
    return marker.withUnsafeBufferPointer { marker in
      guard let wanted = marker.baseAddress else { return nothing }
      if learnedOffset + length >= count || memcmp(text + learnedOffset, wanted, length) != 0 {
        guard let found = ByteSearch.offset(of: marker, in: text, count: count) else { return nothing }
        learnedOffset = found
      }
      let start = text + learnedOffset + length
      let rest = count - learnedOffset - length
      guard rest > 0, let end = memchr(start, 0x22, rest) else { return nothing }
      return UnsafeBufferPointer(start: start, count: UnsafeRawPointer(end) - UnsafeRawPointer(start))
    }
  }
}
