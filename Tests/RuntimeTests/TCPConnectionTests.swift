import Glibc
import SeededRandom
import Testing

@testable import Runtime

@Suite struct TCPConnectionTests {
  /// A listener on one loop, the server's side of one accepted connection, and a thread for a raw client.
  private struct Setup: Sendable {
    let loop: EventLoop
    let listener: TCPListener
    let accepted: Gate<TCPConnection?>
    let pool: BlockingPool

    func connection() async throws -> TCPConnection {
      await accepted.wait { $0 != nil }
      return try #require(accepted.value)
    }
  }

  private func withServer(
    limits: TCPListenerLimits = TCPListenerLimits(),
    onAccept: @escaping @Sendable (TCPConnection) -> Void = { _ in },
    _ body: (Setup) async throws -> Void
  ) async throws {
    try await withGroup { group in
      let accepted = Gate<TCPConnection?>(nil)
      let listener = try TCPListener(address: loopback(), loops: group.loops, limits: limits) { connection in
        onAccept(connection)
        accepted.update { $0 = connection }
      }
      let pool = BlockingPool(threadsMax: 4, queueMax: 4)
      try await body(Setup(loop: group.next(), listener: listener, accepted: accepted, pool: pool))
      listener.stopAccepting()
      accepted.update { $0 = nil }
      await group.shutdown()
      pool.shutdown()
    }
  }

  @Test func aPeerThatHalfClosesStillGetsTheAnswer() async throws {
    try await withServer(onAccept: { $0.setHandler(EchoHandler($0)) }) { setup in
      let payload = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
      let answer = try await setup.pool.run {
        let client = try RawSocket(connectedTo: setup.listener.boundAddress)
        let sender = try Thread.start(name: "sender") {
          _ = client.send(payload)
          client.finishSending()
        }
        defer { Thread.join(sender) }
        return client.receiveAll().bytes
      }
      #expect(answer == payload)
    }
  }

