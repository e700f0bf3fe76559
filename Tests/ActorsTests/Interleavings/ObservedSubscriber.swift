import Glibc
import Storage
import Synchronization

@testable import Actors
@testable import Runtime

/// What one connection of a client got to see, from its cursor to its end.
struct Following {
  let start: Cursor
  let floorAtStart: Cursor
  let logAtStart: Int
  let announcedAtStart: Int
  let settled = Settled()
  let replay: Replay
  var lines: [String] = []
  var endCode: Int?
  var floorAtEnd: Cursor = ""
  var wasLeft = false

  /// What had happened when it became live, or was ended; nil until then.
  final class Settled: Sendable {
    struct Moment {
      let ephemerals: [String: Int]
      let commit: Int
    }

    private let state = Mutex<Moment?>(nil)

    var moment: Moment? { state.withLock { $0 } }

    func note(_ history: History) {
      let moment = Moment(ephemerals: history.ephemerals, commit: history.lastCommit)
      state.withLock { $0 = moment }
    }
  }

  /// The cursors received.
  var cursors: [Cursor] { lines.filter { $0.hasPrefix("cur_") } }
}

/// The server's end of a client's socket, as `WebSocketSession` is, without the protocol.
actor ObservedSession: ConnectionHandler {
  nonisolated let connection: TCPConnection
  nonisolated var unownedExecutor: UnownedSerialExecutor { connection.loop.asUnownedSerialExecutor() }
  private let realtime: Realtime
  private var subscription: Subscription?
  private var isSubscribed = false
  private var isClosed = false

  init(_ connection: TCPConnection, _ realtime: Realtime) {
    self.connection = connection
    self.realtime = realtime
  }

  func start(
    _ caller: Caller, in workspace: WorkspaceID, after cursor: Cursor, heldMax: Int, store: any Store,
    replay: Replay, settled: @escaping @Sendable () -> Void
  ) {
    connection.setHandler(self)
    Task(executorPreference: connection.loop) {
      await replay.run { await self.follow(caller, in: workspace, after: cursor, heldMax: heldMax, store: store) }
      settled()
    }
  }

  private func follow(
    _ caller: Caller, in workspace: WorkspaceID, after cursor: Cursor, heldMax: Int, store: any Store
  ) async {
    let generation = realtime.membershipGeneration
    let read = await Awaiting.result {
      try await store.read { try Memberships.activeRole(of: caller.userID, in: workspace, $0) }
    }
    guard case .success(let role?) = read else { return end(.noLongerAllowed) }
    guard !isClosed else { return }
    let subscription = Subscription(
      connection: connection, format: .webSocket, caller: caller,
      viewer: EventViewer(workspaceID: workspace, userID: caller.userID, role: role), heldMax: heldMax,
      ended: { [weak self] reason in self?.assumeIsolated { $0.end(reason) } })
    self.subscription = subscription
    await realtime.subscribe(subscription, after: cursor.isEmpty ? nil : cursor, generation: generation)
    isSubscribed = true
    if isClosed { await realtime.unsubscribe(subscription) }
  }

  private func end(_ reason: SubscriptionEnd) {
    connection.forceWrite(Frame("!\(reason.code)\n".utf8))
    // Far beyond the end of the run: time must not take part in it.
    connection.closeAfterFlush(timeoutMilliseconds: 3_600_000)
  }

  nonisolated func connectionReceived(_ bytes: UnsafeRawBufferPointer) {}
  nonisolated func connectionReadClosed() { assumeIsolated { $0.connection.abort() } }
  nonisolated func connectionDrained() { assumeIsolated { $0.subscription?.assumeIsolated { $0.drained() } } }
  nonisolated func connectionClosed(_ reason: ConnectionCloseReason) { assumeIsolated { $0.closed() } }

  private func closed() {
    isClosed = true
    guard let subscription else { return }
    self.subscription = nil
    subscription.assumeIsolated { $0.stop() }
    guard isSubscribed else { return }
    let realtime = realtime
    Task(executorPreference: connection.loop) { await realtime.unsubscribe(subscription) }
  }
}

/// An async call's outcome as a value.
enum Awaiting {
  static func result<T: Sendable>(_ body: () async throws -> T) async -> Result<T, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }
}

