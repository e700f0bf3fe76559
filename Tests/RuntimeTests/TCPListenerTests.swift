import Glibc
import Testing

@testable import Runtime

@Suite struct TCPListenerTests {
  @Test func connectionsBeyondTheBoundPerAddressAreClosedAtOnce() async throws {
    try await withGroup(2) { group in
      let census = ConnectionCensus(connectionsMax: 100, connectionsPerAddressMax: 3, exemptsLoopback: false)
      let listener = try TCPListener(address: loopback(), loops: group.loops, census: census) {
        $0.setHandler(EchoHandler($0))
      }
      try await expectOnly(3, listener: listener, group: group)
    }
  }

  @Test func connectionsBeyondTheTotalAreClosedAtOnce() async throws {
    try await withGroup(2) { group in
      let census = ConnectionCensus(connectionsMax: 3)
      let listener = try TCPListener(address: loopback(), loops: group.loops, census: census) {
        $0.setHandler(EchoHandler($0))
      }
      try await expectOnly(3, listener: listener, group: group)
    }
  }

  @Test func connectionsBeyondABoundAreToldSo() async throws {
    try await withGroup(2) { group in
      let census = ConnectionCensus(connectionsMax: 100, connectionsPerAddressMax: 1, exemptsLoopback: false)
      var limits = TCPListenerLimits()
      limits.refusal = Array("no room".utf8)
      limits.refusedOpenMax = 1
      let listener = try TCPListener(address: loopback(), loops: group.loops, limits: limits, census: census) {
        $0.setHandler(EchoHandler($0))
      }
      let first = try await connect(to: listener.boundAddress, on: group.next())
      let record = RecordingHandler()
      try await first.loop.run {
        first.setHandler(record)
        first.write(Frame("x".utf8))
      }
      await record.record.wait { $0.received.count == 1 }
      // More than are waited for: the others are told what the kernel takes at once.
      for _ in 0..<5 {
        let refused = try await connect(to: listener.boundAddress, on: group.next())
        let handler = RecordingHandler()
        try await refused.loop.run { refused.setHandler(handler) }
        await handler.record.wait { $0.readClosed == 1 || !$0.closed.isEmpty }
        #expect(handler.record.value.received == Array("no room".utf8))
      }
      #expect(census.snapshot.open == 1 && census.snapshot.refused == 5)
    }
  }

  private func expectOnly(_ count: Int, listener: TCPListener, group: EventLoopGroup) async throws {
    var clients: [(TCPConnection, RecordingHandler)] = []
    for _ in 0..<count {
      let client = try await connect(to: listener.boundAddress, on: group.next())
      let handler = RecordingHandler()
      try await client.loop.run {
        client.setHandler(handler)
        client.write(Frame("x".utf8))
      }
      await handler.record.wait { $0.received.count == 1 }
      clients.append((client, handler))
    }
    let refused = try await connect(to: listener.boundAddress, on: group.next())
    let refusedHandler = RecordingHandler()
    try await refused.loop.run { refused.setHandler(refusedHandler) }
    await refusedHandler.record.wait { $0.readClosed == 1 || !$0.closed.isEmpty }
    #expect(listener.census.snapshot == .init(open: count, accepted: UInt64(count), refused: 1))
    // A place that becomes free is given away again.
    let (leaving, leavingHandler) = clients[0]
    try await leaving.loop.run { leaving.closeAfterFlush(timeoutMilliseconds: 10_000) }
    await leavingHandler.record.wait { !$0.closed.isEmpty }
    while listener.census.snapshot.open == count { await Task.yield() }
    let next = try await connect(to: listener.boundAddress, on: group.next())
    let nextHandler = RecordingHandler()
    try await next.loop.run {
      next.setHandler(nextHandler)
      next.write(Frame("y".utf8))
    }
    await nextHandler.record.wait { $0.received.count == 1 }
  }

  @Test func acceptedSocketsSendWithoutDelay() async throws {
    try await withGroup { group in
      let noDelay = Gate<Int32?>(nil)
      let listener = try TCPListener(address: loopback(), loops: group.loops) { connection in
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(connection.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &length)
        connection.setHandler(EchoHandler(connection))
        let found = value
        noDelay.update { $0 = found }
      }
      let client = try await connect(to: listener.boundAddress, on: group.next())
      await noDelay.wait { $0 != nil }
      #expect(noDelay.value == 1)
      try await client.loop.run { client.abort() }
    }
  }

