/// The header of one WebSocket frame, read in place (RFC 6455, section 5.2).
struct FrameHeader {
  static let text: UInt8 = 1
  static let binary: UInt8 = 2
  static let close: UInt8 = 8
  static let ping: UInt8 = 9

  let opcode: UInt8
  /// Bytes before the payload, the masking key included.
  let headerLength: Int
  let payloadLength: Int

  /// The whole frame, in bytes.
  @inline(__always)
  var frameLength: Int { headerLength + payloadLength }

  /// Reads a header, or answers nil while fewer bytes are there than it needs.
  ///
  /// The payload itself may still be incomplete: compare `frameLength` with what is available.
  @inline(__always)
  init?(_ bytes: UnsafePointer<UInt8>, available: Int) {
    guard available >= 2 else { return nil }
    opcode = bytes[0] & 0x0F
    let masked = bytes[1] & 0x80 != 0
    let short = Int(bytes[1] & 0x7F)
    var length = 2
    if short < 126 {
      payloadLength = short
    } else if short == 126 {
      guard available >= 4 else { return nil }
      payloadLength = Int(bytes[2]) << 8 | Int(bytes[3])
      length = 4
    } else {
      guard available >= 10 else { return nil }
      var value: UInt64 = 0
      for index in 2..<10 { value = value << 8 | UInt64(bytes[index]) }
      // A length beyond the limit is refused by whoever reads the frame; clamping keeps the sums from overflowing.
      payloadLength = Int(min(value, UInt64(Int32.max)))
      length = 10
    }
    headerLength = masked ? length + 4 : length
  }
}
