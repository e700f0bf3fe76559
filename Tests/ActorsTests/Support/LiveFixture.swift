import Runtime
import Storage
import Synchronization

@testable import Actors

/// Writes an event as a line with its cursor, or its type when it has none.
struct LineEncoder: EventEncoder {
  func encode(_ json: [UInt8], of event: Event, as format: WireFormat) -> Frame {
    Frame(Array("\(event.cursor.isEmpty ? event.type : event.cursor)\n".utf8))
  }
}

/// Live delivery over real sockets: a listener on loopback whose connections become subscriptions.
final class LiveFixture: Sendable {
  let actors: ActorsFixture
  let realtime: Realtime
  private let group: EventLoopGroup
  private let listener: TCPListener
  private let accepted: Accepted

  private final class Accepted: Sendable {
    let waiting = Mutex<[TCPConnection]>([])
  }

  init(
    loops: Int = 2, limits: Realtime.Limits = .init(), store wrapped: (any Store) -> any Store = { $0 }
  ) async throws {
    let group = try EventLoopGroup(count: loops, name: "live")
    let made = Mutex<Realtime?>(nil)
    actors = try await ActorsFixture { store in
      let realtime = Realtime(loops: group.loops, store: wrapped(store), encoder: LineEncoder(), limits: limits)
      made.withLock { $0 = realtime }
      return realtime
    }
    guard let realtime = made.withLock({ $0 }), let loopback = IPAddress("127.0.0.1") else {
      throw TestFailure("no set-up")
    }
    self.realtime = realtime
    self.group = group
    let accepted = Accepted()
    self.accepted = accepted
    listener = try TCPListener(address: SocketAddress(ip: loopback, port: 0), loops: group.loops) { connection in
      accepted.waiting.withLock { $0.append(connection) }
    }
  }

  var loops: [EventLoop] { group.loops }

  func close() async {
    listener.stopAccepting()
    await group.shutdown()
    await actors.close()
  }

  /// Opens a socket, both ends of which are real.
  func connect() async throws -> (client: LineReader, server: TCPConnection) {
    let loop = group.next()
    let connection = try await Runtime.connect(to: listener.boundAddress, on: loop)
    let reader = LineReader()
    loop.submit { connection.setHandler(reader) }
    try await eventually("the connection is accepted") { accepted.waiting.withLock { !$0.isEmpty } }
    return (reader, accepted.waiting.withLock { $0.removeFirst() })
  }

  /// A subscriber that is being replayed and then live; returns before that is done.
  func subscribe(
    _ caller: Caller, role: Role = .member, to workspaceID: WorkspaceID? = nil, after cursor: Cursor? = nil,
    generation: UInt64? = nil
  ) async throws -> LiveSubscriber {
    let (client, server) = try await connect()
    let session = ServerSession(realtime: realtime)
    let subscriber = LiveSubscriber(client: client, session: session)
    let subscription = Subscription(
      connection: server, format: .webSocket, caller: caller,
      viewer: EventViewer(workspaceID: workspaceID ?? actors.workspace, userID: caller.userID, role: role),
      ended: { [weak session] reason in
        session?.ending.withLock { $0 = reason }
        server.closeAfterFlush(timeoutMilliseconds: 1_000)
      })
    session.subscription.withLock { $0 = subscription }
    let mark = generation ?? realtime.membershipGeneration
    server.loop.submit { server.setHandler(session) }
    Task(executorPreference: server.loop) {
      await self.realtime.subscribe(subscription, after: cursor, generation: mark)
      session.isSubscribed.store(true, ordering: .sequentiallyConsistent)
    }
    return subscriber
  }
}

/// The test's view of one subscriber.
struct LiveSubscriber: Sendable {
  let client: LineReader
  let session: ServerSession

  /// Waits until it is live, or was ended.
  func settled() async throws {
    try await eventually("the subscription is settled") {
      session.isSubscribed.load(ordering: .sequentiallyConsistent)
    }
  }

  /// The lines up to a certain one.
  func lines(through last: String) async throws -> [String] {
    try await eventually("\(last) arrives, not only \(client.lines.count) lines ending with \(client.lines.last ?? "")")
    {
      client.lines.contains(last)
    }
    return client.lines
  }

  var ending: SubscriptionEnd? { session.ending.withLock { $0 } }
}

/// The server's end of a test socket.
final class ServerSession: ConnectionHandler {
  let subscription = Mutex<Subscription?>(nil)
  let ending = Mutex<SubscriptionEnd?>(nil)
  let isSubscribed = Atomic<Bool>(false)
  private let realtime: Realtime

  init(realtime: Realtime) { self.realtime = realtime }

  func connectionReceived(_ bytes: UnsafeRawBufferPointer) {}
  func connectionReadClosed() {}

  func connectionDrained() { subscription.withLock { $0 }?.assumeIsolated { $0.drained() } }

  func connectionClosed(_ reason: ConnectionCloseReason) {
    let realtime = realtime
    guard let subscription = subscription.withLock({ $0 }) else { return }
    subscription.assumeIsolated { $0.stop() }
    Task { await realtime.unsubscribe(subscription) }
  }
}

/// The client's end: gathers lines.
final class LineReader: ConnectionHandler {
  private let received = Mutex<[UInt8]>([])
  let isClosed = Atomic<Bool>(false)

  var lines: [String] {
    received.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
  }

  func connectionReceived(_ bytes: UnsafeRawBufferPointer) { received.withLock { $0 += bytes } }
  func connectionReadClosed() {}
  func connectionDrained() {}
  func connectionClosed(_ reason: ConnectionCloseReason) { isClosed.store(true, ordering: .sequentiallyConsistent) }
}