  @Test func aPortInUseIsAnError() async throws {
    try await withGroup { group in
      let listener = try TCPListener(address: loopback(), loops: group.loops) { $0.abort() }
      #expect(throws: SystemError(operation: "bind \(listener.boundAddress)", code: EADDRINUSE)) {
        try TCPListener(address: listener.boundAddress, loops: group.loops) { $0.abort() }
      }
    }
  }

  @Test func unixSocketFilesOfTheDeadAreReplacedAndOthersAreNot() async throws {
    try await withGroup(2) { group in
      let path = temporaryPath("stale")
      let address = SocketAddress(unixPath: path)
      // Somebody who ended without removing the file.
      close(try ListeningSocket.openUnix(address, limits: TCPListenerLimits()))
      #expect(access(path, F_OK) == 0)
      let listener = try TCPListener(address: address, loops: group.loops) { $0.setHandler(EchoHandler($0)) }
      #expect(throws: SystemError(operation: "bind \(address)", code: EADDRINUSE)) {
        try TCPListener(address: address, loops: group.loops) { $0.abort() }
      }
      listener.stopAccepting()
      #expect(access(path, F_OK) != 0)
      let file = open(path, O_CREAT | O_WRONLY, 0o600)
      close(file)
      #expect(throws: SystemError(operation: "bind \(address)", code: EEXIST)) {
        try TCPListener(address: address, loops: group.loops) { $0.abort() }
      }
      #expect(unlink(path) == 0)
    }
  }

  @Test func unixConnectionsAreSpreadOverTheLoops() async throws {
    try await withGroup(2) { group in
      let seen = Gate<[Int]>([])
      let address = SocketAddress(unixPath: temporaryPath("spread"))
      let listener = try TCPListener(address: address, loops: group.loops) { connection in
        connection.loop.preconditionInEventLoop()
        connection.setHandler(EchoHandler(connection))
        let index = connection.loop.index
        seen.update { $0.append(index) }
      }
      for _ in 0..<6 {
        let client = try await connect(to: address, on: group.next())
        try await client.loop.run { client.setHandler(RecordingHandler()) }
      }
      await seen.wait { $0.count == 6 }
      #expect(seen.value.sorted() == [0, 0, 0, 1, 1, 1])
      listener.stopAccepting()
    }
  }

  @Test func runningOutOfDescriptorsBacksOffAndRecovers() async throws {
    // In a process of its own: the limit on descriptors is the whole process's.
    await #expect(processExitsWith: .success) {
      try await withGroup { group in
        var limits = TCPListenerLimits()
        limits.backOffMilliseconds = 50
        let listener = try TCPListener(address: loopback(), loops: group.loops, limits: limits) {
          $0.setHandler(EchoHandler($0))
        }
        try await group.loops[0].run {}
        var descriptors = rlimit(rlim_cur: 64, rlim_max: 64)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors) == 0)
        #expect(FileDescriptorLimit.current == 64)
        var fillers: [Int32] = []
        while true {
          let filler = open("/dev/null", O_RDONLY)
          if filler < 0 { break }
          fillers.append(filler)
        }
        // Clients get a descriptor each; the server has none to accept them with. Some part of the process may have
        // freed one meanwhile: then that client is accepted and the next one finds none.
        let address = listener.boundAddress
        var clients: [RawSocket] = []
        while listener.census.snapshot.refused == 0 {
          close(fillers.removeLast())
          clients.append(try RawSocket(connectedTo: address))
          let count = clients.count
          while listener.census.snapshot.accepted + listener.census.snapshot.refused < count { await Task.yield() }
        }
        // First the server waited for better times, then it told the client.
        let pool = BlockingPool(threadsMax: 1, queueMax: 1)
        let refused = clients.removeLast()
        let received = try await pool.run { refused.receiveAll().bytes }
        #expect(received.isEmpty)
        for filler in fillers { close(filler) }
        let echoed = try await pool.run {
          let client = try RawSocket(connectedTo: address)
          _ = client.send(Array("back".utf8))
          client.finishSending()
          return client.receiveAll().bytes
        }
        #expect(echoed == Array("back".utf8))
        listener.stopAccepting()
        pool.shutdown()
      }
    }
  }
}
