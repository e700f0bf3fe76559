import Glibc
import Testing

@testable import Runtime

/// A value that tests wait for.
final class Gate<Value: Sendable>: Sendable {
  private let state: Monitor<(value: Value, waiters: [(@Sendable (Value) -> Bool, CheckedContinuation<Void, Never>)])>

  init(_ value: Value) {
    state = Monitor((value, []))
  }

  var value: Value { state.withLock { $0.value } }

  func update(_ body: @Sendable (inout Value) -> Void) {
    let ready = state.withLock { state in
      body(&state.value)
      let value = state.value
      let ready = state.waiters.filter { $0.0(value) }.map(\.1)
      state.waiters.removeAll { $0.0(value) }
      return ready
    }
    for waiter in ready { waiter.resume() }
  }

  func wait(until condition: @escaping @Sendable (Value) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if condition(state.value) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }
}

/// Records what a connection reports and optionally reacts.
final class RecordingHandler: ConnectionHandler {
  struct Record: Sendable {
    var received: [UInt8] = []
    var readClosed = 0
    var drained = 0
    var closed: [ConnectionCloseReason] = []
  }

  let record = Gate(Record())
  let onReceive: @Sendable (UnsafeRawBufferPointer) -> Void
  let onReadClosed: @Sendable () -> Void
  let onDrained: @Sendable () -> Void

  init(
    onReceive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void = { _ in },
    onReadClosed: @escaping @Sendable () -> Void = {},
    onDrained: @escaping @Sendable () -> Void = {}
  ) {
    self.onReceive = onReceive
    self.onReadClosed = onReadClosed
    self.onDrained = onDrained
  }

  func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
    let copy = Array(bytes)
    record.update { $0.received += copy }
    onReceive(bytes)
  }

  func connectionReadClosed() {
    record.update { $0.readClosed += 1 }
    onReadClosed()
  }

  func connectionDrained() {
    record.update { $0.drained += 1 }
    onDrained()
  }

  func connectionClosed(_ reason: ConnectionCloseReason) {
    record.update { $0.closed.append(reason) }
  }
}

/// Sends back what it receives, and closes when the peer has sent everything.
final class EchoHandler: ConnectionHandler {
  let connection: TCPConnection
  let closed = Gate<ConnectionCloseReason?>(nil)

  init(_ connection: TCPConnection) {
    self.connection = connection
  }

  func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
    if connection.write(bytes) == .aboveHighWater { connection.pauseReading() }
  }

  func connectionReadClosed() {
    connection.closeAfterFlush(timeoutMilliseconds: 10_000)
  }

  func connectionDrained() {
    connection.resumeReading()
  }

  func connectionClosed(_ reason: ConnectionCloseReason) {
    closed.update { $0 = reason }
  }
}

extension EventLoop {
  /// Runs `body` on the loop and returns its result.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      submit { continuation.resume(with: Result { try body() }) }
    }
  }
}

/// Runs `body` with a group that is shut down afterwards.
func withGroup<T>(_ count: Int = 1, _ body: (EventLoopGroup) async throws -> T) async throws -> T {
  let group = try EventLoopGroup(count: count, name: "test")
  do {
    let result = try await body(group)
    await group.shutdown()
    return result
  } catch {
    await group.shutdown()
    throw error
  }
}

func loopback(_ text: String = "127.0.0.1:0") throws -> SocketAddress {
  try SocketAddress.parse(text)
}

/// A path that no other test uses.
func temporaryPath(_ name: String) -> String {
  "/tmp/clickclack-\(getpid())-\(UInt32.random(in: 0 ... .max))-\(name)"
}
