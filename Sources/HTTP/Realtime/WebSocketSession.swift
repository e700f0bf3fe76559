import Actors
import Runtime
import Storage

/// A WebSocket that carries the events of one workspace (RFC 6455). Lives on its connection's loop.
///
/// Clients have nothing to say on it: their messages are read, checked and dropped, at a bounded rate.
actor WebSocketSession: ConnectionHandler {
  nonisolated let connection: TCPConnection
  nonisolated let realtime: Realtime
  nonisolated var unownedExecutor: UnownedSerialExecutor { connection.loop.asUnownedSerialExecutor() }

  private var parser: WebSocketParser
  private var state: WebSocketConnectionState
  private let inflates: Bool
  /// The messages that arrive on all connections.
  private let messages: ByteBudget
  /// Bytes of the message that is arriving which count against that bound.
  private var heldMessageBytes = 0
  private var isMidMessage = false
  /// What the connection has surely sent once everything that was queued before the events is out, encrypted or not.
  private let bytesAhead: UInt64
  private var timer: CoarseTimer?
  private var subscription: Subscription?
  private var isClosed = false
  /// The server stops, so a peer that has had its time is not waited for.
  private var isRestart = false

  /// How long a closing socket may take to send what is queued, in milliseconds.
  private static let closeMilliseconds: UInt64 = 5_000
  /// How long a peer may take to answer the close frame of a server that stops, in milliseconds.
  private static let restartMilliseconds = 2_000

  init(
    connection: TCPConnection, messages: ByteBudget, realtime: Realtime, usesDeflate: Bool, timing: WebSocketTiming,
    messageBytesMax: Int, inputRate: WebSocketAllowance.Rate
  ) {
    self.connection = connection
    self.messages = messages
    self.realtime = realtime
    inflates = usesDeflate
    bytesAhead = connection.bytesSent + UInt64(connection.backlogBytes + connection.backlogBytes / 64 + 1_024)
    let now = Int(connection.loop.nowMilliseconds)
    parser = WebSocketParser(
      role: .server, messageBytesMax: messageBytesMax,
      allowance: WebSocketAllowance(inputRate, nowMilliseconds: now))
    state = WebSocketConnectionState(role: .server, timing: timing, nowMilliseconds: now)
  }

  /// Takes over the connection, replays what the client missed and stays live.
  func start(caller: Caller, viewer: EventViewer, after cursor: Cursor?, generation: UInt64, ahead: [UInt8]) {
    let subscription = Subscription(
      connection: connection, format: inflates ? .webSocketDeflate : .webSocket, caller: caller, viewer: viewer,
      ended: { [weak self] reason in self?.assumeIsolated { $0.end(reason) } })
    self.subscription = subscription
    timer = connection.loop.makeTimer { [weak self] in self?.assumeIsolated { $0.tick() } }
    connection.setHandler(self)
    ahead.withUnsafeBytes { receive($0) }
    schedule()
    Task(executorPreference: connection.loop) {
      await self.realtime.subscribe(subscription, after: cursor, generation: generation)
    }
  }

  nonisolated func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
    assumeIsolated(lending: bytes) { $0.receive($1) }
  }

  nonisolated func connectionReadClosed() { assumeIsolated { $0.connection.closeAfterFlush(timeoutMilliseconds: 0) } }

  nonisolated func connectionDrained() {
    assumeIsolated { session in session.subscription?.assumeIsolated { $0.drained() } }
  }

  nonisolated func connectionClosed(_ reason: ConnectionCloseReason) { assumeIsolated { $0.closed() } }

  private func receive(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    let now = Int(connection.loop.nowMilliseconds)
    if state.receivedBytes(nowMilliseconds: now) { schedule() }
    parser.allowance?.refill(nowMilliseconds: now)
    let inflatedBefore = parser.inflatedBytes
    defer { realtime.counters.countInflated(parser.inflatedBytes - inflatedBefore) }
    var input = bytes
    // Made per call because clients hardly ever send compressed messages: its memory is taken only when one does.
    let deflate = inflates ? WebSocketDeflate() : nil
    do throws(WebSocketError) {
      while let event = try parser.next(&input, deflate: deflate) {
        perform(state.received(event, nowMilliseconds: now))
      }
      let hadMessageBegun = isMidMessage
      isMidMessage = parser.isMidMessage
      state.inputEnded(midMessage: isMidMessage, nowMilliseconds: now)
      guard holdMessage() else { throw WebSocketError(.tryAgainLater, "the server is busy, try again shortly") }
      if isMidMessage, !hadMessageBegun { schedule() }
    } catch {
      if state.isOpen, error.closeCode == .policyViolation { realtime.counters.countFlooder() }
      perform(state.failed(error))
    }
  }

  /// Counts what has arrived of a message; false when there is no room for it.
  private func holdMessage() -> Bool {
    let bytes = isClosed ? 0 : parser.messageMemoryBytes
    guard bytes <= heldMessageBytes || messages.take(bytes - heldMessageBytes) else { return false }
    if bytes < heldMessageBytes { messages.giveBack(heldMessageBytes - bytes) }
    heldMessageBytes = bytes
    return true
  }

  private func perform(_ action: WebSocketConnectionState.Action) {
    switch action {
    case .none, .deliver: break
    case .sendPing: send(.ping, [])
    case .sendPong(let payload): send(.pong, payload)
    case .sendClose(let code, let reason, let closesTransport):
      subscription?.assumeIsolated { $0.stop() }
      send(.close, WebSocketEncoder.closePayload(code, reason: reason), isLast: true)
      if closesTransport { closeTransport() } else { schedule() }
    case .closeTransport: closeTransport()
    }
  }

  private func closeTransport() {
    connection.closeAfterFlush(
      timeoutMilliseconds: isRestart ? 0 : Self.closeMilliseconds, waitsForPeer: !isRestart)
  }

  private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8], isLast: Bool = false) {
    var bytes: [UInt8] = []
    WebSocketEncoder.append(opcode, payload, to: &bytes)
    if isLast {
      connection.forceWrite(Frame(bytes))
    } else if connection.write(Frame(bytes)) == .overflow {
      end(.slowConsumer)
    }
  }

  private func end(_ reason: SubscriptionEnd) {
    // Events that a slow peer has not been sent it gets when it resumes; the close frame shall not wait behind them.
    if reason == .slowConsumer, connection.bytesSent >= bytesAhead { connection.dropUnbegun() }
    isRestart = reason == .serviceRestart
    perform(
      state.close(
        WebSocketCloseCode(reason.code), reason: reason.reason, nowMilliseconds: Int(connection.loop.nowMilliseconds),
        timeoutMilliseconds: isRestart ? Self.restartMilliseconds : nil))
  }

  private func tick() {
    guard !isClosed else { return }
    perform(state.tick(nowMilliseconds: Int(connection.loop.nowMilliseconds)))
    schedule()
  }

  private func schedule() {
    guard let deadline = state.deadlineMilliseconds, !isClosed else { return }
    let now = Int(connection.loop.nowMilliseconds)
    timer?.schedule(afterMilliseconds: UInt64(max(0, deadline - now)))
  }

  private func closed() {
    isClosed = true
    messages.giveBack(heldMessageBytes)
    heldMessageBytes = 0
    state.transportClosed()
    timer?.cancel()
    timer = nil
    let realtime = realtime
    subscription?.assumeIsolated { $0.connectionClosed(realtime) }
    subscription = nil
  }
}