  @Test func readClosedIsReportedOnceAndWritingGoesOn() async throws {
    let handler = RecordingHandler()
    try await withServer(onAccept: { $0.setHandler(handler) }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress)
      client.finishSending()
      await handler.record.wait { $0.readClosed > 0 }
      let connection = try await setup.connection()
      let result = try await setup.loop.run {
        let result = connection.write(Frame("late".utf8))
        connection.closeAfterFlush(timeoutMilliseconds: 10_000)
        return result
      }
      #expect(result == .queued)
      #expect(try await setup.pool.run { client.receiveAll().bytes } == Array("late".utf8))
      await handler.record.wait { !$0.closed.isEmpty }
      #expect(handler.record.value.closed == [.finished])
      #expect(handler.record.value.readClosed == 1)
    }
  }

  @Test func aPausedReaderSlowsTheSenderAndLosesNothing() async throws {
    let handler = RecordingHandler()
    try await withServer(onAccept: {
      $0.setHandler(handler)
      $0.pauseReading()
    }) { setup in
      let client = try await connect(to: setup.listener.boundAddress, on: setup.loop)
      let clientHandler = RecordingHandler()
      let chunk = Frame((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 7) })
      let sent = Gate(0)
      try await setup.loop.run { client.setHandler(clientHandler) }
      // Turn by turn until the kernel's buffers and the connection's own are full.
      while true {
        let result = try await setup.loop.run { client.write(chunk) }
        if result == .overflow { break }
        sent.update { $0 += chunk.count }
      }
      let total = sent.value
      #expect(handler.record.value.received.isEmpty)
      let connection = try await setup.connection()
      try await setup.loop.run { connection.resumeReading() }
      await handler.record.wait { $0.received.count == total }
      await clientHandler.record.wait { $0.drained > 0 }
      let expected = chunk.withUnsafeBytes { Array($0) }
      let received = handler.record.value.received
      #expect(stride(from: 0, to: total, by: 65_536).allSatisfy { Array(received[$0..<($0 + 65_536)]) == expected })
      #expect(try await setup.loop.run { client.backlogBytes } == 0)
      #expect(try await setup.loop.run { client.bytesSent } == UInt64(total))
    }
  }

  @Test func whoForcesPiecesIsToldWhenTheyHaveGone() async throws {
    let handler = RecordingHandler()
    try await withServer(onAccept: { $0.setHandler(handler) }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress)
      let connection = try await setup.connection()
      let piece = Frame(repeatElement(UInt8(ascii: "x"), count: 8 << 20))
      try await setup.loop.run { connection.forceWrite(piece) }
      let receiving = Task { try await setup.pool.run { client.receiveAll().bytes.count } }
      await handler.record.wait { $0.drained == 1 }
      try await setup.loop.run { connection.closeAfterFlush(timeoutMilliseconds: 30_000) }
      #expect(try await receiving.value == 8 << 20)
    }
  }

  @Test func overflowQueuesNothingAndAForcedFrameStillGoesOut() async throws {
    var limits = TCPListenerLimits()
    limits.sendBufferBytes = 4096
    limits.backlogBytesMax = 100_000
    try await withServer(limits: limits, onAccept: { $0.setHandler(RecordingHandler()) }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress, receiveBufferBytes: 4096)
      let connection = try await setup.connection()
      let frame = Frame(repeatElement(UInt8(ascii: "x"), count: 10_000))
      let (accepted, backlog, forced) = try await setup.loop.run {
        var accepted = 0
        var last = connection.write(frame)
        while last == .queued || last == .aboveHighWater {
          accepted += 1
          last = connection.write(frame)
        }
        #expect(last == .overflow)
        let backlog = connection.backlogBytes
        connection.forceWrite(Frame("bye".utf8))
        let forced = connection.backlogBytes
        connection.closeAfterFlush(timeoutMilliseconds: 30_000)
        #expect(connection.write(frame) == .closed)
        return (accepted, backlog, forced)
      }
      #expect(backlog <= 100_000)
      #expect(forced == backlog + 3)
      let bytes = try await setup.pool.run { client.receiveAll().bytes }
      #expect(bytes.count == accepted * 10_000 + 3)
      #expect(bytes.suffix(3).elementsEqual("bye".utf8))
    }
  }

  @Test func partialWritesKeepOrderAndContent() async throws {
    var limits = TCPListenerLimits()
    limits.sendBufferBytes = 2048
    limits.backlogBytesMax = 1 << 30
    let seed = UInt64.random(in: 0 ... .max)
    try await withServer(limits: limits, onAccept: { $0.setHandler(RecordingHandler()) }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress, receiveBufferBytes: 2048)
      let connection = try await setup.connection()
      var random = SeededGenerator(seed: seed)
      var expected: [UInt8] = []
      var frames: [Frame] = []
      for _ in 0..<1500 {
        let bytes = (0..<Int.random(in: 0...700, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        expected += bytes
        frames.append(Frame(bytes))
      }
      let all = frames
      try await setup.loop.run {
        for frame in all { connection.write(frame) }
        connection.closeAfterFlush(timeoutMilliseconds: 60_000)
      }
      let received = try await setup.pool.run { client.receiveAll().bytes }
      #expect(received == expected, "seed \(seed)")
    }
  }

  @Test func writesOfOneTurnArriveTogether() async throws {
    let chunks = Gate<[Int]>([])
    try await withServer(onAccept: {
      $0.setHandler(
        RecordingHandler(onReceive: { bytes in
          let count = bytes.count
          chunks.update { $0.append(count) }
        }))
    }) { setup in
      let client = try await connect(to: setup.listener.boundAddress, on: setup.loop)
      try await setup.loop.run {
        client.setHandler(RecordingHandler())
        for _ in 0..<60 { client.write(Frame("0123456789".utf8)) }
        #expect(client.bytesSent == 0)
      }
      await chunks.wait { $0.reduce(0, +) == 600 }
      #expect(chunks.value == [600])
    }
  }

  @Test func closeAfterFlushGivesUpAtItsTimeout() async throws {
    var limits = TCPListenerLimits()
    limits.sendBufferBytes = 4096
    let handler = RecordingHandler()
    try await withServer(limits: limits, onAccept: { $0.setHandler(handler) }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress, receiveBufferBytes: 4096)
      let connection = try await setup.connection()
      try await setup.loop.run {
        connection.write(Frame(repeatElement(0, count: 500_000)))
        connection.closeAfterFlush(timeoutMilliseconds: 60)
      }
      await handler.record.wait { !$0.closed.isEmpty }
      #expect(handler.record.value.closed == [.timedOut])
      #expect(try await setup.pool.run { client.receiveAll().error } == ECONNRESET)
    }
  }

  @Test func abortResetsThePeerAndEndsTheConnectionOnce() async throws {
    let handler = RecordingHandler()
    try await withServer(onAccept: { $0.setHandler(handler) }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress)
      let connection = try await setup.connection()
      try await setup.loop.run {
        connection.write(Frame("never seen".utf8))
        connection.abort()
        connection.abort()
        #expect(handler.record.value.closed.isEmpty, "the handler is not called from inside abort")
        #expect(connection.write(Frame("x".utf8)) == .closed)
      }
      await handler.record.wait { !$0.closed.isEmpty }
      let late = RecordingHandler()
      try await setup.loop.run { connection.setHandler(late) }
      #expect(handler.record.value.closed == [.aborted])
      #expect(late.record.value.closed == [.aborted])
      let (bytes, error) = try await setup.pool.run { client.receiveAll() }
      #expect(bytes.isEmpty && error == ECONNRESET)
      #expect(setup.listener.census.snapshot.open == 0)
    }
  }

  @Test func aResetByThePeerDeliversWhatCameBefore() async throws {
    let handler = RecordingHandler()
    try await withServer(onAccept: { $0.setHandler(handler) }) { setup in
      let client = try await connect(to: setup.listener.boundAddress, on: setup.loop)
      try await setup.loop.run {
        client.setHandler(RecordingHandler())
        client.write(Frame("hello".utf8))
      }
      await handler.record.wait { $0.received == Array("hello".utf8) }
      try await setup.loop.run { client.abort() }
      await handler.record.wait { !$0.closed.isEmpty }
      #expect(handler.record.value.closed == [.failed(errno: ECONNRESET)])
    }
  }

  @Test func aHandlerCanHandOverInTheMiddle() async throws {
    let second = RecordingHandler()
    try await withServer(onAccept: { connection in
      connection.setHandler(RecordingHandler(onReceive: { _ in connection.setHandler(second) }))
    }) { setup in
      let client = try RawSocket(connectedTo: setup.listener.boundAddress)
      _ = client.send(Array("upgrade".utf8))
      let connection = try await setup.connection()
      let received = Gate(false)
      while !received.value {
        let has = try await setup.loop.run { connection.bytesReceived == 7 }
        received.update { $0 = has }
      }
      _ = client.send(Array("frames".utf8))
      await second.record.wait { $0.received == Array("frames".utf8) }
    }
  }

  @Test func aStreamingWriterIsToldWhenToGoOn() async throws {
    let total = 8 << 20
    let chunk = Frame(repeatElement(UInt8(1), count: 32 << 10))
    let left = Gate(total)
    @Sendable func pump(_ connection: TCPConnection) {
      while left.value > 0 {
        left.update { $0 -= chunk.count }
        if connection.write(chunk) == .aboveHighWater { return }
        #expect(connection.backlogBytes <= connection.highWaterBytes)
      }
      connection.closeAfterFlush(timeoutMilliseconds: 30_000)
    }
    try await withServer(onAccept: { connection in
      connection.setHandler(RecordingHandler(onDrained: { pump(connection) }))
      pump(connection)
    }) { setup in
      let received = try await setup.pool.run {
        try RawSocket(connectedTo: setup.listener.boundAddress).receiveAll().bytes.count
      }
      #expect(received == total)
    }
  }

  @Test func whatConnectedIsFreed() async throws {
    weak var loop: EventLoop?
    try await withGroup { group in
      loop = group.loops[0]
      let listener = try TCPListener(address: loopback(), loops: group.loops) { $0.setHandler(RecordingHandler()) }
      let client = try await connect(to: listener.boundAddress, on: group.next())
      try await client.loop.run { client.setHandler(RecordingHandler()) }
    }
    // Whatever is left would hold its loop.
    for _ in 0..<1_000 where loop != nil { try await Task.sleep(for: .milliseconds(10)) }
    #expect(loop == nil)
  }

  @Test func shutdownClosesOpenConnections() async throws {
    let group = try EventLoopGroup(count: 2)
    let handlers = Gate<[RecordingHandler]>([])
    let listener = try TCPListener(address: loopback(), loops: group.loops) { connection in
      let handler = RecordingHandler()
      connection.setHandler(handler)
      handlers.update { $0.append(handler) }
    }
    for _ in 0..<50 {
      let client = try await connect(to: listener.boundAddress, on: group.next())
      let handler = RecordingHandler()
      try await client.loop.run { client.setHandler(handler) }
      handlers.update { $0.append(handler) }
    }
    await handlers.wait { $0.count == 100 }
    await group.shutdown()
    // The two ends are closed one after the other, so one of a pair may see the other's end first.
    for handler in handlers.value { #expect(handler.record.value.closed.count == 1) }
    #expect(listener.census.snapshot.open == 0)
    await #expect(throws: SystemError(operation: "connect \(listener.boundAddress)", code: ECANCELED)) {
      _ = try await connect(to: listener.boundAddress, on: group.loops[0])
    }
  }

  @Test func connectingToNobodyFails() async throws {
    try await withGroup { group in
      let listener = try TCPListener(address: loopback(), loops: group.loops) { $0.abort() }
      let address = listener.boundAddress
      listener.stopAccepting()
      try await group.loops[0].run {}
      await #expect(throws: SystemError(operation: "connect \(address)", code: ECONNREFUSED)) {
        _ = try await connect(to: address, on: group.next())
      }
    }
  }

  @Test func connectingGivesUpAtItsTimeout() async throws {
    try await withGroup { group in
      // A listener that accepts nothing and whose queue is full: further handshakes are not completed.
      var limits = TCPListenerLimits()
      limits.acceptBacklog = 0
      let socket = try ListeningSocket.openIP(loopback(), sharesPort: false, limits: limits)
      defer { close(socket) }
      let address = try ListeningSocket.boundAddress(of: socket)
      let first = try await connect(to: address, on: group.next())
      await #expect(throws: SystemError(operation: "connect \(address)", code: ETIMEDOUT)) {
        _ = try await connect(to: address, on: group.next(), timeoutMilliseconds: 100)
      }
      try await group.next().run { first.abort() }
    }
  }
}
