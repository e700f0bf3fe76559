import Glibc

extension TCPConnection {
  /// Speaks TLS from the first byte on. On the loop, before a handler is set.
  func startTLS(_ session: TLSSession, handshakeMilliseconds: UInt64) {
    flags.insert(.encrypted)
    tls = session
    let timer = loop.makeTimer { [self] in close(.timedOut, resets: true) }
    timer.schedule(afterMilliseconds: handshakeMilliseconds)
    handshakeTimer = timer
  }

  /// Takes bytes that the socket gave; the handler gets what they say.
  func receiveEncrypted(_ bytes: UnsafeRawBufferPointer, untilError: Bool) {
    guard let tls, !flags.contains(.finishing) else { return }
    tls.feed(bytes)
    deliverDecrypted(despitePause: untilError)
  }

  /// Hands over what is decrypted, until there is no more or reading is paused.
  func deliverDecrypted(despitePause: Bool = false) {
    guard let tls else { return }
    flags.remove(.undelivered)
    let buffer = loop.decryptionBuffer
    while flags.isDisjoint(with: [.closed, .finishing, .readClosed]), let handler {
      if flags.contains(.readPaused), !despitePause {
        flags.insert(.undelivered)
        break
      }
      switch tls.read(into: buffer) {
      case .bytes(let count):
        handler.connectionReceived(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        continue
      case .needsMore: break
      case .ended: endOfInput(afterError: false)
      case .failed: return fail(tls)
      }
      break
    }
    guard !flags.contains(.closed) else { return }
    if handshakeTimer != nil, tls.isEstablished {
      handshakeTimer?.cancel()
      handshakeTimer = nil
      if !queue.isEmpty { markDirty() }
    }
    if !tls.unsent.isEmpty, !flags.contains(.writeBlocked) { markDirty() }
  }

  /// Encrypts and sends until the queue is empty or the kernel's buffer is full.
  func sendEncrypted() {
    guard let tls else { return }
    while !flags.contains(.closed) {
      let bytes = tls.unsent
      if bytes.isEmpty {
        guard !queue.isEmpty else { break }
        guard tls.isEstablished else { return waitForHandshake() }
        guard encryptNext(tls) else { return close(.failed(errno: EPROTO)) }
        continue
      }
      let sent = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if sent < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN else { return close(.failed(errno: errno)) }
        return waitUntilWritable()
      }
      bytesSent &+= UInt64(sent)
      let isShort = sent < bytes.count
      backlogBytes -= tls.sent(sent)
      if isShort { return waitUntilWritable() }
    }
    queue.shrinkIfLarge()
  }

  /// What was written goes out after the handshake. Who closes before then has nobody to send it to.
  private func waitForHandshake() {
    guard flags.contains(.finishing) else { return }
    queue.removeAll()
    backlogBytes = 0
  }

  /// Encrypts the next bytes of the queue: a large frame from where it is, small ones together as one record.
  private func encryptNext(_ tls: TLSSession) -> Bool {
    let first = queue.first
    if queue.count == 1 || first.count >= TLSSession.recordMax {
      let piece = UnsafeRawBufferPointer(rebasing: first.prefix(TLSSession.encryptedMax))
      guard tls.encrypt(piece) else { return false }
      queue.consume(piece.count)
      return true
    }
    let buffer = loop.encryptionBuffer
    let gathered = queue.gather(into: loop.gatherList, max: EventLoop.gatherMax)
    var count = 0
    for index in 0..<gathered.entries {
      let entry = loop.gatherList[index]
      let piece = UnsafeRawBufferPointer(start: entry.iov_base, count: min(entry.iov_len, buffer.count - count))
      UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: piece)
      count += piece.count
      if count == buffer.count { break }
    }
    guard tls.encrypt(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return false }
    queue.consume(count)
    return true
  }

  /// Closes a connection whose other side does not speak TLS as it should, with the alert that says so.
  private func fail(_ tls: TLSSession) {
    let alert = tls.unsent
    if !alert.isEmpty { _ = Glibc.send(descriptor, alert.baseAddress, alert.count, Int32(MSG_NOSIGNAL)) }
    close(.failed(errno: EPROTO))
  }
}
