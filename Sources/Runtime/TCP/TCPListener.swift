import Glibc
import Synchronization

/// Listens on an address and hands out accepted connections, each on one of the loops.
///
/// On an IP address every loop has a listening socket of its own (SO_REUSEPORT) and the kernel spreads connections
/// over them. Other sockets have one acceptor that gives connections to the loops in turn.
public final class TCPListener: Sendable {
  /// The address listened on, with the port the system chose if 0 was asked for.
  public let boundAddress: SocketAddress
  /// Counts of the connections; shared with other listeners if it was given to `init`.
  public let census: ConnectionCensus

  private let acceptors: [(loop: EventLoop, acceptor: Acceptor)]
  /// Whether the file of a unix socket is to be removed in the end.
  private let ownsAddress: Bool
  private let isStopped = Atomic<Bool>(false)

  /// What becomes of accepted sockets.
  private struct Reception: Sendable {
    let loops: [EventLoop]
    let limits: TCPListenerLimits
    let census: ConnectionCensus
    let tls: TLSServer?
    let refusal: ConnectionRefusal
    let onAccept: @Sendable (TCPConnection) -> Void

    init(
      _ loops: [EventLoop], _ limits: TCPListenerLimits, _ census: ConnectionCensus, _ tls: TLSServer?,
      _ onAccept: @escaping @Sendable (TCPConnection) -> Void
    ) {
      self.loops = loops
      self.limits = limits
      self.census = census
      self.tls = tls
      self.onAccept = onAccept
      refusal = ConnectionRefusal(limits: limits, tls: tls)
    }

    func adopt(_ socket: Int32, _ peer: SocketAddress, on loop: EventLoop) {
      // Fails only when the loop is stopping or epoll is out of memory; the socket is then closed and uncounted.
      guard
        let connection = try? TCPConnection(descriptor: socket, peerAddress: peer, loop: loop, census: census)
      else { return census.countRefused() }
      connection.backlogBytesMax = limits.backlogBytesMax
      if let tls {
        guard let session = tls.makeSession() else { return connection.abort() }
        connection.startTLS(session, handshakeMilliseconds: tls.handshakeMilliseconds)
      }
      onAccept(connection)
    }

    /// Accepts from a socket of one loop.
    func acceptor(of socket: Int32, on loop: EventLoop) -> (EventLoop, Acceptor) {
      let acceptor = Acceptor(
        descriptor: socket, loop: loop, limits: limits, census: census, refusal: refusal
      ) { adopt($0, $1, on: loop) }
      return (loop, acceptor)
    }

    /// Accepts on one loop and gives the connections to all in turn.
    func sharedAcceptor(of socket: Int32, on first: EventLoop) -> (EventLoop, Acceptor) {
      let turn = Atomic<Int>(0)
      let acceptor = Acceptor(
        descriptor: socket, loop: first, limits: limits, census: census, refusal: refusal
      ) { socket, peer in
        let loop = loops[turn.wrappingAdd(1, ordering: .relaxed).oldValue % loops.count]
        if loop.inEventLoop { adopt(socket, peer, on: loop) } else { loop.submit { adopt(socket, peer, on: loop) } }
      }
      return (first, acceptor)
    }
  }

  /// Binds and listens, then accepts until `stopAccepting`. Connections beyond the census's limits are sent
  /// `limits.refusal` and closed.
  ///
  /// `onAccept` is called on the new connection's loop and must set its handler (or abort it) before it returns. With
  /// `tls` every connection speaks TLS.
  /// Throws `SystemError` if the address cannot be bound.
  public convenience init(
    address: SocketAddress, loops: [EventLoop], limits: TCPListenerLimits = TCPListenerLimits(),
    census: ConnectionCensus = ConnectionCensus(), tls: TLSServer? = nil,
    onAccept: @escaping @Sendable (TCPConnection) -> Void
  ) throws {
    guard let firstLoop = loops.first else { preconditionFailure("a listener needs a loop") }
    let reception = Reception(loops, limits, census, tls, onAccept)
    if address.unixPath != nil {
      let socket = try ListeningSocket.openUnix(address, limits: limits)
      self.init(
        boundAddress: address, census: census, ownsAddress: true,
        acceptors: [reception.sharedAcceptor(of: socket, on: firstLoop)])
    } else {
      let sockets = try Self.openPerLoop(address, count: loops.count, limits: limits)
      self.init(
        boundAddress: try ListeningSocket.boundAddress(of: sockets[0]), census: census, ownsAddress: false,
        acceptors: zip(loops, sockets).map { reception.acceptor(of: $1, on: $0) })
    }
  }

  /// Accepts from sockets that somebody else opened, who keeps them when this process ends.
  ///
  /// Throws `SystemError` if the sockets have no address that is understood.
  public convenience init(
    inherited: InheritedSockets, loops: [EventLoop], limits: TCPListenerLimits = TCPListenerLimits(),
    census: ConnectionCensus = ConnectionCensus(), tls: TLSServer? = nil,
    onAccept: @escaping @Sendable (TCPConnection) -> Void
  ) throws {
    precondition(!loops.isEmpty, "a listener needs a loop")
    let reception = Reception(loops, limits, census, tls, onAccept)
    let acceptors = inherited.descriptors.enumerated().map { index, socket in
      reception.sharedAcceptor(of: socket, on: loops[index % loops.count])
    }
    self.init(
      boundAddress: try ListeningSocket.boundAddress(of: inherited.descriptors[0]), census: census, ownsAddress: false,
      acceptors: acceptors)
  }

  private init(
    boundAddress: SocketAddress, census: ConnectionCensus, ownsAddress: Bool, acceptors: [(EventLoop, Acceptor)]
  ) {
    self.boundAddress = boundAddress
    self.census = census
    self.ownsAddress = ownsAddress
    self.acceptors = acceptors
    for (loop, acceptor) in acceptors { loop.submit { acceptor.start() } }
  }

  deinit {
    stopAccepting()
  }

  /// Stops accepting and removes a unix socket's file; open connections are not touched. May be called on any thread.
  public func stopAccepting() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    for (loop, acceptor) in acceptors { loop.submit { acceptor.closeForShutdown() } }
    if ownsAddress, let path = boundAddress.unixPath { unlink(path) }
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
