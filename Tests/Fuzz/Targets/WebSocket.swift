@testable import HTTP

/// Frames: pieces do not matter, messages obey their rules, and what was read survives encoding and reading again.
func fuzzWebSocket(_ bytes: [UInt8]) {
  guard let options = bytes.first else { return }
  let wire = Array(bytes.dropFirst())
  let role: WebSocketRole = options & 2 == 0 ? .server : .client
  let deflate = options & 4 == 0 ? nil : WebSocketDeflate()
  let log = FrameLog([wire], role: role, deflate: deflate)
  invariant(log == FrameLog(pieces(of: wire, seed: options), role: role, deflate: deflate), "pieces matter")

  var output: [UInt8] = []
  let maskKey: UInt32? = role == .server ? UInt32(options) &* 0x0101_8101 : nil
  for event in log.events {
    switch event {
    case .message(let message):
      invariant(message.payload.count <= FrameLog.messageBytesMax, "the message passes its limit")
      invariant(message.kind == .binary || String(validating: message.payload, as: UTF8.self) != nil, "text not UTF-8")
      let opcode: WebSocketOpcode = message.kind == .text ? .text : .binary
      WebSocketEncoder.append(opcode, message.payload, maskKey: maskKey, to: &output)
      if let deflate { checkDeflate(message.payload, deflate) }
    case .ping(let payload): WebSocketEncoder.append(.ping, payload, maskKey: maskKey, to: &output)
    case .pong(let payload): WebSocketEncoder.append(.pong, payload, maskKey: maskKey, to: &output)
    case .close(let code, let reason):
      let payload = WebSocketEncoder.closePayload(code, reason: reason)
      WebSocketEncoder.append(.close, payload, maskKey: maskKey, to: &output)
    }
  }
  let again = FrameLog([output], role: role, deflate: deflate)
  invariant(again.events == log.events && again.error == nil, "the messages do not survive")
}

private func checkDeflate(_ payload: [UInt8], _ deflate: WebSocketDeflate) {
  do throws(WebSocketError) {
    let compressed = try deflate.compress(payload)
    let plain = try deflate.decompress(compressed, outputBytesMax: payload.count)
    invariant(plain == payload, "the payload does not survive compression")
  } catch {
    invariant(false, "our own compressed data are refused: \(error)")
  }
}
