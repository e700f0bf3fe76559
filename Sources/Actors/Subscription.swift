import Runtime
import Storage

/// Why the server ends a subscription; each has a WebSocket close code.
public enum SubscriptionEnd: Sendable, Equatable {
  /// The cursor is unknown, too old or lies beyond what the caller may see: reload and start afresh (4001).
  case resyncRequired
  /// The connection did not take its events fast enough: reconnect with the last cursor (1013).
  case slowConsumer
  /// The credential was revoked, or the user no longer belongs to the workspace (1008).
  case noLongerAllowed
  /// The server stops or restarts (1012).
  case serviceRestart
  /// The server could not read the log (1011).
  case failed

  /// The WebSocket close code.
  public var code: UInt16 {
    switch self {
    case .resyncRequired: 4001
    case .slowConsumer: 1013
    case .noLongerAllowed: 1008
    case .serviceRestart: 1012
    case .failed: 1011
    }
  }

  /// The close reason, in plain words.
  public var reason: String {
    switch self {
    case .resyncRequired: "resync required"
    case .slowConsumer: "too slow, reconnect with your cursor"
    case .noLongerAllowed: "no longer allowed"
    case .serviceRestart: "server is restarting"
    case .failed: "can't read the event log"
    }
  }
}

/// One subscriber of a workspace: a WebSocket or an event stream. Lives on its connection's loop.
public actor Subscription {
  /// The connection's loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { connection.loop.asUnownedSerialExecutor() }

  /// Carries the frames.
  nonisolated let connection: TCPConnection
  /// How they are encoded.
  nonisolated let format: WireFormat
  /// Whose credential opened it; compared when credentials are revoked.
  public nonisolated let caller: Caller
  /// The workspace whose events it carries.
  public nonisolated let workspaceID: WorkspaceID
  /// Called at most once, on the loop, when the server ends the subscription.
  private nonisolated let ended: @Sendable (SubscriptionEnd) -> Void

  /// Where a subscriber stands in its group.
  struct Place {
    let group: SubscriberGroup
    let index: Int
  }

  /// Set by the group that took it in.
  var place: Place?
  private(set) var viewer: EventViewer
  private var join: ReplayJoin<Frame>
  /// The client's cursor while it is ahead of what the workspace announced; empty otherwise.
  private var known: Cursor = ""
  private var isOver = false
  private var isRegistered = false
  private var isClosed = false
  private var endReason: SubscriptionEnd?
  private var waiter: CheckedContinuation<Void, Never>?
  /// Ends it when the credential expires; there is none for credentials that don't.
  private var expiry: CoarseTimer?

  /// Makes a subscription that is not registered yet; see `Realtime.subscribe`.
  /// - Parameters:
  ///   - heldMax: Live events held during a replay before the subscriber must reconnect.
  ///   - ended: Called once when the server ends it; the transport then closes with the code.
  public init(
    connection: TCPConnection, format: WireFormat, caller: Caller, viewer: EventViewer, heldMax: Int = 4_096,
    ended: @escaping @Sendable (SubscriptionEnd) -> Void
  ) {
    self.connection = connection
    self.format = format
    self.caller = caller
    workspaceID = viewer.workspaceID
    self.viewer = viewer
    self.ended = ended
    join = ReplayJoin(heldMax: heldMax)
    connection.highWaterBytes = Self.replayBacklogBytes
  }

  /// From now on the expiry of the caller's credential ends the subscription.
  func watchExpiry() {
    guard let expiresAt = caller.expiresAt, !isOver else { return }
    let microseconds = expiresAt.microseconds - Timestamp.now().microseconds
    guard microseconds > 0 else { return end(.noLongerAllowed) }
    // The wall clock may be set meanwhile, so it is looked at again when the timer fires.
    let timer = expiry ?? connection.loop.makeTimer { [weak self] in self?.assumeIsolated { $0.watchExpiry() } }
    expiry = timer
    timer.schedule(afterMilliseconds: UInt64((microseconds + 999) / 1_000))
  }

  /// Sends the events of a batch that this subscriber may see. Nothing is allocated unless a replay is under way.
  func deliver(_ broadcast: Broadcast) {
    guard !isOver else { return }
    if viewer.role != .guest, known.isEmpty, let frame = broadcast.frameForMembers(format) { return pass(frame) }
    for event in broadcast.events {
      guard viewer.mayView(event.event, in: broadcast.channels), isNew(event.event) else { continue }
      if let frame = event.frame(format) { pass(frame) }
    }
  }

  /// The client read the log before the commit was announced: events up to its cursor must not come again.
  func skip(through cursor: Cursor) {
    known = cursor
    standingChanged()
  }

  private func isNew(_ event: Event) -> Bool {
    if known.isEmpty || event.cursor.isEmpty { return true }
    guard event.cursor > known else { return false }
    known = ""
    standingChanged()
    return true
  }

  private func pass(_ frame: Frame) {
    switch join.live(frame) {
    case .deliver: send(frame)
    case .held: break
    case .overflow: end(.slowConsumer)
    }
  }

  /// Sends part of the replay.
  func replay(_ frame: Frame) {
    if !isOver { send(frame) }
  }

  /// The replay has reached the tail: sends what was held and goes live.
  func goLive() {
    guard !isOver else { return }
    for frame in join.finish() where !isOver { send(frame) }
    standingChanged()
  }

  /// Whether it is live and may see every event that is for all members.
  var isOrdinary: Bool { !isOver && join.state == .live && viewer.role != .guest && known.isEmpty }

  private func standingChanged() {
    guard let place else { return }
    let isOrdinary = isOrdinary
    place.group.assumeIsolated { $0.update(place, isOrdinary: isOrdinary) }
  }

  /// The member's role changed.
  func update(role: Role?) {
    guard let role else {
      end(.noLongerAllowed)
      return
    }
    viewer = EventViewer(workspaceID: viewer.workspaceID, userID: viewer.userID, role: role)
    standingChanged()
  }

  /// The caller's credentials changed: ends it when its own is not among those that are valid.
  func update(validCredentials: Set<String>) {
    guard let credential = caller.credentialID, !validCredentials.contains(credential) else { return }
    end(.noLongerAllowed)
  }

  /// Ends the subscription from the server's side.
  func end(_ reason: SubscriptionEnd) {
    guard !isOver else { return }
    isOver = true
    endReason = reason
    expiry?.cancel()
    standingChanged()
    ended(reason)
    drained()
  }

  /// The transport closed: nothing more is sent.
  /// - Returns: Why the server ended it, if it did.
  func stopped() -> SubscriptionEnd? {
    stop()
    return endReason
  }

  /// The transport closed: nothing more is sent.
  public func stop() {
    isOver = true
    expiry?.cancel()
    standingChanged()
    drained()
  }

  /// `Realtime.subscribe` is done with it.
  /// - Returns: Whether its connection has closed meanwhile.
  func registered() -> Bool {
    isRegistered = true
    return isClosed
  }

  /// The connection closed: nothing more is sent, and `Realtime` forgets it as soon as it has registered it. Called on the
  /// loop.
  public func connectionClosed(_ realtime: Realtime) {
    isClosed = true
    stop()
    if isRegistered { Task(executorPreference: connection.loop) { await realtime.unsubscribe(self) } }
  }

  /// Waits until its replay may begin, or it is over.
  /// - Returns: What must be given back when the replay has ended.
  func wait(for turns: ReplayTurns) async -> ReplayTurns.Ticket {
    let ticket = turns.enter(caller.userID) { [weak self, loop = connection.loop] in
      loop.submit { [weak self] in self?.assumeIsolated { $0.drained() } }
    }
    while !isOver, !turns.hasCome(ticket) { await withCheckedContinuation { waiter = $0 } }
    return ticket
  }

  /// Waits until the connection has taken most of what was written, or is closed: backpressure for a replay. Ends the
  /// subscription when that takes too long, which is sooner while others wait for their turn.
  func waitUntilDrained(
    _ turns: ReplayTurns, _ ticket: ReplayTurns.Ticket, _ limits: Realtime.Limits
  ) async {
    guard !isOver, connection.backlogBytes > Self.replayBacklogBytes else { return }
    let loop = connection.loop
    let begin = loop.nowMilliseconds
    let patience = min(limits.replayStallMillisecondsWhenAwaited, limits.replayStallMilliseconds)
    let timer = loop.makeTimer { [weak self] in self?.assumeIsolated { $0.drained() } }
    while !isOver, connection.backlogBytes > Self.replayBacklogBytes {
      let waited = loop.nowMilliseconds - begin
      if waited >= limits.replayStallMilliseconds || (waited >= patience && turns.isAwaited(ticket)) {
        return end(.slowConsumer)
      }
      timer.schedule(afterMilliseconds: patience)
      await withCheckedContinuation { waiter = $0 }
      timer.cancel()
    }
  }

  /// The connection's backlog went down, or something else changed for a replay. Called on the loop.
  public func drained() {
    let waiting = waiter
    waiter = nil
    waiting?.resume()
  }

  /// Unsent bytes above which a replay waits.
  private static let replayBacklogBytes = 16 << 10

  /// Whether it ended.
  var isEnded: Bool { isOver }

  private func send(_ frame: Frame) {
    if connection.write(frame) == .overflow { end(.slowConsumer) }
  }
}
