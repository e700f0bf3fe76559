@testable import HTTP

/// How a client's bytes are cut before they arrive.
enum Chopping: Sendable, CaseIterable {
  case whole
  case framewise
  case octetwise
}

/// A server that echoes every message, made of the parser, the connection state and the encoder, with no socket.
struct EchoServer {
  private var parser: WebSocketParser
  private var state = WebSocketConnectionState(role: .server, nowMilliseconds: 0)
  private let deflate: WebSocketDeflate?
  private(set) var sent: [UInt8] = []
  private(set) var isTransportClosed = false

  init(deflate: WebSocketDeflate? = nil, messageBytesMax: Int = 16 * 1024 * 1024) {
    parser = WebSocketParser(role: .server, messageBytesMax: messageBytesMax)
    self.deflate = deflate
  }

  var ending: WebSocketConnectionState.Ending? { state.ending }

  mutating func receive(_ bytes: [UInt8]) {
    guard !isTransportClosed else { return }
    var actions: [WebSocketConnectionState.Action] = []
    bytes.withBytes { bytes in
      var input = bytes
      do throws(WebSocketError) {
        while let event = try parser.next(&input, deflate: deflate) {
          actions.append(state.received(event, nowMilliseconds: 0))
        }
      } catch {
        actions.append(state.failed(error))
      }
    }
    for action in actions { perform(action) }
  }

  mutating func receive(_ frames: [[UInt8]], _ chopping: Chopping) {
    switch chopping {
    case .whole: receive(Array(frames.joined()))
    case .framewise: for frame in frames { receive(frame) }
    case .octetwise: for byte in frames.joined() { receive([byte]) }
    }
  }

  /// What a client sees: the events of everything that was sent.
  func answers() throws -> [WebSocketEvent] {
    var client = WebSocketParser(role: .client, messageBytesMax: 16 * 1024 * 1024)
    var events: [WebSocketEvent] = []
    try sent.withBytes { bytes in
      var input = bytes
      while let event = try client.next(&input, deflate: deflate) { events.append(event) }
    }
    return events
  }

  private mutating func perform(_ action: WebSocketConnectionState.Action) {
    switch action {
    case .none: break
    case .deliver(let message):
      do throws(WebSocketError) {
        sent += try WebSocketEncoder.message(message, deflate: deflate, compressionThresholdBytes: 1)
      } catch {
        perform(state.failed(error))
      }
    case .sendPing: sent += WebSocketEncoder.frame(.ping, [])
    case .sendPong(let payload): sent += WebSocketEncoder.frame(.pong, payload)
    case .sendClose(let code, let reason, let closesTransport):
      sent += WebSocketEncoder.frame(.close, WebSocketEncoder.closePayload(code, reason: reason))
      isTransportClosed = closesTransport
    case .closeTransport: isTransportClosed = true
    }
  }
}

/// A client's frame; `firstByteBits` are set on top of it, to break rules on purpose.
func clientFrame(
  _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reservedBits: UInt8 = 0
) -> [UInt8] {
  var frame: [UInt8] = []
  WebSocketEncoder.append(.text, payload, isFinal: isFinal, maskKey: 0xA1B2_C3D4, to: &frame)
  frame[0] = frame[0] & 0x80 | reservedBits << 4 | opcode
  return frame
}

func clientText(_ text: String, isFinal: Bool = true) -> [UInt8] { clientFrame(1, Array(text.utf8), isFinal: isFinal) }

func clientClose(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
  clientFrame(8, [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)] + reason)
}

/// The answers to some frames, with an error's close reduced to its code.
func echoed(_ frames: [[UInt8]], _ chopping: Chopping = .whole, deflate: WebSocketDeflate? = nil) throws
  -> [WebSocketEvent]
{
  var server = EchoServer(deflate: deflate)
  server.receive(frames, chopping)
  return try server.answers().map { event in
    if case .close(let code, _) = event { return .close(code, reason: "") }
    return event
  }
}

func text(_ text: String) -> WebSocketEvent { .message(WebSocketMessage(.text, Array(text.utf8))) }
func closed(_ code: WebSocketCloseCode?) -> WebSocketEvent { .close(code, reason: "") }
