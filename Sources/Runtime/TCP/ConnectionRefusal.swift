import Glibc

/// What becomes of connections for which there is no room: they are told so and closed.
struct ConnectionRefusal: Sendable {
  private let limits: TCPListenerLimits
  private let tls: TLSServer?
  /// Counts those that are being told.
  private let census: ConnectionCensus

  init(limits: TCPListenerLimits, tls: TLSServer?) {
    self.limits = limits
    self.tls = tls
    census = ConnectionCensus(
      connectionsMax: limits.refusedOpenMax, connectionsPerAddressMax: limits.refusedOpenMax)
  }

  /// Tells a connection that there is no room for it. It gets the time to read that, so long as few others are told.
  func refuse(_ socket: Int32, _ peer: SocketAddress, on loop: EventLoop) {
    guard !limits.refusal.isEmpty, census.admit(peer) else { return close(socket) }
    // Fails only when the loop is stopping or epoll is out of memory; the socket is then closed and uncounted.
    guard let connection = try? TCPConnection(descriptor: socket, peerAddress: peer, loop: loop, census: census)
    else { return }
    guard let tls else { return Self.end(connection, limits) }
    guard let session = tls.makeSession() else { return connection.abort() }
    connection.startTLS(session, handshakeMilliseconds: limits.refusedMilliseconds)
    connection.setHandler(RefusedClient(connection, limits))
  }

  /// Sends what the kernel takes at once and closes; of use only where nothing is encrypted.
  func close(_ socket: Int32) {
    if !limits.refusal.isEmpty, tls == nil {
      send(socket, limits.refusal, limits.refusal.count, Int32(MSG_NOSIGNAL))
      shutdown(socket, Int32(SHUT_WR))
    }
    Glibc.close(socket)
  }

  fileprivate static func end(_ connection: TCPConnection, _ limits: TCPListenerLimits) {
    limits.refusal.withUnsafeBytes { _ = connection.write($0) }
    connection.closeAfterFlush(timeoutMilliseconds: limits.refusedMilliseconds)
  }
}

/// A refused client that speaks TLS and so can't be told before it has asked. On its loop.
private final class RefusedClient: ConnectionHandler {
  private let connection: TCPConnection
  private let limits: TCPListenerLimits
  private let timer: CoarseTimer

  init(_ connection: TCPConnection, _ limits: TCPListenerLimits) {
    self.connection = connection
    self.limits = limits
    timer = connection.loop.makeTimer { connection.abort() }
    timer.schedule(afterMilliseconds: 2 * limits.refusedMilliseconds)
  }

  func connectionReceived(_ bytes: UnsafeRawBufferPointer) { ConnectionRefusal.end(connection, limits) }
  func connectionReadClosed() { connection.closeAfterFlush(timeoutMilliseconds: 0) }
  func connectionDrained() {}
  func connectionClosed(_ reason: ConnectionCloseReason) { timer.cancel() }
}
