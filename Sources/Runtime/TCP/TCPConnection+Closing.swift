import CLibUV
import Glibc

extension TCPConnection {
  /// Sends what is queued, half-closes, waits for the peer to close, and closes; aborts when the time has passed.
  ///
  /// Later writes return `.closed` and later input is discarded. Waiting for the peer keeps the kernel from throwing
  /// away sent bytes because unread input is pending.
  /// - Parameter waitsForPeer: False to close as soon as everything is sent: for a peer that has nothing to say, or had
  ///   its time.
  public func closeAfterFlush(timeoutMilliseconds: UInt64, waitsForPeer: Bool = true) {
    loop.preconditionInEventLoop()
    guard flags.isDisjoint(with: [.closed, .finishing]) else { return }
    flags.insert(.finishing)
    if !waitsForPeer { flags.insert(.closesWhenSent) }
    let timer = loop.makeTimer { [self] in close(.timedOut, resets: true) }
    timer.schedule(afterMilliseconds: timeoutMilliseconds)
    finishTimer = timer
    updatePolling()
    // Even with an empty queue closing goes on at the end of the turn, never inside the caller.
    if !flags.contains(.writeBlocked) { markDirty() }
  }

  /// Closes now; what is queued is dropped and the peer sees a reset.
  public func abort() {
    loop.preconditionInEventLoop()
    close(.aborted, resets: true)
  }

  func closeForShutdown() {
    close(.shutdown)
  }

  func shutDownWriting() {
    if !flags.isDisjoint(with: [.readClosed, .closesWhenSent]) { return close(.finished) }
    guard flags.insert(.writeClosed).inserted else { return }
    if Glibc.shutdown(descriptor, Int32(SHUT_WR)) != 0 { close(.failed(errno: errno)) }
  }

  /// Closes the socket at once and tells the handler at the end of the turn.
  func close(_ reason: ConnectionCloseReason, resets: Bool = false) {
    guard flags.insert(.closed).inserted else { return }
    closeReason = reason
    queue.removeAll()
    backlogBytes = 0
    finishTimer?.cancel()
    finishTimer = nil
    handshakeTimer?.cancel()
    handshakeTimer = nil
    tls = nil
    if resets {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
    uv_close(UnsafeMutableRawPointer(poll).assumingMemoryBound(to: uv_handle_t.self)) { handle in
      guard let data = handle?.pointee.data else { return }
      Unmanaged<TCPConnection>.fromOpaque(data).takeUnretainedValue().handleClosed()
    }
    Glibc.close(descriptor)
  }

  private func handleClosed() {
    poll.deallocate()
    census?.remove(peerAddress)
    let handler = handler
    self.handler = nil
    loop.connections.unlink(self)
    handler?.connectionClosed(closeReason)
    // The reference that the list of connections held.
    if flags.contains(.dirty) {
      flags.insert(.releaseAfterFlush)
    } else {
      Unmanaged.passUnretained(self).release()
    }
  }
}
