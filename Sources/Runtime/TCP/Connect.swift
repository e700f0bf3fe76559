import CLibUV
import Glibc

/// Connects to an address; the connection lives on `loop`, where its handler must be set.
///
/// Throws `SystemError` (ETIMEDOUT after the given time). Names are not looked up. May be called from any executor.
public func connect(
  to address: SocketAddress, on loop: EventLoop, timeoutMilliseconds: UInt64 = 10_000
) async throws -> TCPConnection {
  try await withCheckedThrowingContinuation { continuation in
    loop.submit {
      Connector(address: address, loop: loop) { continuation.resume(with: $0) }.start(
        timeoutMilliseconds: timeoutMilliseconds)
    }
  }
}

// Unchecked: every variable is touched on the loop's thread only.
/// One attempt to connect.
private final class Connector: LoopResource, @unchecked Sendable {
  private let address: SocketAddress
  private let loop: EventLoop
  private var completion: ((Result<TCPConnection, any Error>) -> Void)?
  private var descriptor: Int32 = -1
  private var poll: UnsafeMutablePointer<uv_poll_t>?
  private var timer: CoarseTimer?

  init(address: SocketAddress, loop: EventLoop, completion: @escaping (Result<TCPConnection, any Error>) -> Void) {
    self.address = address
    self.loop = loop
    self.completion = completion
  }

  func start(timeoutMilliseconds: UInt64) {
    guard !loop.isStopping else { return finish(ECANCELED) }
    descriptor = ListeningSocket.create(family: address.family)
    guard descriptor >= 0 else { return finish(errno) }
    if address.ip != nil {
      var one: Int32 = 1
      setsockopt(
        descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }
    if address.withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 { return finish(0) }
    guard errno == EINPROGRESS else { return finish(errno) }
    let poll = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
    let status = uv_poll_init(loop.uv, poll, descriptor)
    guard status == 0 else {
      poll.deallocate()
      return finish(-status)
    }
    self.poll = poll
    loop.register(self)
    poll.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    uv_poll_start(poll, Int32(UV_WRITABLE.rawValue)) { handle, _, _ in
      guard let data = handle?.pointee.data else { return }
      Unmanaged<Connector>.fromOpaque(data).takeUnretainedValue().connected()
    }
    let timer = loop.makeTimer { [self] in finish(ETIMEDOUT) }
    timer.schedule(afterMilliseconds: timeoutMilliseconds)
    self.timer = timer
  }

  func closeForShutdown() {
    finish(ECANCELED)
  }

  private func connected() {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
    finish(code)
  }

  private func finish(_ code: Int32) {
    guard let completion else { return }
    self.completion = nil
    timer?.cancel()
    // It holds this.
    timer = nil
    if let poll {
      UVHandle.closeAndFree(poll)
      loop.unregister(self)
    }
    poll = nil
    guard code == 0 else {
      if descriptor >= 0 { Glibc.close(descriptor) }
      return completion(.failure(SystemError(operation: "connect \(address)", code: code)))
    }
    let address = address
    let descriptor = descriptor
    let loop = loop
    completion(
      Result { try TCPConnection(descriptor: descriptor, peerAddress: address, loop: loop, census: nil) })
  }
}
