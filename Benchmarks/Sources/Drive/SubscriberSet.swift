import Glibc

/// The WebSocket subscribers of one generator loop: connects them, reads their frames in place and hands them to a sink.
///
/// Everything happens on the thread of its poller. The memory of a socket between two reads is the unfinished frame, if
/// any; nothing is allocated per message.
final class SubscriberSet<Sink: FrameSink> {
  /// One subscriber to open.
  struct Plan {
    /// Number of the subscriber in the whole run; chooses its token.
    let client: Int
    let topic: Int
    let path: String
  }

  /// Connections being opened at one time, so that a listen queue does not overflow.
  static var connectingMax: Int { 256 }
  /// The largest frame accepted from the server, in bytes.
  static var frameBytesMax: Int { 128 * 1024 }
  private static var bufferBytes: Int { 512 * 1024 }

  private enum State: UInt8 {
    case unopened, connecting, handshaking, open, closed
  }

  private struct Connection {
    var descriptor: Int32 = -1
    var state = State.unopened
    var topic = 0
    var pending: UnsafeMutablePointer<UInt8>?
    var pendingCount = 0
    var pendingCapacity = 0
  }

  private let poller: Poller
  private let target: Target
  private let address: Socket.Address
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: bufferBytes)
  private var connections: [Connection] = []
  private var plans: [Plan] = []
  private var nextToOpen = 0
  private var connecting = 0
  var sink: Sink

  private(set) var openCount = 0
  /// Sockets that the server refused, closed or broke, for whatever reason.
  private(set) var lostCount = 0
  /// The first reason why a socket was lost.
  private(set) var firstLoss: String?
  private(set) var bytesReceived: UInt64 = 0

  init(poller: Poller, target: Target, address: Socket.Address, sink: Sink) {
    self.poller = poller
    self.target = target
    self.address = address
    self.sink = sink
  }

  deinit {
    for connection in connections {
      connection.pending?.deallocate()
      if connection.descriptor >= 0 { Socket.abort(connection.descriptor) }
    }
    buffer.deallocate()
  }

  /// Whether every planned subscriber is open or has failed.
  var isSettled: Bool { nextToOpen == plans.count && connecting == 0 }

  /// Plans the subscribers, replacing earlier ones; they open as the poller's events are handled.
  func open(_ plans: [Plan]) {
    closeAll()
    self.plans = plans
    connections = plans.map { Connection(topic: $0.topic) }
    nextToOpen = 0
    lostCount = 0
    firstLoss = nil
    openMore()
  }

  /// Breaks all connections without a closing handshake.
  func closeAll() {
    for index in connections.indices {
      if connections[index].descriptor >= 0 { Socket.abort(connections[index].descriptor) }
      forget(index)
    }
    openCount = 0
    connecting = 0
  }

  /// Whether this subscriber receives.
  func isOpen(_ index: Int) -> Bool { connections[index].state == .open }

  /// Whether this subscriber has no connection any more, by its own or the server's doing.
  func isClosed(_ index: Int) -> Bool { connections[index].state == .closed }

  /// Breaks one open connection without a closing handshake, as a client does that loses its network.
  func disconnect(_ index: Int) {
    guard connections[index].state == .open else { return }
    Socket.abort(connections[index].descriptor)
    forget(index)
    openCount -= 1
  }

  /// Connects a closed subscriber again, with another path: that of the cursor up to which it has read.
  ///
  /// Not to be called while the events of one `wait` are handled: some may still belong to the old descriptor.
  func reopen(_ index: Int, path: String) {
    guard connections[index].state == .closed else { return }
    plans[index] = Plan(client: plans[index].client, topic: plans[index].topic, path: path)
    connections[index].state = .unopened
    connect(index)
  }

  /// Handles one event of the subscriber with this index.
  func handle(_ index: Int, isWritable: Bool, isReadable: Bool, now: UInt64) {
    switch connections[index].state {
    case .connecting where isWritable || isReadable:
      sendUpgrade(index)
    case .handshaking where isReadable, .open where isReadable:
      read(index, now: now)
    default:
      break
    }
  }

  private func openMore() {
    while nextToOpen < plans.count, connecting < Self.connectingMax {
      let index = nextToOpen
      nextToOpen += 1
      connect(index)
    }
  }

  private func connect(_ index: Int) {
    do {
      let descriptor = try Socket.connect(to: address, nonBlocking: true)
      connections[index].descriptor = descriptor
      connections[index].state = .connecting
      connecting += 1
      poller.add(descriptor, tag: UInt64(index), interest: Poller.writable)
    } catch {
      lose(index, "\(error)")
    }
  }

  private func sendUpgrade(_ index: Int) {
    let descriptor = connections[index].descriptor
    let code = Socket.pendingError(descriptor)
    guard code == 0 else { return lose(index, "cannot connect: \(Socket.reason(code))") }
    let request = target.upgrade(path: plans[index].path, client: plans[index].client)
    // A fresh socket takes a few hundred bytes at once.
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      return lose(index, "cannot send the handshake: \(Socket.reason(errno))")
    }
    connections[index].state = .handshaking
    poller.modify(descriptor, tag: UInt64(index), interest: Poller.readable)
  }

  private func read(_ index: Int, now: UInt64) {
    let kept = connections[index].pendingCount
    if kept > 0, let pending = connections[index].pending { memcpy(buffer, pending, kept) }
    let received = recv(connections[index].descriptor, buffer + kept, Self.bufferBytes - kept, 0)
    guard received > 0 else {
      if received < 0, errno == EAGAIN || errno == EINTR { return }
      return lose(index, received == 0 ? "the server closed the connection" : Socket.reason(errno))
    }
    bytesReceived &+= UInt64(received)
    let total = kept + received
    var position = 0
    if connections[index].state == .handshaking {
      guard let end = finishHandshake(index, total) else {
        if connections[index].state == .handshaking { keep(index, from: 0, to: total) }
        return
      }
      position = end
    }
    let topic = connections[index].topic
    withUnsafeMutablePointer(to: &sink) { sink in
      while let header = FrameHeader(buffer + position, available: total - position),
        header.frameLength <= total - position
      {
        let payload = buffer + position + header.headerLength
        if header.opcode <= FrameHeader.binary {
          sink.pointee.receive(payload, count: header.payloadLength, subscriber: index, topic: topic, now: now)
        } else {
          control(index, header, payload)
        }
        position += header.frameLength
      }
    }
    guard connections[index].state == .open else { return }
    if let header = FrameHeader(buffer + position, available: total - position),
      header.frameLength > Self.frameBytesMax
    {
      return lose(index, "the server sent a frame of \(header.frameLength) bytes")
    }
    keep(index, from: position, to: total)
  }

  /// Answers where the frames start, once the handshake is there as a whole.
  private func finishHandshake(_ index: Int, _ total: Int) -> Int? {
    guard let end = ByteSearch.headEnd(buffer, count: total) else {
      if total > HTTPResponseReader.headBytesMax { lose(index, "the server sent an endless response head") }
      return nil
    }
    let head = UnsafeBufferPointer(start: buffer, count: end)
    guard head.starts(with: "HTTP/1.1 101".utf8) else {
      let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
      let body = UnsafeBufferPointer(start: buffer + end, count: min(200, total - end))
      lose(index, "the server refused the WebSocket: \(line) \(String(decoding: body, as: UTF8.self))")
      return nil
    }
    connections[index].state = .open
    openCount += 1
    connecting -= 1
    openMore()
    return end
  }

  private func control(_ index: Int, _ header: FrameHeader, _ payload: UnsafePointer<UInt8>) {
    let body = UnsafeBufferPointer(start: payload, count: header.payloadLength)
    if header.opcode == FrameHeader.ping {
      var pong: [UInt8] = []
      ClientFrame.append(opcode: 10, payload: body, maskingKey: 0x1234_5678, to: &pong)
      // A pong is a few bytes; when not even those fit the socket is stuck, and the missing messages will show it.
      send(connections[index].descriptor, pong, pong.count, Int32(MSG_NOSIGNAL))
    } else if header.opcode == FrameHeader.close {
      let code = body.count >= 2 ? Int(body[0]) << 8 | Int(body[1]) : 1005
      lose(index, "the server closed with \(code) \(String(decoding: body.dropFirst(2), as: UTF8.self))")
    }
  }

  private func keep(_ index: Int, from start: Int, to end: Int) {
    let count = end - start
    connections[index].pendingCount = count
    guard count > 0 else { return }
    if connections[index].pendingCapacity < count || connections[index].pending == nil {
      connections[index].pending?.deallocate()
      let capacity = max(2048, count * 2)
      connections[index].pending = .allocate(capacity: capacity)
      connections[index].pendingCapacity = capacity
    }
    if let pending = connections[index].pending { memcpy(pending, buffer + start, count) }
  }

  private func forget(_ index: Int) {
    connections[index].descriptor = -1
    connections[index].state = .closed
    connections[index].pending?.deallocate()
    connections[index].pending = nil
    connections[index].pendingCount = 0
    connections[index].pendingCapacity = 0
  }

  private func lose(_ index: Int, _ reason: String) {
    switch connections[index].state {
    case .closed: return
    case .open: openCount -= 1
    case .connecting, .handshaking: connecting -= 1
    case .unopened: break
    }
    if connections[index].descriptor >= 0 { Socket.abort(connections[index].descriptor) }
    forget(index)
    lostCount += 1
    if firstLoss == nil { firstLoss = reason }
    openMore()
  }
}
