import Glibc

/// Carries numbered messages from the generator to the server. Used on the first loop's thread.
protocol MessageSender: AnyObject {
  /// Whether one more message can be handed over now.
  var hasRoom: Bool { get }
  /// Messages the server has refused per topic, so that nobody waits for them.
  var refused: [UInt64] { get }
  /// Hands over a message; it leaves with `flush`.
  func send(number: UInt64, topic: Int, now: UInt64)
  func flush(now: UInt64)
  /// Handles an event whose tag is not a subscriber's.
  func handle(tag: UInt64, isWritable: Bool, isReadable: Bool, now: UInt64)
  /// Requests without an answer yet.
  var underWay: Int { get }
  /// The first refusal in words.
  var firstRefusal: String? { get }
}

/// Publishes over one WebSocket, for peers that broadcast what they receive.
final class SocketSender: MessageSender {
  private static let outputBytesMax = 4 * 1024 * 1024

  private let poller: Poller
  private let descriptor: Int32
  private let messageBytes: Int
  private var output: [UInt8] = []
  private var written = 0
  private var waitsForWrite = false
  private var discarded = [UInt8](repeating: 0, count: 64 * 1024)
  let refused: [UInt64] = [0]
  let underWay = 0
  private(set) var firstRefusal: String?

  /// Connects and upgrades, blocking.
  /// - Throws: `BenchmarkError` when the server refuses.
  init(poller: Poller, target: Target, address: Socket.Address, path: String, messageBytes: Int) throws {
    self.poller = poller
    self.messageBytes = messageBytes
    descriptor = try Socket.connect(to: address, nonBlocking: false)
    let request = target.upgrade(path: path, client: 0)
    Glibc.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(descriptor, &byte, 1, 0) == 1, head.count < HTTPResponseReader.headBytesMax else {
        throw BenchmarkError("the server closed the publisher's handshake")
      }
      head.append(byte)
    }
    guard head.starts(with: "HTTP/1.1 101".utf8) else {
      throw BenchmarkError("the server refused the publisher: \(String(decoding: head.prefix(40), as: UTF8.self))")
    }
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    poller.add(descriptor, tag: HTTPPool.tagBase, interest: Poller.readable)
  }

  deinit {
    close(descriptor)
  }

  var hasRoom: Bool { output.count < Self.outputBytesMax && firstRefusal == nil }

  func send(number: UInt64, topic: Int, now: UInt64) {
    ClientFrame.append(
      opcode: FrameHeader.text, payload: NumberedMessage.json(number: number, bytes: messageBytes).utf8,
      maskingKey: UInt32(truncatingIfNeeded: number &* 0x9E37_79B9), to: &output)
  }

  func flush(now: UInt64) {
    guard written < output.count else { return }
    let start = written
    let sent = output.withUnsafeBufferPointer { bytes -> Int in
      guard let base = bytes.baseAddress else { return 0 }
      return Glibc.send(descriptor, base + start, bytes.count - start, Int32(MSG_NOSIGNAL))
    }
    if sent < 0, errno != EAGAIN { firstRefusal = "the publisher's socket broke: \(Socket.reason(errno))" }
    written += max(0, sent)
    let isDone = written == output.count
    if isDone {
      output.removeAll(keepingCapacity: true)
      written = 0
    }
    if waitsForWrite == isDone {
      waitsForWrite = !isDone
      poller.modify(
        descriptor, tag: HTTPPool.tagBase, interest: isDone ? Poller.readable : Poller.readable | Poller.writable)
    }
  }

  func handle(tag: UInt64, isWritable: Bool, isReadable: Bool, now: UInt64) {
    if isWritable { flush(now: now) }
    guard isReadable else { return }
    // Some peers acknowledge each message; nothing depends on it.
    let received = recv(descriptor, &discarded, discarded.count, 0)
    if received == 0 { firstRefusal = "the server closed the publisher's socket" }
  }
}

/// Publishes by REST: a request per message on a pool of connections.
final class RESTSender: MessageSender {
  enum Kind {
    /// Durable messages; a connection per message in flight, as many clients would send them.
    case messages
    /// Ephemeral events, which are fanned out but not stored; pipelined on one connection, which keeps them in order.
    case ephemeral
  }

  private let pool: HTTPPool
  private let target: Target
  private let kind: Kind
  private let channels: [BenchmarkAPI.Channel]
  private let messageBytes: Int
  private let body: String
  private(set) var refused: [UInt64]
  private(set) var firstRefusal: String?
  /// From the request until its answer, for all messages.
  private(set) var responseTimes = Histogram()

  init(
    poller: Poller, target: Target, address: Socket.Address, kind: Kind, channels: [BenchmarkAPI.Channel],
    connections: Int, depth: Int, messageBytes: Int
  ) {
    pool = HTTPPool(poller: poller, address: address, connections: connections, depth: depth)
    self.target = target
    self.kind = kind
    self.channels = channels
    self.messageBytes = messageBytes
    body = NumberedMessage.text(bytes: messageBytes)
    refused = Array(repeating: 0, count: channels.count)
    pool.keepsBody = true
    pool.onResponse = { [unowned self] response, _ in
      if response.status == 201 || response.status == 202 {
        responseTimes.record(response.latency)
      } else {
        refused[response.tag] += 1
        let text = String(decoding: response.body.prefix(200), as: UTF8.self)
        if firstRefusal == nil { firstRefusal = "the server answered \(response.status) to a publish: \(text)" }
      }
    }
  }

  var hasRoom: Bool { pool.hasRoom }
  var underWay: Int { pool.underWayCount }

  func startMeasuring() {
    responseTimes.reset()
  }

  func send(number: UInt64, topic: Int, now: UInt64) {
    let channel = channels[topic]
    let request: [UInt8]
    switch kind {
    case .messages:
      request = target.request(
        "POST", "/api/channels/\(channel.id)/messages",
        headers: "X-Correlation-ID: \(DeliverySink.correlationPrefix)\(number)\r\n", json: "{\"body\":\"\(body)\"}")
    case .ephemeral:
      let payload = NumberedMessage.json(number: number, bytes: messageBytes)
      let json =
        "{\"workspace_id\":\"\(channel.workspace)\",\"channel_id\":\"\(channel.id)\",\"type\":\"typing.started\","
        + "\"payload\":\(payload)}"
      request = target.request("POST", "/api/realtime/ephemeral", json: json)
    }
    pool.submit(request, tag: topic, now: now)
  }

  func flush(now: UInt64) {
    pool.flush(now: now)
  }

  func handle(tag: UInt64, isWritable: Bool, isReadable: Bool, now: UInt64) {
    pool.handle(tag: tag, isWritable: isWritable, isReadable: isReadable, now: now)
  }
}
