/// Parses the frames of one WebSocket connection, in any pieces, into whole messages and control frames (RFC 6455).
///
///     while let event = try parser.next(&input, deflate: loopDeflate) { ... }
///
/// `nil` means that the input is used up. Text is checked as it arrives, so a bad byte fails at once and not when a long
/// message is complete. After an error every further call throws it again; after a close frame input is ignored.
/// An idle connection keeps no buffers.
public struct WebSocketParser: Sendable {
  private enum State: Sendable {
    case header
    case payload(WebSocketFrameHeader, received: Int)
    case closed
    case failed(WebSocketError)
  }

  private struct Assembly: Sendable {
    var kind: WebSocketMessage.Kind
    var isCompressed: Bool
    var payload: [UInt8] = []
    var validator = UTF8Validator()
  }

  private let role: WebSocketRole
  private let messageBytesMax: Int
  private var state = State.header
  private var partialHeader: [UInt8] = []
  private var control: [UInt8] = []
  private var message: Assembly?
  /// What the peer may still send; nil when that is not bounded.
  public var allowance: WebSocketAllowance?
  /// Bytes to which compressed messages inflated so far.
  public private(set) var inflatedBytes = 0

  /// Makes a parser for what the peer of `role` sends. A message, and its compressed form too, may have
  /// `messageBytesMax` bytes; a longer one fails with 1009, and more than `allowance` permits with 1008.
  public init(role: WebSocketRole, messageBytesMax: Int, allowance: WebSocketAllowance? = nil) {
    self.role = role
    self.messageBytesMax = messageBytesMax
    self.allowance = allowance
  }

  /// Memory that the message takes of which not everything has arrived, in bytes.
  public var messageMemoryBytes: Int { message?.payload.capacity ?? 0 }

  /// Whether a frame or a message has begun and is not complete.
  public var isMidMessage: Bool {
    switch state {
    case .header: message != nil || !partialHeader.isEmpty
    case .payload: true
    case .closed, .failed: false
    }
  }

  /// The next event, or nil when the input is used up. Bytes that were read are removed from `input`.
  ///
  /// `deflate` decompresses; pass nil when permessage-deflate was not agreed on, then RSV1 is an error.
  /// Throws the code to close with: 1002, 1007, 1008 or 1009.
  public mutating func next(
    _ input: inout UnsafeRawBufferPointer, deflate: WebSocketDeflate? = nil
  ) throws(WebSocketError) -> WebSocketEvent? {
    do throws(WebSocketError) {
      while true {
        switch state {
        case .header:
          guard let header = try nextHeader(&input, allowsCompression: deflate != nil) else { return nil }
          try begin(header)
          try allowance?.take(frameOf: header.payloadBytes)
          state = .payload(header, received: 0)
        case .payload(let header, let received):
          let count = min(header.payloadBytes - received, input.count)
          try read(input.part(0..<count), header: header, received: received)
          input = input.dropping(count)
          guard received + count == header.payloadBytes else {
            state = .payload(header, received: received + count)
            return nil
          }
          state = .header
          if let event = try end(header, deflate: deflate) { return event }
        case .closed:
          input = input.dropping(input.count)
          return nil
        case .failed(let error):
          throw error
        }
      }
    } catch {
      state = .failed(error)
      message = nil
      control = []
      throw error
    }
  }

  private mutating func nextHeader(
    _ input: inout UnsafeRawBufferPointer, allowsCompression: Bool
  ) throws(WebSocketError) -> WebSocketFrameHeader? {
    if partialHeader.isEmpty {
      let needed = try WebSocketFrameHeader.byteCount(input, role: role, allowsCompression: allowsCompression)
      if let needed, needed <= input.count {
        let header = try WebSocketFrameHeader(input.part(0..<needed))
        input = input.dropping(needed)
        return header
      }
    }
    while let byte = input.first {
      partialHeader.append(byte)
      input = input.dropping(1)
      let (role, bytes) = (role, partialHeader)
      let header = try bytes.withBytes { (bytes) throws(WebSocketError) -> WebSocketFrameHeader? in
        let needed = try WebSocketFrameHeader.byteCount(bytes, role: role, allowsCompression: allowsCompression)
        return needed == bytes.count ? try WebSocketFrameHeader(bytes) : nil
      }
      guard let header else { continue }
      partialHeader = []
      return header
    }
    return nil
  }