/// A client: connects from some cursor, reads when its turn comes, leaves, comes back. A lane of the outside world.
final class ObservedClient: Sendable {
  private struct State {
    var socket: Int32 = -1
    var pending: [UInt8] = []
    var turnsLeft: Int
    var isSettling = false
    var followings: [Following] = []
  }

  let name: String
  let caller: Caller
  private let run: InterleavedRun
  private let state: Mutex<State>

  init(_ name: String, _ caller: Caller, turns: Int, in run: InterleavedRun) {
    self.name = name
    self.caller = caller
    self.run = run
    state = Mutex(State(turnsLeft: turns))
  }

  /// Whether it has done all that it was to do by itself.
  var isDone: Bool { state.withLock { $0.turnsLeft <= 0 } }
  var followings: [Following] { state.withLock { $0.followings } }

  /// From now on it stays and reads everything.
  func settle() { state.withLock { $0.isSettling = true } }

  func leave() {
    state.withLock { state in
      if state.socket >= 0 { Glibc.close(state.socket) }
      state.socket = -1
    }
  }

  func turn() -> SeededSchedule.Turn {
    let (isConnected, isSettling, isDone) = state.withLock { state in
      state.turnsLeft -= 1
      return (state.socket >= 0, state.isSettling, state.turnsLeft < 0)
    }
    if isSettling { return isConnected ? read(atMost: 1 << 20) : .idled }
    if isDone { return .idled }
    guard isConnected else {
      connect()
      return .worked
    }
    switch run.schedule.random(below: 16) {
    case 0:
      run.schedule.tell("\(name) leaves")
      state.withLock { $0.followings[$0.followings.count - 1].wasLeft = true }
      leave()
    case 1..<5: break
    default: return read(atMost: 1 + run.schedule.random(below: 200))
    }
    return .worked
  }

  private func connect() {
    let start = chooseStart()
    run.schedule.tell("\(name) connects after \(start.isEmpty ? "nothing" : start)")
    guard let sockets = run.socketPair() else { return }
    let following = Following(
      start: start, floorAtStart: run.history.floor, logAtStart: run.history.log.count,
      announcedAtStart: run.history.announcedCount, replay: Replay(pageEventsMax: run.plan.realtime.replayPageEvents))
    state.withLock { state in
      state.socket = sockets.client
      state.pending = []
      state.followings.append(following)
    }
    run.accept(sockets.server, caller, after: start, following.settled, following.replay)
  }

  private func chooseStart() -> Cursor {
    let last = state.withLock { $0.followings.last { !$0.cursors.isEmpty } }?.cursors.last
    let log = run.history.log
    switch run.schedule.random(below: 16) {
    case 0: return "cur_neverheardof"
    case 1..<3: return ""
    case 3..<6 where !log.isEmpty: return log[run.schedule.random(below: log.count)].cursor
    // As somebody who just read the log in another way.
    case 6..<8: return log.last?.cursor ?? ""
    default: return last ?? ""
    }
  }

  private func read(atMost count: Int) -> SeededSchedule.Turn {
    let socket = state.withLock { $0.socket }
    var buffer = [UInt8](repeating: 0, count: count)
    let received = recv(socket, &buffer, count, Int32(MSG_DONTWAIT))
    if received < 0, errno == EAGAIN { return .idled }
    let floor = run.history.floor
    let lines = state.withLock { state -> [String] in
      guard received > 0 else {
        Glibc.close(state.socket)
        state.socket = -1
        state.followings[state.followings.count - 1].floorAtEnd = floor
        return []
      }
      state.pending += buffer[..<received]
      var lines: [String] = []
      while let end = state.pending.firstIndex(of: UInt8(ascii: "\n")) {
        lines.append(String(decoding: state.pending[..<end], as: UTF8.self))
        state.pending.removeFirst(end + 1)
      }
      for line in lines {
        if line.hasPrefix("!") {
          state.followings[state.followings.count - 1].endCode = Int(line.dropFirst())
        } else {
          state.followings[state.followings.count - 1].lines.append(line)
        }
      }
      return lines
    }
    for line in lines {
      run.schedule.tell("\(name) reads \(line)")
      if line.hasPrefix("cur_"), !run.history.contains(line) {
        run.history.fail("\(name) got \(line) before its commit")
      }
    }
    return .worked
  }
}
