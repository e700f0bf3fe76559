/// Encodes the masked frames that a client sends (RFC 6455, section 5.3).
enum ClientFrame {
  static func append(opcode: UInt8, payload: some Collection<UInt8>, maskingKey: UInt32, to output: inout [UInt8]) {
    output.append(0x80 | opcode)
    let count = payload.count
    if count < 126 {
      output.append(0x80 | UInt8(count))
    } else if count <= Int(UInt16.max) {
      output.append(0x80 | 126)
      output.append(UInt8(count >> 8))
      output.append(UInt8(count & 0xFF))
    } else {
      output.append(0x80 | 127)
      for shift in stride(from: 56, through: 0, by: -8) { output.append(UInt8(UInt64(count) >> UInt64(shift) & 0xFF)) }
    }
    let key = [24, 16, 8, 0].map { UInt8(maskingKey >> UInt32($0) & 0xFF) }
    output.append(contentsOf: key)
    var index = 0
    for byte in payload {
      output.append(byte ^ key[index & 3])
      index += 1
    }
  }
}
