import Glibc

/// Keep-alive HTTP connections of one generator loop, each with at most `depth` requests under way.
///
/// Used on the thread of its poller, whose events for tags from `tagBase` on belong here.
final class HTTPPool {
  /// One finished request.
  struct Response {
    let tag: Int
    let connection: Int
    /// The HTTP status; 0 when the connection broke before an answer came.
    let status: Int
    /// From handing the request over until the end of the response, in nanoseconds.
    let latency: UInt64
    let bodyBytes: Int
    let body: [UInt8]
  }

  static let tagBase: UInt64 = 1 << 56
  private static let bufferBytes = 256 * 1024

  private struct Request {
    let tag: Int
    let sentAt: UInt64
  }

  private struct Connection {
    var descriptor: Int32 = -1
    var isConnected = false
    var waitsForWrite = false
    var output: [UInt8] = []
    var written = 0
    var reader: HTTPResponseReader
    var underWay: [Request] = []
  }

  private let poller: Poller
  private let address: Socket.Address
  private let depth: Int
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: bufferBytes)
  private var connections: [Connection]
  private var free: [Int]
  /// Whether responses carry their body; without it only its length is counted.
  var keepsBody = false
  /// Called for each finished request, on the loop's thread.
  var onResponse: ((Response, UInt64) -> Void)?

  init(poller: Poller, address: Socket.Address, connections count: Int, depth: Int = 1) {
    self.poller = poller
    self.address = address
    self.depth = depth
    connections = Array(repeating: Connection(reader: HTTPResponseReader()), count: count)
    free = Array((0..<count).reversed())
  }

  deinit {
    for connection in connections where connection.descriptor >= 0 { Socket.abort(connection.descriptor) }
    buffer.deallocate()
  }

  var hasRoom: Bool { !free.isEmpty }
  private(set) var underWayCount = 0

  /// Queues a request on a connection with room; it is sent by `flush`.
  /// - Precondition: `hasRoom`.
  func submit(_ bytes: [UInt8], tag: Int, now: UInt64) {
    guard let index = free.last else { preconditionFailure("HTTPPool.submit without room") }
    connections[index].output.append(contentsOf: bytes)
    connections[index].underWay.append(Request(tag: tag, sentAt: now))
    underWayCount += 1
    if connections[index].underWay.count == depth { free.removeLast() }
    dirty.append(index)
  }

  private var dirty: [Int] = []

  /// Sends what was submitted, one system call per connection.
  func flush(now: UInt64) {
    let indices = dirty
    dirty.removeAll(keepingCapacity: true)
    for index in indices { write(index, now: now) }
  }

  func handle(tag: UInt64, isWritable: Bool, isReadable: Bool, now: UInt64) {
    let index = Int(tag - Self.tagBase)
    if isWritable {
      connections[index].isConnected = true
      write(index, now: now)
    }
    if isReadable { read(index, now: now) }
  }

  private func write(_ index: Int, now: UInt64) {
    guard connections[index].written < connections[index].output.count else { return }
    if connections[index].descriptor < 0 {
      do {
        let descriptor = try Socket.connect(to: address, nonBlocking: true)
        connections[index].descriptor = descriptor
        connections[index].isConnected = false
        connections[index].waitsForWrite = true
        poller.add(descriptor, tag: Self.tagBase + UInt64(index), interest: Poller.readable | Poller.writable)
      } catch {
        drop(index, now: now)
      }
      return
    }
    guard connections[index].isConnected else { return }
    let descriptor = connections[index].descriptor
    let written = connections[index].written
    let sent = connections[index].output.withUnsafeBufferPointer { bytes -> Int in
      guard let start = bytes.baseAddress else { return 0 }
      return send(descriptor, start + written, bytes.count - written, Int32(MSG_NOSIGNAL))
    }
    guard sent >= 0 || errno == EAGAIN else { return drop(index, now: now) }
    connections[index].written += max(0, sent)
    let isDone = connections[index].written == connections[index].output.count
    if isDone {
      connections[index].output.removeAll(keepingCapacity: true)
      connections[index].written = 0
    }
    if connections[index].waitsForWrite == isDone {
      connections[index].waitsForWrite = !isDone
      let interest = isDone ? Poller.readable : Poller.readable | Poller.writable
      poller.modify(descriptor, tag: Self.tagBase + UInt64(index), interest: interest)
    }
  }

  private func read(_ index: Int, now: UInt64) {
    guard connections[index].descriptor >= 0 else { return }
    let received = recv(connections[index].descriptor, buffer, Self.bufferBytes, 0)
    guard received > 0 else {
      if received < 0, errno == EAGAIN || errno == EINTR { return }
      return drop(index, now: now)
    }
    var position = 0
    while position < received {
      if connections[index].reader.isComplete { connections[index].reader.startNext() }
      connections[index].reader.keepsBody = keepsBody
      do {
        position += try connections[index].reader.consume(
          UnsafeBufferPointer(start: buffer + position, count: received - position))
      } catch {
        return drop(index, now: now)
      }
      if connections[index].reader.isComplete { finish(index, now: now) }
      guard connections[index].descriptor >= 0 else { return }
    }
  }

  private func finish(_ index: Int, now: UInt64) {
    guard !connections[index].underWay.isEmpty else { return drop(index, now: now) }
    let request = connections[index].underWay.removeFirst()
    if connections[index].underWay.count == depth - 1 { free.append(index) }
    underWayCount -= 1
    let reader = connections[index].reader
    if reader.closesConnection { disconnect(index) }
    onResponse?(
      Response(
        tag: request.tag, connection: index, status: reader.status, latency: now &- request.sentAt,
        bodyBytes: reader.bodyBytes, body: reader.body), now)
  }

  private func disconnect(_ index: Int) {
    if connections[index].descriptor >= 0 { close(connections[index].descriptor) }
    connections[index].descriptor = -1
    connections[index].isConnected = false
    connections[index].reader.startNext()
  }

  /// Gives up a broken connection: what was under way on it failed; the next request opens a new one.
  private func drop(_ index: Int, now: UInt64) {
    disconnect(index)
    let failed = connections[index].underWay
    connections[index].underWay.removeAll()
    connections[index].output.removeAll(keepingCapacity: true)
    connections[index].written = 0
    if failed.count == depth { free.append(index) }
    underWayCount -= failed.count
    for request in failed {
      onResponse?(
        Response(
          tag: request.tag, connection: index, status: 0, latency: now &- request.sentAt, bodyBytes: 0, body: []), now)
    }
  }
}
