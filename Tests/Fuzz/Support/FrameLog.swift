@testable import HTTP

/// What the WebSocket parser made of some input, and what the connection would do about it.
struct FrameLog: Equatable {
  var events: [WebSocketEvent] = []
  var actions: [WebSocketConnectionState.Action] = []
  var error: WebSocketError?

  init(
    _ pieces: [[UInt8]], role: WebSocketRole, messageBytesMax: Int, deflate: WebSocketDeflate?,
    allowance: WebSocketAllowance? = nil
  ) {
    var parser = WebSocketParser(role: role, messageBytesMax: messageBytesMax, allowance: allowance)
    var state = WebSocketConnectionState(role: role, nowMilliseconds: 0)
    do throws(WebSocketError) {
      for piece in pieces {
        try piece.withBytes { (bytes) throws(WebSocketError) in
          var input = bytes
          while let event = try parser.next(&input, deflate: deflate) {
            events.append(event)
            actions.append(state.received(event, nowMilliseconds: 0))
          }
          invariant(input.isEmpty, "nil is returned before the input is used up")
        }
      }
    } catch {
      self.error = error
      invariant(error.closeCode.isValidOnWire, "a code that cannot be sent")
      actions.append(state.failed(error))
    }
  }
}
