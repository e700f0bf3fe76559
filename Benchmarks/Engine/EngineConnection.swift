import Actors
import Glibc
import HTTP
import Runtime
import Storage

/// One socket of the engine: the opening handshake, then a publisher or a subscriber. Lives on its connection's loop.
actor EngineConnection: ConnectionHandler {
  private enum Stage {
    case handshake(HTTP1RequestParser)
    case publisher
    case subscriber(Subscription)
    case closed
  }

  private static let workspaceID = "wsp_engine"
  private static let messageBytesMax = 1 << 20
  private static let closeMilliseconds: UInt64 = 1_000

  nonisolated let connection: TCPConnection
  nonisolated let realtime: Realtime
  nonisolated var unownedExecutor: UnownedSerialExecutor { connection.loop.asUnownedSerialExecutor() }

  private var stage = Stage.handshake(HTTP1RequestParser())
  private var parser = WebSocketParser(role: .server, messageBytesMax: messageBytesMax)
  private var isSubscribed = false

  init(connection: TCPConnection, realtime: Realtime) {
    self.connection = connection
    self.realtime = realtime
  }

  /// Starts reading. This is called by the listener.
  func start() { connection.setHandler(self) }

  nonisolated func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
    assumeIsolated(lending: bytes) { $0.receive($1) }
  }

  nonisolated func connectionReadClosed() { assumeIsolated { $0.finish() } }

  nonisolated func connectionDrained() {
    assumeIsolated { engine in
      if case .subscriber(let subscription) = engine.stage { subscription.assumeIsolated { $0.drained() } }
    }
  }

  nonisolated func connectionClosed(_ reason: ConnectionCloseReason) { assumeIsolated { $0.closed() } }

  private func receive(_ bytes: UnsafeRawBufferPointer) {
    var input = bytes
    do {
      if case .handshake(var request) = stage {
        try shakeHands(&request, &input)
        if case .handshake = stage { stage = .handshake(request) }
      }
      guard !input.isEmpty else { return }
      while let event = try parser.next(&input) { received(event) }
    } catch {
      // The peers of a benchmark are known; whoever breaks a protocol is cut off.
      connection.abort()
    }
  }

  private func shakeHands(_ request: inout HTTP1RequestParser, _ input: inout UnsafeRawBufferPointer) throws {
    guard case .head(let head)? = try request.next(&input), case .end? = try request.next(&input) else { return }
    var encoder = HTTP1ResponseEncoder(answering: head)
    var response: [UInt8] = []
    try encoder.append(
      WebSocketHandshake(head).response(), bodyBytes: nil, date: HTTPDate(unixSeconds: time(nil)), to: &response)
    switch head.path {
    case "/pub":
      stage = .publisher
      connection.write(Frame(response))
    case "/sub": subscribe(answering: Frame(response))
    default: connection.abort()
    }
  }

  private func subscribe(answering response: Frame) {
    let userID = "usr_engine"
    let subscription = Subscription(
      connection: connection, format: .webSocket,
      caller: Caller(userID: userID, isBot: false, credential: .development),
      viewer: EventViewer(workspaceID: Self.workspaceID, userID: userID, role: .member),
      ended: { [weak self] _ in self?.assumeIsolated { $0.finish() } })
    stage = .subscriber(subscription)
    let generation = realtime.membershipGeneration
    Task(executorPreference: connection.loop) {
      await self.realtime.subscribe(subscription, after: nil, generation: generation)
      await self.subscribed(subscription, answering: response)
    }
  }

  /// The handshake ends only here, so that whoever has seen it misses nothing. Whoever publishes before every
  /// subscriber is connected would be heard too early.
  private func subscribed(_ subscription: Subscription, answering response: Frame) async {
    isSubscribed = true
    if case .closed = stage { return await realtime.unsubscribe(subscription) }
    connection.write(response)
  }

  private func received(_ event: WebSocketEvent) {
    switch event {
    case .message(let message):
      guard case .publisher = stage else { return }
      realtime.publish(
        ephemeral: .ephemeral(
          id: "", type: "benchmark.message", workspaceID: Self.workspaceID, channelID: nil, directConversationID: nil,
          payload: message.text, audience: .workspace))
    case .ping(let payload): connection.write(Frame(WebSocketEncoder.frame(.pong, payload)))
    case .pong: break
    case .close: finish()
    }
  }

  private func finish() { connection.closeAfterFlush(timeoutMilliseconds: Self.closeMilliseconds) }

  private func closed() {
    let stage = stage
    self.stage = .closed
    guard case .subscriber(let subscription) = stage else { return }
    subscription.assumeIsolated { $0.stop() }
    guard isSubscribed else { return }
    let realtime = realtime
    Task(executorPreference: connection.loop) { await realtime.unsubscribe(subscription) }
  }
}
