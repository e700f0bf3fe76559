import Glibc

extension TCPConnection {
  /// Queues a frame, to be sent at the end of the turn; never blocks, never copies.
  @discardableResult
  public func write(_ frame: Frame) -> WriteResult {
    loop.preconditionInEventLoop()
    guard flags.isDisjoint(with: [.closed, .finishing]) else { return .closed }
    if backlogBytes + frame.count > backlogBytesMax {
      // Much may have been queued in this turn: what the kernel takes now does not count against a fast peer.
      if !flags.contains(.writeBlocked) { send() }
      guard flags.isDisjoint(with: [.closed, .finishing]) else { return .closed }
      guard backlogBytes + frame.count <= backlogBytesMax else { return .overflow }
    }
    enqueue(frame)
    return backlogBytes > highWaterBytes ? .aboveHighWater : .queued
  }

  /// Copies bytes into a frame of their own and queues it.
  @discardableResult
  public func write(_ bytes: UnsafeRawBufferPointer) -> WriteResult {
    write(Frame(byteCount: bytes.count) { $0.copyMemory(from: bytes) })
  }

  /// Queues a frame whatever the backlog: for the last frame that tells a slow peer why it is being closed, and for
  /// responses, whose size the handler bounds. Above the high-water mark `connectionDrained` follows, as after `write`.
  public func forceWrite(_ frame: Frame) {
    loop.preconditionInEventLoop()
    guard flags.isDisjoint(with: [.closed, .finishing]) else { return }
    enqueue(frame)
    // Whoever forces pieces of a large body waits for `connectionDrained` all the same.
    if backlogBytes > highWaterBytes { flags.insert(.aboveHighWater) }
  }

  /// Drops the queued frames of which the kernel has taken nothing, so that a last frame reaches a slow peer sooner and
  /// their memory is free at once.
  public func dropUnbegun() {
    loop.preconditionInEventLoop()
    backlogBytes -= queue.removeUnbegun()
  }

  private func enqueue(_ frame: Frame) {
    guard frame.count > 0 else { return }
    queue.append(frame)
    backlogBytes += frame.count
    if backlogBytes > highWaterBytes { flags.insert(.aboveHighWater) }
    if flags.isDisjoint(with: [.dirty, .writeBlocked]) { markDirty() }
  }

  /// Puts the connection on the list of those to flush at the end of the turn.
  func markDirty() {
    guard flags.insert(.dirty).inserted else { return }
    loop.dirtyConnections.append(self)
  }

  /// Called by the loop for each connection on its dirty list, after taking it off.
  func flushAtEndOfTurn() {
    flags.remove(.dirty)
    if flags.contains(.releaseAfterFlush) { return Unmanaged.passUnretained(self).release() }
    if flags.contains(.undelivered) { deliverDecrypted() }
    if flags.contains(.writeBlocked) { return }
    flush()
  }

  /// Sends what the kernel takes, then tells the handler or goes on closing.
  func flush() {
    send()
    guard !flags.contains(.closed) else { return }
    if flags.contains(.finishing), !flags.contains(.writeBlocked) {
      if tls?.sayGoodbye() == true { send() }
      if flags.isDisjoint(with: [.writeBlocked, .closed]) { shutDownWriting() }
      return
    }
    if flags.contains(.aboveHighWater), backlogBytes <= highWaterBytes / 2 {
      flags.remove(.aboveHighWater)
      handler?.connectionDrained()
    }
  }

  /// Sends until the queue is empty or the kernel's buffer is full, one call per `EventLoop.gatherMax` frames.
  private func send() {
    if flags.contains(.encrypted) { return sendEncrypted() }
    while !flags.contains(.closed), !queue.isEmpty {
      let (sent, wanted) = sendOnce()
      if sent < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN else { return close(.failed(errno: errno)) }
        return waitUntilWritable()
      }
      bytesSent &+= UInt64(sent)
      backlogBytes -= sent
      queue.consume(sent)
      if sent < wanted { return waitUntilWritable() }
    }
    queue.shrinkIfLarge()
  }

  private func sendOnce() -> (sent: Int, wanted: Int) {
    if queue.count == 1 {
      let bytes = queue.first
      return (Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)), bytes.count)
    }
    let gathered = queue.gather(into: loop.gatherList, max: EventLoop.gatherMax)
    var message = msghdr()
    message.msg_iov = loop.gatherList
    message.msg_iovlen = gathered.entries
    return (sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)), gathered.bytes)
  }

  func waitUntilWritable() {
    flags.insert(.writeBlocked)
    updatePolling()
  }
}
