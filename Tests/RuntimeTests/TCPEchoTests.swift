import Glibc
import Testing

@testable import Runtime

@Suite struct TCPEchoTests {
  private func echo(on address: SocketAddress, connectTo target: String? = nil, loops: Int = 2) async throws {
    try await withGroup(loops) { group in
      let listener = try TCPListener(address: address, loops: group.loops) { $0.setHandler(EchoHandler($0)) }
      defer { listener.stopAccepting() }
      var destination = listener.boundAddress
      if let target { destination = try SocketAddress.parse("\(target):\(destination.port)") }
      for round in 0..<8 {
        let client = try await connect(to: destination, on: group.next())
        let payload = (0..<(1000 + round * 50_000)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ round) }
        let handler = RecordingHandler()
        try await client.loop.run {
          client.setHandler(handler)
          client.write(Frame(payload))
        }
        await handler.record.wait { $0.received.count == payload.count }
        #expect(handler.record.value.received == payload)
        try await client.loop.run { client.closeAfterFlush(timeoutMilliseconds: 10_000) }
        await handler.record.wait { !$0.closed.isEmpty }
        #expect(handler.record.value.closed == [.finished])
      }
      #expect(listener.census.snapshot.accepted == 8)
    }
  }

  @Test func overIPv4() async throws {
    try await echo(on: loopback())
  }

  @Test func overIPv6() async throws {
    try await echo(on: loopback("[::1]:0"))
  }

  @Test(arguments: ["127.0.0.1", "[::1]"]) func overBothOnAllInterfaces(target: String) async throws {
    try await echo(on: loopback(":0"), connectTo: target)
  }

  @Test func overAUnixSocket() async throws {
    let path = temporaryPath("echo")
    try await echo(on: SocketAddress.parse("unix:\(path)"))
    #expect(access(path, F_OK) != 0)
  }
}
