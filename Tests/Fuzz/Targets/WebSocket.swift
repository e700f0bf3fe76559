@testable import HTTP

/// Frames: pieces do not matter, messages obey their rules, and what was read survives encoding and reading again.
func fuzzWebSocket(_ bytes: [UInt8]) {
  guard let options = bytes.first else { return }
  let wire = Array(bytes.dropFirst())
  let role: WebSocketRole = options & 2 == 0 ? .server : .client
  let deflate = options & 4 == 0 ? nil : WebSocketDeflate()
  // The server's own limit, a narrow one, or none that matters.
  let messageBytesMax = options & 16 == 0 ? options & 32 == 0 ? 4096 : 60 : 64 << 10
  func read(_ pieces: [[UInt8]], bytesMax: Int = messageBytesMax, allowance: WebSocketAllowance? = nil) -> FrameLog {
    FrameLog(pieces, role: role, messageBytesMax: bytesMax, deflate: deflate, allowance: allowance)
  }
  let log = read([wire])
  invariant(log == read(pieces(of: wire, seed: options)), "pieces matter")
  if log.error?.closeCode != .messageTooBig {
    invariant(log == read([wire], bytesMax: 1 << 20), "the limit matters within it")
  }
  let allowance = WebSocketAllowance(.init(framesPerSecond: 1, bytesPerSecond: 50), nowMilliseconds: 0)
  let allowed = read([wire], allowance: allowance)
  invariant(allowed == read(pieces(of: wire, seed: options), allowance: allowance), "pieces matter to the allowance")
  if allowed.error?.closeCode != .policyViolation { invariant(allowed == log, "an allowance that is kept matters") }
  let lastBytes = allowed.events.dropLast().reduce(0) { $0 + $1.payloadBytes }
  invariant(allowed.events.count <= 10 && lastBytes <= 500 + messageBytesMax, "more than is allowed")

  var output: [UInt8] = []
  let maskKey: UInt32? = role == .server ? UInt32(options) &* 0x0101_8101 : nil
  for event in log.events {
    switch event {
    case .message(let message):
      invariant(message.payload.count <= messageBytesMax, "the message passes its limit")
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
  let again = read([output])
  invariant(again.events == log.events && again.error == nil, "the messages do not survive")
}

extension WebSocketEvent {
  /// What the allowance counts of it at least.
  fileprivate var payloadBytes: Int {
    switch self {
    case .message(let message): message.payload.count
    case .ping(let payload), .pong(let payload): payload.count
    case .close(_, let reason): reason.utf8.count
    }
  }
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
