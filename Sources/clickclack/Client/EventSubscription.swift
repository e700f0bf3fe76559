import FoundationEssentials
import Glibc
import HTTP
import Storage

/// Receives a workspace's events over one WebSocket connection. It blocks: for commands.
final class EventSubscription {
  /// What happens next.
  enum Arrival {
    case event(JSONValue)
    /// Nothing within the time that the caller gave.
    case nothing
    /// The server ended the connection.
    case closed(WebSocketCloseCode?)
  }

  private static let messageBytesMax = 4 * 1024 * 1024
  private static let answerMilliseconds = 20_000
  private let stream: CurlStream
  private var parser = WebSocketParser(role: .client, messageBytesMax: messageBytesMax)
  private var state: WebSocketConnectionState
  private var waiting: [JSONValue] = []

  /// Connects and asks for everything after a cursor.
  ///
  /// - Throws: `CommandFailure`, transient unless the server refuses the caller.
  init(_ client: APIClient, workspaceID: String, after cursor: String) throws(CommandFailure) {
    stream = try CurlStream(client.configuration.server, environment: client.environment)
    state = WebSocketConnectionState(role: .client, nowMilliseconds: Self.now)
    let path = ["api", "realtime", "ws"]
    let query = PercentEncoding.target(
      path, query: [("workspace_id", workspaceID), ("after_cursor", cursor.isEmpty ? nil : cursor)])
    try shakeHands(client, target: query)
  }

  /// Waits for one arrival, at most the given time. Pings go out and are answered meanwhile.
  ///
  /// - Throws: `CommandFailure`, transient, when the connection is lost.
  func next(milliseconds: Int) throws(CommandFailure) -> Arrival {
    let deadline = Self.now + milliseconds
    while waiting.isEmpty {
      if case .byPeer(let code) = state.ending { return .closed(code) }
      guard state.isOpen else { throw CommandFailure("the server no longer answers", exitCode: .unreachable) }
      let now = Self.now
      if now >= deadline, milliseconds > 0 { return .nothing }
      let bytes = try stream.receive(milliseconds: min(deadline, state.deadlineMilliseconds ?? deadline) - now)
      if bytes.isEmpty {
        try perform(state.tick(nowMilliseconds: Self.now))
        if milliseconds == 0 { return .nothing }
      } else {
        try take(bytes)
      }
    }
    return .event(waiting.removeFirst())
  }

  private func shakeHands(_ client: APIClient, target: String) throws(CommandFailure) {
    let server = ServerAddress(client.configuration.server)
    let handshake = WebSocketClientHandshake(randomBytes: (0..<16).map { _ in UInt8.random(in: .min ... .max) })
    var headers = HTTPHeaders()
    for (name, value) in client.credentials { headers.append(name, value) }
    do {
      let request = try handshake.request(target: server.path + target, host: server.authority, headers: headers)
      try stream.send(HTTP1RequestEncoder.bytes(request))
      let (head, rest) = try readHead()
      if head.status != .switchingProtocols {
        throw CommandFailure(
          "the server refuses live events (\(head.status.code))", exitCode: ExitCode(status: head.status.code))
      }
      _ = try handshake.validate(head)
      try take(rest)
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure("\(client.configuration.server) does not offer live events: \(error)")
    }
  }

  /// Reads the answer's head and returns what follows it, which are frames already.
  private func readHead() throws -> (HTTPResponseHead, [UInt8]) {
    var parser = HTTP1ResponseParser()
    parser.expect(.get)
    let deadline = Self.now + Self.answerMilliseconds
    while Self.now < deadline {
      let bytes = try stream.receive(milliseconds: deadline - Self.now)
      let found: (HTTPResponseHead, [UInt8])? = try bytes.withUnsafeBytes { bytes in
        var rest = bytes
        while case .head(let head)? = try parser.next(&rest) {
          if head.status == .switchingProtocols || !head.status.isInformational { return (head, Array(rest)) }
        }
        return nil
      }
      if let found { return found }
    }
    throw CommandFailure("the server did not answer in time", exitCode: .unreachable)
  }

  private func take(_ bytes: [UInt8]) throws(CommandFailure) {
    do {
      try bytes.withUnsafeBytes { bytes in
        var rest = bytes
        while let event = try parser.next(&rest) { try perform(state.received(event, nowMilliseconds: Self.now)) }
      }
    } catch let error as WebSocketError {
      try perform(state.failed(error))
      throw CommandFailure("the server breaks the WebSocket protocol: \(error)", exitCode: .unreachable)
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  private func perform(_ action: WebSocketConnectionState.Action) throws(CommandFailure) {
    switch action {
    case .none, .closeTransport: break
    case .deliver(let message):
      let decoded = Result { try JSONText.decode(JSONValue.self, from: message.payload) }
      guard case .success(let event) = decoded else {
        throw CommandFailure("the server sent an event that is not JSON")
      }
      waiting.append(event)
    case .sendPing: try send(.ping, [])
    case .sendPong(let payload): try send(.pong, payload)
    case .sendClose(let code, let reason, _):
      try send(.close, WebSocketEncoder.closePayload(code, reason: reason))
    }
  }

  private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8]) throws(CommandFailure) {
    var frame: [UInt8] = []
    WebSocketEncoder.append(opcode, payload, maskKey: UInt32.random(in: .min ... .max), to: &frame)
    try stream.send(frame)
  }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
