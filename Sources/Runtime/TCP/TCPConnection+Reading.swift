import Glibc

extension TCPConnection {
  /// Stops reading: the peer is slowed down by TCP's flow control. A call made from `connectionReceived` takes effect
  /// at once. Reading being paused, the peer's going away is noticed only when something is written.
  public func pauseReading() {
    loop.preconditionInEventLoop()
    flags.insert(.readPaused)
    updatePolling()
  }

  /// Reads again after `pauseReading`.
  public func resumeReading() {
    loop.preconditionInEventLoop()
    flags.remove(.readPaused)
    // Delivered at the end of the turn, never inside the caller.
    if flags.contains(.undelivered) { markDirty() }
    updatePolling()
  }

  /// Receives what is there, a bounded number of times; `untilError` reads on until the socket's error shows.
  func receive(untilError: Bool) {
    let buffer = loop.readBuffer
    var calls = 0
    while untilError || calls < Self.receivesPerWakeupMax {
      calls += 1
      let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if received > 0 {
        bytesReceived &+= UInt64(received)
        if !flags.contains(.finishing) {
          let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<received])
          if flags.contains(.encrypted) {
            receiveEncrypted(bytes, untilError: untilError)
          } else {
            handler?.connectionReceived(bytes)
          }
          if flags.contains(.closed) || (flags.contains(.readPaused) && !untilError) { return }
        }
        // A short read means that the socket is empty: asking again would only cost a call.
        if received < buffer.count, !untilError { return }
      } else if received == 0 {
        return endOfInput(afterError: untilError)
      } else if errno == EAGAIN {
        if untilError { close(.failed(errno: ECONNRESET)) }
        return
      } else if errno != EINTR {
        return close(.failed(errno: errno))
      }
    }
  }

  func endOfInput(afterError: Bool) {
    let isNew = flags.insert(.readClosed).inserted
    if flags.contains(.writeClosed) { return close(.finished) }
    if isNew, !flags.contains(.finishing) { handler?.connectionReadClosed() }
    if afterError { return close(.failed(errno: ECONNRESET)) }
    updatePolling()
  }
}
