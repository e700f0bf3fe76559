import Glibc
import Synchronization

/// Listens on an address and hands out accepted connections, each on one of the loops.
///
/// On an IP address every loop has a listening socket of its own (SO_REUSEPORT) and the kernel spreads connections
/// over them. A unix socket has one listener that gives connections to the loops in turn.
public final class TCPListener: Sendable {
  /// The address listened on, with the port the system chose if 0 was asked for.
  public let boundAddress: SocketAddress
  /// Counts of the connections; shared with other listeners if it was given to `init`.
  public let census: ConnectionCensus

  private let loops: [EventLoop]
  private let acceptors: [(loop: EventLoop, acceptor: Acceptor)]
  private let isStopped = Atomic<Bool>(false)

  /// Binds and listens, then accepts until `stopAccepting`.
  ///
  /// Connections beyond the census's limits are sent `limits.refusal` and closed.
  ///
  /// `onAccept` is called on the new connection's loop and must set its handler (or abort it) before it returns.
  /// Throws `SystemError` if the address cannot be bound.
  public init(
    address: SocketAddress, loops: [EventLoop], limits: TCPListenerLimits = TCPListenerLimits(),
    census: ConnectionCensus = ConnectionCensus(), onAccept: @escaping @Sendable (TCPConnection) -> Void
  ) throws {
    guard let firstLoop = loops.first else { preconditionFailure("a listener needs a loop") }
    self.loops = loops
    self.census = census
    @Sendable func adopt(_ socket: Int32, _ peer: SocketAddress, on loop: EventLoop) {
      // Fails only when the loop is stopping or epoll is out of memory; the socket is then closed and uncounted.
      guard
        let connection = try? TCPConnection(descriptor: socket, peerAddress: peer, loop: loop, census: census)
      else { return census.countRefused() }
      connection.backlogBytesMax = limits.backlogBytesMax
      onAccept(connection)
    }
    let refusedCensus = ConnectionCensus(
      connectionsMax: limits.refusedOpenMax, connectionsPerAddressMax: limits.refusedOpenMax)
    if address.unixPath != nil {
      let socket = try ListeningSocket.openUnix(address, limits: limits)
      boundAddress = address
      let turn = Atomic<Int>(0)
      let acceptor = Acceptor(
        descriptor: socket, loop: firstLoop, limits: limits, census: census, refusedCensus: refusedCensus
      ) { socket, peer in
        let loop = loops[turn.wrappingAdd(1, ordering: .relaxed).oldValue % loops.count]
        if loop.inEventLoop { adopt(socket, peer, on: loop) } else { loop.submit { adopt(socket, peer, on: loop) } }
      }
      acceptors = [(firstLoop, acceptor)]
    } else {
      let sockets = try Self.openPerLoop(address, count: loops.count, limits: limits)
      boundAddress = try ListeningSocket.boundAddress(of: sockets[0])
      acceptors = zip(loops, sockets).map { loop, socket in
        (
          loop,
          Acceptor(descriptor: socket, loop: loop, limits: limits, census: census, refusedCensus: refusedCensus) {
            adopt($0, $1, on: loop)
          }
        )
      }
    }
    for (loop, acceptor) in acceptors { loop.submit { acceptor.start() } }
  }

  deinit {
    stopAccepting()
  }

  /// Stops accepting and removes a unix socket's file; open connections are not touched. May be called on any thread.
  public func stopAccepting() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    for (loop, acceptor) in acceptors { loop.submit { acceptor.closeForShutdown() } }
    if let path = boundAddress.unixPath { unlink(path) }
  }

  private static func openPerLoop(
    _ address: SocketAddress, count: Int, limits: TCPListenerLimits
  ) throws(SystemError) -> [Int32] {
    var sockets: [Int32] = []
    var address = address
    if count > 1 { try ListeningSocket.requireUnused(address, limits: limits) }
    do {
      for _ in 0..<count {
        sockets.append(try ListeningSocket.openIP(address, sharesPort: count > 1, limits: limits))
        // The others listen on the port that the first one got.
        if address.port == 0 { address = try ListeningSocket.boundAddress(of: sockets[0]) }
      }
    } catch {
      for socket in sockets { close(socket) }
      throw error
    }
    return sockets
  }
}
