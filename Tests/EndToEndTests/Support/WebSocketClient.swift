import Glibc
import HTTP
import Storage

/// A blocking WebSocket subscriber. Used by one thread at a time.
final class WebSocketClient {
  /// How the server ended it.
  enum Ending: Equatable {
    case close(code: UInt16)
    case reset
    case finished
  }

  let socket: BlockingSocket
  let head: Response
  let usesDeflate: Bool
  private let deflate: WebSocketDeflate?
  private var parser = WebSocketParser(role: .client, messageBytesMax: 1 << 24)
  private var input: [UInt8]
  private var pings = 0
  private var pending: [LiveEvent] = []
  /// Set when the server has ended it.
  private(set) var ending: Ending?

  /// Opens a subscription.
  /// - Throws: `TestFailure` with the status when the server refuses.
  convenience init(
    port: UInt16, workspace: String, user: UserID? = nil, token: String? = nil, subprotocol: String? = nil,
    after cursor: String? = nil, offersDeflate: Bool = false, receiveBufferBytes: Int32? = nil
  ) throws {
    try self.init(
      socket: BlockingSocket(port: port, receiveBufferBytes: receiveBufferBytes), workspace: workspace, user: user,
      token: token, subprotocol: subprotocol, after: cursor, offersDeflate: offersDeflate)
  }

  /// Opens a subscription on a connection.
  /// - Throws: `TestFailure` with the status when the server refuses.
  init(
    socket: BlockingSocket, workspace: String, user: UserID? = nil, token: String? = nil, subprotocol: String? = nil,
    after cursor: String? = nil, offersDeflate: Bool = false
  ) throws {
    self.socket = socket
    let handshake = WebSocketClientHandshake(
      randomBytes: (0..<16).map { _ in UInt8.random(in: 0...255) }, subprotocols: subprotocol.map { [$0] } ?? [],
      offersDeflate: offersDeflate)
    var target = "/api/realtime/ws?workspace_id=\(workspace)"
    if let cursor { target += "&after_cursor=\(cursor)" }
    var headers = HTTPHeaders()
    if let user { headers.append("X-ClickClack-User", user) }
    if let token { headers.append("Authorization", "Bearer \(token)") }
    let request = try handshake.request(target: target, host: "localhost", headers: headers)
    try socket.send(HTTP1RequestEncoder.bytes(request))
    var bytes: [UInt8] = []
    var parser = HTTP1ResponseParser()
    var found: HTTPResponseHead?
    while found == nil {
      let piece = try socket.receive()
      guard !piece.isEmpty else { throw SocketFailure.closedInHandshake }
      bytes = try piece.withUnsafeBytes { whole in
        var rest = whole
        if case .head(let head)? = try parser.next(&rest) { found = head }
        return Array(rest)
      }
    }
    guard let found, found.status.code == 101 else {
      throw TestFailure("the WebSocket was refused with \(found?.status.code ?? 0)")
    }
    usesDeflate = try handshake.validate(found)
    deflate = usesDeflate ? WebSocketDeflate() : nil
    head = Response(status: 101, headers: found.headers)
    input = bytes
  }

  /// The next event; nil when the server ended the subscription. Answers pings.
  func next() throws -> LiveEvent? {
    while true {
      if !pending.isEmpty { return pending.removeFirst() }
      if ending != nil { return nil }
      try parse()
      guard pending.isEmpty, ending == nil else { continue }
      do {
        input = try socket.receive()
        if input.isEmpty {
          ending = .finished
          socket.finishSending()
        }
      } catch SocketFailure.reset {
        ending = .reset
      }
    }
  }

  /// Waits for a ping on a quiet connection, and answers it.
  func expectPing() throws {
    let before = pings
    while pings == before {
      input = try socket.receive()
      guard !input.isEmpty else { throw TestFailure("ended instead of a ping") }
      try parse()
    }
  }

  /// The next event, which must come.
  func expect(_ type: String) throws -> LiveEvent {
    guard let event = try next() else {
      throw TestFailure("ended with \(String(describing: ending)) instead of \(type)")
    }
    guard event.type == type else { throw TestFailure("\(event.type) instead of \(type)") }
    return event
  }

  /// Every event up to the one that satisfies a condition, which is included.
  func events(until isLast: (LiveEvent) -> Bool) throws -> [LiveEvent] {
    var events: [LiveEvent] = []
    while true {
      guard let event = try next() else {
        throw TestFailure("ended with \(String(describing: ending)) after \(events.count) events")
      }
      events.append(event)
      if isLast(event) { return events }
    }
  }

  /// Reads until the server ends the subscription.
  func ended() throws -> (ending: Ending, events: [LiveEvent]) {
    var events: [LiveEvent] = []
    while let event = try next() { events.append(event) }
    return (ending ?? .finished, events)
  }

  private func parse() throws {
    let bytes = input
    input = []
    try bytes.withUnsafeBytes { whole in
      var rest = whole
      while let event = try parser.next(&rest, deflate: deflate) {
        switch event {
        case .message(let message): pending.append(try LiveEvent(message.payload))
        case .ping(let payload):
          pings += 1
          try reply(.pong, payload)
        case .pong: break
        case .close(let code, _):
          ending = .close(code: code?.code ?? 1005)
          do {
            try reply(.close, WebSocketEncoder.closePayload(code, reason: ""))
            // Behind its answer a client waits for the server to close; closing both ways at once is as good here.
            socket.finishSending()
          } catch SocketFailure.reset {
            // The server may have gone on without the answer.
          }
        }
      }
    }
  }

  private func reply(_ opcode: WebSocketOpcode, _ payload: [UInt8]) throws {
    var frame: [UInt8] = []
    WebSocketEncoder.append(opcode, payload, maskKey: UInt32.random(in: 0...UInt32.max), to: &frame)
    try socket.send(frame)
  }
}
