/// The masking of client frames (RFC 6455 section 5.3).
struct WebSocketMask: Sendable, Hashable {
  /// The four key bytes, first one lowest.
  let key: UInt32

  init(key: UInt32) {
    self.key = key
  }

  init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
    key = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
  }

  var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: key >> ($0 * 8)) } }

  /// Masks or unmasks in place; `offset` is the position of the first byte in the frame's payload.
  func apply(to bytes: UnsafeMutableRawBufferPointer, offset: Int) {
    let shift = UInt32(offset & 3) * 8
    let rotated = shift == 0 ? key : key >> shift | key << (32 - shift)
    let wide = (UInt64(rotated) | UInt64(rotated) << 32).littleEndian
    var index = 0
    while index + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      bytes.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < bytes.count {
      bytes[index] ^= UInt8(truncatingIfNeeded: rotated >> (UInt32(index & 3) * 8))
      index += 1
    }
  }
}
