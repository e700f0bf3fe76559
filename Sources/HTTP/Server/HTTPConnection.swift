import Runtime

/// One HTTP/1.1 connection: feeds the parser, runs one request at a time, writes responses in order (RFC 9112).
///
/// Its whole life happens on its loop. Input that arrives while a request is handled is kept and reading stops, so a
/// client can't fill memory by pipelining.
actor HTTPConnection: ConnectionHandler {
  nonisolated let connection: TCPConnection
  nonisolated let server: HTTPServer
  nonisolated let context: LoopContext
  nonisolated var unownedExecutor: UnownedSerialExecutor { connection.loop.asUnownedSerialExecutor() }

  /// The request that is being read or answered.
  private struct Current {
    let head: HTTPRequestHead
    let match: RouteMatch<Endpoint>
    var encoder: HTTP1ResponseEncoder
    var body: [UInt8] = []
    var isStreamed = false
    var isReceived = false
    var isDispatched = false
    var owesContinue = false
  }

  private enum Phase { case idle, head, body, handling, writing }

  private var parser: HTTP1RequestParser
  private var current: Current?
  private var held: [UInt8] = []
  private var isOver = false
  private var closesWhenIdle = false
  /// Whether a request has come.
  private var hasBegun = false
  /// Bytes of the current body that count against the server's bound.
  private var heldBodyBytes = 0
  /// Bytes of the last answer that count against the server's bound until the client has taken most of it.
  private var heldAnswerBytes = 0
  /// Whether that answer is beyond the bound, so that the client must take it sooner.
  private var isHurried = false
  private var task: Task<Void, Never>?
  private var phase = Phase.idle
  private var timer: CoarseTimer?
  private var sentAtLastCheck: UInt64 = 0
  private var receivedAtLastCheck: UInt64 = 0

  private var pieces: [[UInt8]] = []
  private var pieceBytes = 0
  private var pieceFailure: (any Error)?
  private var pieceWaiter: CheckedContinuation<Void, Never>?
  private var writeWaiter: CheckedContinuation<Void, Never>?

  /// Streamed body bytes kept for a handler before reading stops.
  private static let streamBufferBytes = 256 << 10

  /// Bytes up to which what arrives is added to the piece before, while nobody has taken that.
  private static let pieceBytesMax = 64 << 10

  /// Unsent bytes beyond which the next request is not begun, and the next piece of a streamed response is not made.
  private static let unsentBytesMax = 16 << 10

  /// What must arrive of a streamed body, or be taken of an answer, within its time to buy more: below some 270 bytes a
  /// second nobody uploads or downloads.
  private static let progressBytes: UInt64 = 16 << 10

  init(connection: TCPConnection, server: HTTPServer, context: LoopContext) {
    self.connection = connection
    self.server = server
    self.context = context
    parser = HTTP1RequestParser(limits: server.limits)
  }

  /// Starts reading. On the loop.
  func start() {
    context.assumeIsolated { $0.add(self) }
    timer = connection.loop.makeTimer { [weak self] in self?.assumeIsolated { $0.timerFired() } }
    connection.highWaterBytes = Self.unsentBytesMax
    connection.setHandler(self)
    enter(.idle)
    // It was taken in just before the server began to stop.
    if context.assumeIsolated({ $0.isDraining }) { drain() }
  }

  // MARK: From the transport

  nonisolated func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
    assumeIsolated(lending: bytes) { $0.receive($1) }
  }

  nonisolated func connectionReadClosed() { assumeIsolated { $0.peerFinished() } }

  nonisolated func connectionDrained() { assumeIsolated { $0.drained() } }

  nonisolated func connectionClosed(_ reason: ConnectionCloseReason) { assumeIsolated { $0.closed() } }

  // MARK: Reading

  private func receive(_ bytes: UnsafeRawBufferPointer) {
    if isOver { return }
    if isBusy || !held.isEmpty {
      held.append(contentsOf: bytes)
      connection.pauseReading()
      return
    }
    var input = bytes
    process(&input)
    if !input.isEmpty, !isOver { hold(input) }
  }

  /// Whether the next request has to wait.
  private var isBusy: Bool {
    if let current { return current.isReceived }
    return connection.backlogBytes > connection.highWaterBytes
  }

  private func hold(_ input: UnsafeRawBufferPointer) {
    held.append(contentsOf: input)
    connection.pauseReading()
  }

  private func process(_ input: inout UnsafeRawBufferPointer) {
    do throws(HTTPParseError) {
      while !isOver, !isBusy, let event = try parser.next(&input) {
        switch event {
        case .head(let head): begin(head)
        case .body(let bytes): try take(bytes)
        case .end: end()
        }
      }
    } catch {
      refuse(error)
      return
    }
    guard !isOver else { return }
    if current == nil {
      enter(parser.isReadingHead ? .head : .idle)
    } else if let current, !current.isReceived {
      if current.owesContinue, !current.isStreamed { sendContinue() }
      enter(.body)
    }
  }

  private func begin(_ head: HTTPRequestHead) {
    hasBegun = true
    let match = server.application.router.match(head)
    var request = Current(head: head, match: match, encoder: HTTP1ResponseEncoder(answering: head))
    request.owesContinue = head.expectsContinue
    if case .found(let endpoint, _) = match, case .streamed(let bytesMax) = endpoint.body {
      parser.bodyBytesMax = bytesMax
      request.isStreamed = true
    }
    current = request
    if request.isStreamed { dispatch() }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) throws(HTTPParseError) {
    guard current?.isStreamed == true else {
      guard server.bodies.take(bytes.count) else {
        throw HTTPParseError(.serviceUnavailable, "the server is busy, try again shortly")
      }
      heldBodyBytes += bytes.count
      current?.body.append(contentsOf: bytes)
      return
    }
    // However small the chunks are in which it comes, the handler gets pieces that are worth their cost.
    if let last = pieces.indices.last, pieces[last].count + bytes.count <= Self.pieceBytesMax {
      pieces[last].append(contentsOf: bytes)
    } else {
      pieces.append(Array(bytes))
    }
    pieceBytes += bytes.count
    if pieceBytes > Self.streamBufferBytes { connection.pauseReading() }
    wakePieceReader()
  }

  private func end() {
    current?.isReceived = true
    guard current?.isStreamed == true else { return dispatch() }
    // The client has done its part: how long the handler takes from here on is not its fault.
    if phase != .writing { enter(.handling) }
    wakePieceReader()
  }

  private func sendContinue() {
    current?.owesContinue = false
    connection.write(Frame(HTTP1ResponseEncoder.continueBytes))
  }

  // MARK: Handling

  private func dispatch() {
    guard let current else { return }
    self.current?.isDispatched = true
    if !current.isStreamed { enter(.handling) }
    let exchange = Exchange(
      head: current.head, match: current.match, body: current.body,
      stream: current.isStreamed ? RequestBody(connection: self) : nil, peer: connection.peerAddress, context: context)
    self.current?.body = []
    task = Task(executorPreference: connection.loop) {
      let response: APIResponse
      do {
        response = try await self.server.application.respond(to: exchange)
      } catch {
        // The error middleware renders everything; what it throws is a mistake of ours.
        self.server.report("unrendered error: \(error)")
        response = .error(500, "internal error")
      }
      await self.send(response)
    }
  }

  /// Answers what could not be parsed, then closes: nothing after it can be trusted.
  private func refuse(_ error: HTTPParseError) {
    if let current, current.isDispatched {
      // A streamed body went wrong: its handler answers, and the connection closes behind the answer.
      pieceFailure = error
      closesWhenIdle = true
      wakePieceReader()
      return
    }
    var encoder = current?.encoder ?? HTTP1ResponseEncoder()
    encoder.closesConnection = true
    var response = APIResponse.error(error.status.code, error.message)
    if error.status == .serviceUnavailable { response = response.with(header: "Retry-After", "1") }
    server.refused(error, current?.head, connection.peerAddress)
    writeWhole(response, &encoder)
    close()
  }

  // MARK: Answering

  private func send(_ response: APIResponse) async {
    guard !isOver, var encoder = current?.encoder else { return }
    // What the client still sends of a body that nobody wants would be taken for the next request.
    let abandonsBody = current?.isReceived == false
    if closesWhenIdle || abandonsBody { encoder.closesConnection = true }
    switch response.content {
    case .empty, .bytes, .frame:
      writeWhole(affordable(response), &encoder)
      finish(encoder)
    case .stream(let length, let body):
      await stream(response, length, body, encoder)
    case .takeOver(let takeOver):
      guard writeHead(response, bodyBytes: nil, &encoder) else { return finish(encoder) }
      handOver(to: takeOver)
    }
  }

  private func handOver(to takeOver: APIResponse.TakeOver) {
    isOver = true
    releaseBody()
    timer?.cancel()
    timer = nil
    context.assumeIsolated { $0.remove(self) }
    let ahead = held
    held = []
    current = nil
    takeOver(connection, ahead)
    connection.resumeReading()
  }

  private func head(of response: APIResponse) -> HTTPResponseHead {
    var headers = HTTPHeaders()
    if !response.contentType.isEmpty { headers.append("Content-Type", response.contentType) }
    for (name, value) in response.headers { headers.append(name, value) }
    if let policy = server.strictTransportSecurity { headers.append("Strict-Transport-Security", policy) }
    return HTTPResponseHead(HTTPStatus(response.status), headers: headers)
  }

  private func writeWhole(_ response: APIResponse, _ encoder: inout HTTP1ResponseEncoder) {
    var output: [UInt8] = []
    var shared: Frame?
    let length: Int
    switch response.content {
    case .bytes(let bytes):
      length = bytes.count
      // Large ones are not copied behind the head.
      if length > Self.unsentBytesMax { shared = Frame(bytes) }
    case .frame(let frame):
      shared = frame
      length = frame.count
    case .empty, .stream, .takeOver: length = 0
    }
    do {
      let date = context.assumeIsolated { $0.currentDate() }
      try encoder.append(head(of: response), bodyBytes: length, date: date, to: &output)
      if let shared {
        // A frame goes out as it is; an embedded asset is never copied.
        connection.forceWrite(Frame(output))
        if encoder.sendsBody { connection.forceWrite(shared) }
        return
      }
      if case .bytes(let bytes) = response.content { encoder.append(body: bytes, to: &output) }
      try encoder.end(to: &output)
    } catch {
      server.report("a response can't be sent: \(error)")
      connection.abort()
      return
    }
    connection.forceWrite(Frame(output))
  }

  private func writeHead(_ response: APIResponse, bodyBytes: Int?, _ encoder: inout HTTP1ResponseEncoder) -> Bool {
    var output: [UInt8] = []
    do {
      let date = context.assumeIsolated { $0.currentDate() }
      try encoder.append(head(of: response), bodyBytes: bodyBytes, date: date, to: &output)
    } catch {
      server.report("a response can't be sent: \(error)")
      connection.abort()
      return false
    }
    connection.forceWrite(Frame(output))
    return true
  }

  private func stream(
    _ response: APIResponse, _ length: Int?, _ body: APIResponse.StreamBody, _ encoder: HTTP1ResponseEncoder
  ) async {
    var encoder = encoder
    guard writeHead(response, bodyBytes: length, &encoder) else { return }
    current?.encoder = encoder
    enter(.writing)
    do {
      if encoder.sendsBody { try await body(ResponseBodyWriter(connection: self)) }
      var output: [UInt8] = []
      guard !isOver, var encoder = current?.encoder else { return }
      try encoder.end(to: &output)
      if !output.isEmpty { connection.forceWrite(Frame(output)) }
      finish(encoder)
    } catch {
      // The head is out: only a broken connection can tell the client that the rest is missing.
      if !(error is CancellationError) { server.report("a response broke off: \(error)") }
      if !isOver { connection.abort() }
    }
  }

  func waitForBodyRoom() async throws {
    if !isOver, connection.backlogBytes > connection.highWaterBytes {
      await withCheckedContinuation { writeWaiter = $0 }
    }
    if isOver { throw CancellationError() }
  }

  func writeBodyPiece(_ bytes: [UInt8]) throws {
    guard !isOver, current != nil else { throw CancellationError() }
    var output: [UInt8] = []
    current?.encoder.append(body: bytes, to: &output)
    connection.forceWrite(Frame(output))
  }

  func nextBodyPiece() async throws -> [UInt8]? {
    while true {
      if !pieces.isEmpty {
        let piece = pieces.removeFirst()
        pieceBytes -= piece.count
        if pieceBytes <= Self.streamBufferBytes / 2 { connection.resumeReading() }
        return piece
      }
      if let pieceFailure { throw pieceFailure }
      if isOver { throw CancellationError() }
      guard let current, !current.isReceived else { return nil }
      if current.owesContinue { sendContinue() }
      await withCheckedContinuation { pieceWaiter = $0 }
    }
  }

  private func wakePieceReader() {
    pieceWaiter?.resume()
    pieceWaiter = nil
  }

  /// The answer to send: another one if too much waits for clients that don't take it. Only a request that changes
  /// nothing can be told to come again; after another one the client gets less time.
  private func affordable(_ response: APIResponse) -> APIResponse {
    // What is small goes out at once, unless there is something before it that does not.
    guard case .bytes(let bytes) = response.content,
      bytes.count > connection.highWaterBytes || connection.backlogBytes > 0
    else { return response }
    if !server.answers.take(bytes.count) {
      if current?.head.method.isSafe == true {
        return .error(503, "the server is busy, try again shortly").with(header: "Retry-After", "1")
      }
      server.answers.takeBeyondBound(bytes.count)
      isHurried = true
    }
    heldAnswerBytes += bytes.count
    return response
  }

  private func releaseAnswer() {
    server.answers.giveBack(heldAnswerBytes)
    heldAnswerBytes = 0
    isHurried = false
  }

  private func releaseBody() {
    server.bodies.giveBack(heldBodyBytes)
    heldBodyBytes = 0
  }

  private func finish(_ encoder: HTTP1ResponseEncoder) {
    guard !isOver else { return }
    releaseBody()
    current = nil
    task = nil
    pieces = []
    pieceBytes = 0
    if encoder.closesConnection || closesWhenIdle { return close() }
    if connection.backlogBytes > connection.highWaterBytes {
      enter(.writing)
    } else {
      releaseAnswer()
      readOn()
    }
  }

  /// Goes on with what was held back, then with the socket.
  private func readOn() {
    if !held.isEmpty {
      let bytes = held
      held = []
      bytes.withUnsafeBytes { bytes in
        var input = bytes
        process(&input)
        if !input.isEmpty, !isOver { held.append(contentsOf: input) }
      }
    } else {
      enter(.idle)
    }
    if held.isEmpty, !isOver { connection.resumeReading() }
  }

  private func drained() {
    if current == nil { releaseAnswer() }
    writeWaiter?.resume()
    writeWaiter = nil
    if current == nil, phase == .writing, !isOver { readOn() }
  }

  // MARK: Ending

  private func peerFinished() {
    closesWhenIdle = true
    guard let current else { return close() }
    if !current.isReceived {
      pieceFailure = CancellationError()
      wakePieceReader()
      if !current.isDispatched { close() }
    }
  }

  /// Ends with the response under way, or at once when there is none.
  func drain() {
    closesWhenIdle = true
    guard current == nil, !parser.isReadingHead else { return }
    // The first request of a new connection may be on its way, and nobody would send it again.
    if hasBegun { close() } else { timer?.schedule(afterMilliseconds: server.timeouts.closeMilliseconds) }
  }

  private func close() {
    guard !isOver else { return }
    isOver = true
    timer?.cancel()
    // With nothing left to send only the peer's own closing is awaited, which a pooled connection may never do.
    let timeouts = server.timeouts
    connection.closeAfterFlush(
      timeoutMilliseconds: connection.backlogBytes == 0 ? timeouts.closeMilliseconds : timeouts.writeMilliseconds)
  }

  private func closed() {
    isOver = true
    releaseBody()
    releaseAnswer()
    timer?.cancel()
    timer = nil
    task?.cancel()
    context.assumeIsolated { $0.remove(self) }
    wakePieceReader()
    writeWaiter?.resume()
    writeWaiter = nil
  }

  // MARK: Time

  private func enter(_ next: Phase) {
    // A head, and a body that is collected, must arrive as a whole within its time, however it trickles; the other
    // phases are re-armed by progress, which of a streamed body is a piece of some size.
    if next == .head, phase == .head { return }
    if next == .body, phase == .body {
      guard current?.isStreamed == true, connection.bytesReceived - receivedAtLastCheck >= Self.progressBytes
      else { return }
    }
    phase = next
    sentAtLastCheck = connection.bytesSent
    receivedAtLastCheck = connection.bytesReceived
    switch next {
    case .idle: timer?.schedule(afterMilliseconds: server.timeouts.idleMilliseconds)
    case .head: timer?.schedule(afterMilliseconds: server.timeouts.headMilliseconds)
    case .body: timer?.schedule(afterMilliseconds: server.timeouts.bodyMilliseconds)
    case .writing:
      let timeouts = server.timeouts
      timer?.schedule(
        afterMilliseconds: isHurried
          ? min(timeouts.closeMilliseconds, timeouts.writeMilliseconds) : timeouts.writeMilliseconds)
    case .handling: timer?.cancel()
    }
  }

  private func timerFired() {
    guard !isOver else { return }
    switch phase {
    case .idle: close()
    case .body where !pieces.isEmpty:
      // The handler is behind, such as when the disk stalls: nothing is read, which is not the client's fault.
      receivedAtLastCheck = connection.bytesReceived
      timer?.schedule(afterMilliseconds: server.timeouts.bodyMilliseconds)
    case .head, .body: refuse(HTTPParseError(HTTPStatus(408), "the request took too long to arrive"))
    case .writing:
      // Whoever takes a byte now and then shall not keep a large answer in memory.
      if connection.bytesSent - sentAtLastCheck < Self.progressBytes, connection.backlogBytes > 0 {
        connection.abort()
      } else {
        enter(.writing)
      }
    case .handling: break
    }
  }
}
