/// Writes frames (RFC 6455 section 5.2). Servers pass no mask; the frame of an event is made once and shared.
public enum WebSocketEncoder {
  /// Messages below this size are sent as they are: compression would not make them fewer packets.
  public static let compressionThresholdBytesDefault = 256

  /// One whole unmasked frame.
  public static func frame(
    _ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true, isCompressed: Bool = false
  ) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(payload.count + 10)
    append(opcode, payload, isFinal: isFinal, isCompressed: isCompressed, to: &output)
    return output
  }

  /// One unmasked, unfragmented message; compressed when `deflate` is given, the payload is long enough, and it helps.
  /// Throws 1011 when zlib cannot start.
  public static func message(
    _ message: WebSocketMessage, deflate: WebSocketDeflate?,
    compressionThresholdBytes: Int = compressionThresholdBytesDefault
  ) throws(WebSocketError) -> [UInt8] {
    let opcode: WebSocketOpcode = message.kind == .text ? .text : .binary
    if let deflate, message.payload.count >= compressionThresholdBytes {
      let compressed = try deflate.compress(message.payload)
      if compressed.count < message.payload.count { return frame(opcode, compressed, isCompressed: true) }
    }
    return frame(opcode, message.payload)
  }

  /// A close frame. The reason is cut at a character so that the frame stays within 125 bytes; codes that may not be
  /// sent give an empty frame.
  public static func closePayload(_ code: WebSocketCloseCode?, reason: String) -> [UInt8] {
    guard let code, code.isValidOnWire else { return [] }
    var payload = [UInt8(truncatingIfNeeded: code.code >> 8), UInt8(truncatingIfNeeded: code.code)]
    for character in reason.unicodeScalars {
      let encoded = UTF8.encode(character).map(Array.init) ?? []
      guard payload.count + encoded.count <= 125 else { break }
      payload.append(contentsOf: encoded)
    }
    return payload
  }

  /// Appends a frame; `maskKey` is the client's four random bytes, nil for a server.
  public static func append(
    _ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true, isCompressed: Bool = false,
    maskKey: UInt32? = nil, to output: inout [UInt8]
  ) {
    output.append(opcode.rawValue | (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0))
    let maskBit: UInt8 = maskKey == nil ? 0 : 0x80
    switch payload.count {
    case 0...125:
      output.append(maskBit | UInt8(truncatingIfNeeded: payload.count))
    case 126...0xFFFF:
      output.append(maskBit | 126)
      append(bigEndian: payload.count, bytes: 2, to: &output)
    default:
      output.append(maskBit | 127)
      append(bigEndian: payload.count, bytes: 8, to: &output)
    }
    guard let maskKey else {
      output.append(contentsOf: payload)
      return
    }
    let mask = WebSocketMask(key: maskKey)
    output.append(contentsOf: mask.bytes)
    let start = output.count
    output.append(contentsOf: payload)
    output.withUnsafeMutableBytes { mask.apply(to: UnsafeMutableRawBufferPointer(rebasing: $0[start...]), offset: 0) }
  }

  private static func append(bigEndian value: Int, bytes: Int, to output: inout [UInt8]) {
    for byte in (0..<bytes).reversed() { output.append(UInt8(truncatingIfNeeded: value >> (byte * 8))) }
  }
}
