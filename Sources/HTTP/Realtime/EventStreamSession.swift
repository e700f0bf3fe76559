import Actors
import Runtime
import Storage

/// An event stream (server-sent events) that carries the events of one workspace. Lives on its connection's loop.
actor EventStreamSession: ConnectionHandler {
  nonisolated let connection: TCPConnection
  nonisolated let realtime: Realtime
  nonisolated var unownedExecutor: UnownedSerialExecutor { connection.loop.asUnownedSerialExecutor() }

  private var timer: CoarseTimer?
  private var subscription: Subscription?
  private var isClosed = false
  private var inputBytes = 0
  /// What the connection has surely sent once everything that was queued before the events is out, encrypted or not.
  private let bytesAhead: UInt64

  /// How often an idle stream gets a comment, in milliseconds: below the usual timeouts of proxies.
  private static let heartbeatMilliseconds: UInt64 = 15_000
  private static let closeMilliseconds: UInt64 = 5_000
  /// What a client may send all the same before the stream is closed.
  private static let inputBytesMax = 64 << 10
  /// How long a stream may take to send what is queued while the server stops, in milliseconds.
  private static let restartMilliseconds: UInt64 = 2_000

  init(connection: TCPConnection, realtime: Realtime) {
    self.connection = connection
    self.realtime = realtime
    bytesAhead = connection.bytesSent + UInt64(connection.backlogBytes + connection.backlogBytes / 64 + 1_024)
  }

  /// Takes over the connection, replays what the client missed and stays live.
  func start(caller: Caller, viewer: EventViewer, after cursor: Cursor?, generation: UInt64) {
    let subscription = Subscription(
      connection: connection, format: .serverSentEvents, caller: caller, viewer: viewer,
      ended: { [weak self] reason in self?.assumeIsolated { $0.end(reason) } })
    self.subscription = subscription
    timer = connection.loop.makeTimer { [weak self] in self?.assumeIsolated { $0.beat() } }
    connection.setHandler(self)
    connection.forceWrite(EventStream.greeting)
    timer?.schedule(afterMilliseconds: Self.heartbeatMilliseconds)
    Task(executorPreference: connection.loop) {
      await self.realtime.subscribe(subscription, after: cursor, generation: generation)
    }
  }

  nonisolated func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    assumeIsolated { $0.received(count) }
  }

  nonisolated func connectionReadClosed() { assumeIsolated { $0.connection.closeAfterFlush(timeoutMilliseconds: 0) } }

  nonisolated func connectionDrained() {
    assumeIsolated { session in session.subscription?.assumeIsolated { $0.drained() } }
  }

  nonisolated func connectionClosed(_ reason: ConnectionCloseReason) { assumeIsolated { $0.closed() } }

  /// A client has nothing to say on an event stream; reading it costs time all the same.
  private func received(_ count: Int) {
    inputBytes += count
    guard inputBytes > Self.inputBytesMax else { return }
    subscription?.assumeIsolated { $0.stop() }
    close(1008, "too much was sent")
  }

  private func beat() {
    guard !isClosed else { return }
    if connection.write(EventStream.heartbeat) == .overflow { end(.slowConsumer) }
    timer?.schedule(afterMilliseconds: Self.heartbeatMilliseconds)
  }

  /// The last event of the stream says why it ends, with the code that a WebSocket would be closed with.
  private func end(_ reason: SubscriptionEnd) {
    // Events that a slow peer has not been sent it gets when it resumes; the last event shall not wait behind them.
    if reason == .slowConsumer, connection.bytesSent >= bytesAhead { connection.dropUnbegun() }
    close(
      reason.code, reason.reason,
      // An EventSource would come back with the position that led nowhere, again and again.
      forgetsPosition: reason == .resyncRequired,
      // A server that stops does not wait for clients that have nothing to say.
      isRestart: reason == .serviceRestart)
  }

  private func close(_ code: UInt16, _ reason: String, forgetsPosition: Bool = false, isRestart: Bool = false) {
    var json = JSONWriter()
    json.object { json in
      json.field("code", Int64(code))
      json.field("reason", reason)
    }
    connection.forceWrite(
      EventStream.frame(id: "", type: "stream.closed", data: json.bytes, forgetsPosition: forgetsPosition))
    connection.forceWrite(EventStream.end)
    connection.closeAfterFlush(
      timeoutMilliseconds: isRestart ? Self.restartMilliseconds : Self.closeMilliseconds, waitsForPeer: !isRestart)
  }

  private func closed() {
    isClosed = true
    timer?.cancel()
    timer = nil
    let realtime = realtime
    subscription?.assumeIsolated { $0.connectionClosed(realtime) }
    subscription = nil
  }
}