  /// Checks a frame against the message it belongs to (RFC 6455 section 5.4).
  private mutating func begin(_ header: WebSocketFrameHeader) throws(WebSocketError) {
    if header.opcode.isControl { return }
    if header.opcode == .continuation {
      guard message != nil else { throw WebSocketError(.protocolError, "continuation without a message") }
    } else {
      guard message == nil else { throw WebSocketError(.protocolError, "message within a fragmented message") }
      message = Assembly(kind: header.opcode == .text ? .text : .binary, isCompressed: header.isCompressed)
    }
    guard header.payloadBytes <= messageBytesMax - (message?.payload.count ?? 0) else {
      throw WebSocketError(.messageTooBig, "message larger than \(messageBytesMax) bytes")
    }
  }

  private mutating func read(
    _ bytes: UnsafeRawBufferPointer, header: WebSocketFrameHeader, received: Int
  ) throws(WebSocketError) {
    guard !bytes.isEmpty else { return }
    if header.opcode.isControl {
      Self.append(bytes, to: &control, mask: header.mask, offset: received)
      return
    }
    guard var assembly = message else { return }
    message = nil
    let start = assembly.payload.count
    Self.append(bytes, to: &assembly.payload, mask: header.mask, offset: received)
    if assembly.kind == .text, !assembly.isCompressed {
      var validator = assembly.validator
      guard assembly.payload.withBytes({ validator.consume($0.dropping(start)) }) else {
        throw WebSocketError(.invalidPayload, "text is not UTF-8")
      }
      assembly.validator = validator
    }
    message = assembly
  }

  private mutating func end(
    _ header: WebSocketFrameHeader, deflate: WebSocketDeflate?
  ) throws(WebSocketError) -> WebSocketEvent? {
    switch header.opcode {
    case .continuation, .text, .binary:
      guard header.isFinal, var assembly = message else { return nil }
      message = nil
      if assembly.isCompressed, let deflate {
        assembly.payload = try deflate.decompress(assembly.payload, outputBytesMax: messageBytesMax)
        inflatedBytes += assembly.payload.count
        allowance?.take(inflated: assembly.payload.count)
        if assembly.kind == .text, !UTF8Validator.isValid(assembly.payload) {
          throw WebSocketError(.invalidPayload, "text is not UTF-8")
        }
      }
      guard assembly.validator.isComplete else { throw WebSocketError(.invalidPayload, "text is not UTF-8") }
      return .message(WebSocketMessage(assembly.kind, assembly.payload))
    case .ping, .pong, .close:
      let payload = control
      control = []
      switch header.opcode {
      case .ping: return .ping(payload)
      case .pong: return .pong(payload)
      default: return try close(payload)
      }
    }
  }

  /// Reads the payload of a close frame (RFC 6455 section 5.5.1).
  private mutating func close(_ payload: [UInt8]) throws(WebSocketError) -> WebSocketEvent {
    guard payload.count >= 2 else {
      state = .closed
      return .close(nil, reason: "")
    }
    let code = WebSocketCloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
    guard code.isValidOnWire else { throw WebSocketError(.protocolError, "invalid close code") }
    guard payload.withBytes({ UTF8Validator.isValid($0.dropping(2)) }) else {
      throw WebSocketError(.invalidPayload, "close reason is not UTF-8")
    }
    state = .closed
    return .close(code, reason: String(decoding: payload[2...], as: UTF8.self))
  }

  private static func append(
    _ bytes: UnsafeRawBufferPointer, to payload: inout [UInt8], mask: WebSocketMask?, offset: Int
  ) {
    let start = payload.count
    payload.append(contentsOf: bytes)
    guard let mask else { return }
    payload.withUnsafeMutableBytes {
      mask.apply(to: UnsafeMutableRawBufferPointer(rebasing: $0[start...]), offset: offset)
    }
  }
}
