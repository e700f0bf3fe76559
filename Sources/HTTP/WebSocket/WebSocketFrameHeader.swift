/// The header of a frame, checked against every rule that needs no context (RFC 6455 section 5.2).
struct WebSocketFrameHeader: Sendable, Hashable {
  var isFinal: Bool
  /// RSV1, which marks the first frame of a compressed message (RFC 7692 section 6).
  var isCompressed: Bool
  var opcode: WebSocketOpcode
  var payloadBytes: Int
  var mask: WebSocketMask?

  /// The longest header: two bytes, a 64-bit length, a key.
  static let bytesMax = 14

  /// The length of the header that begins with these bytes, nil when there are fewer than two. Throws 1002 at once for
  /// what two bytes can already tell.
  static func byteCount(
    _ bytes: UnsafeRawBufferPointer, role: WebSocketRole, allowsCompression: Bool
  ) throws(WebSocketError) -> Int? {
    guard bytes.count >= 2 else { return nil }
    guard let opcode = WebSocketOpcode(rawValue: bytes[0] & 0x0F) else {
      throw WebSocketError(.protocolError, "reserved opcode")
    }
    let isCompressed = bytes[0] & 0x40 != 0
    guard bytes[0] & 0x30 == 0, !isCompressed || (allowsCompression && (opcode == .text || opcode == .binary)) else {
      throw WebSocketError(.protocolError, "reserved bit set")
    }
    let isMasked = bytes[1] & 0x80 != 0
    guard isMasked == (role == .server) else {
      throw WebSocketError(.protocolError, isMasked ? "masked frame from a server" : "unmasked frame from a client")
    }
    let length = bytes[1] & 0x7F
    if opcode.isControl {
      guard bytes[0] & 0x80 != 0 else { throw WebSocketError(.protocolError, "fragmented control frame") }
      guard length <= 125 else { throw WebSocketError(.protocolError, "control frame too long") }
      guard opcode != .close || length != 1 else {
        throw WebSocketError(.protocolError, "close frame with half a code")
      }
    }
    return 2 + (length == 127 ? 8 : length == 126 ? 2 : 0) + (isMasked ? 4 : 0)
  }

  /// Reads a complete header that `byteCount` has passed. Throws 1002 for a length that is not the shortest form.
  init(_ bytes: UnsafeRawBufferPointer) throws(WebSocketError) {
    guard let opcode = WebSocketOpcode(rawValue: bytes[0] & 0x0F) else {
      throw WebSocketError(.protocolError, "reserved opcode")
    }
    isFinal = bytes[0] & 0x80 != 0
    isCompressed = bytes[0] & 0x40 != 0
    self.opcode = opcode
    var end = 2
    switch bytes[1] & 0x7F {
    case 126:
      payloadBytes = Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
      end = 4
      guard payloadBytes > 125 else { throw WebSocketError(.protocolError, "length not in its shortest form") }
    case 127:
      let length = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
      end = 10
      guard length > 0xFFFF else { throw WebSocketError(.protocolError, "length not in its shortest form") }
      guard length <= UInt64(Int.max) else { throw WebSocketError(.protocolError, "length out of range") }
      payloadBytes = Int(length)
    case let short:
      payloadBytes = Int(short)
    }
    mask = nil
    if bytes[1] & 0x80 != 0 {
      mask = WebSocketMask(bytes[end], bytes[end + 1], bytes[end + 2], bytes[end + 3])
    }
  }
}
