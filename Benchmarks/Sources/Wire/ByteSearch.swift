import Glibc

/// Finds a short text in a longer one, by its first byte and then by comparison.
enum ByteSearch {
  /// The offset of the first occurrence, or nil.
  static func offset(of wanted: UnsafeBufferPointer<UInt8>, in text: UnsafePointer<UInt8>, count: Int) -> Int? {
    guard let pattern = wanted.baseAddress, wanted.count > 0 else { return nil }
    var position = 0
    while count - position >= wanted.count {
      guard let found = memchr(text + position, Int32(pattern[0]), count - position - wanted.count + 1) else {
        return nil
      }
      position = UnsafeRawPointer(found) - UnsafeRawPointer(text)
      if memcmp(text + position, pattern, wanted.count) == 0 { return position }
      position += 1
    }
    return nil
  }

  /// The offset just behind the empty line that ends an HTTP head, or nil while it has not arrived.
  static func headEnd(_ text: UnsafePointer<UInt8>, count: Int) -> Int? {
    let ending: StaticString = "\r\n\r\n"
    let wanted = UnsafeBufferPointer(start: ending.utf8Start, count: ending.utf8CodeUnitCount)
    return offset(of: wanted, in: text, count: count).map { $0 + wanted.count }
  }
}
