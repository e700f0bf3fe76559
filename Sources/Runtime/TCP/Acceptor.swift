import CLibUV
import Glibc

// Unchecked: every variable is touched on the loop's thread only.
/// Accepts connections from one listening socket on one loop.
final class Acceptor: LoopResource, @unchecked Sendable {
  private let loop: EventLoop
  private let descriptor: Int32
  private let limits: TCPListenerLimits
  private let census: ConnectionCensus
  private let refusal: ConnectionRefusal
  /// Called on the acceptor's loop with a socket that the census admitted.
  private let onSocket: @Sendable (Int32, SocketAddress) -> Void
  private var poll: UnsafeMutablePointer<uv_poll_t>?
  private var backOff: CoarseTimer?
  /// Kept open to have one descriptor left when there are none: see `shed`.
  private var reserve: Int32 = -1
  private var backOffsInARow = 0

  /// Takes over a listening non-blocking socket.
  init(
    descriptor: Int32, loop: EventLoop, limits: TCPListenerLimits, census: ConnectionCensus,
    refusal: ConnectionRefusal, onSocket: @escaping @Sendable (Int32, SocketAddress) -> Void
  ) {
    self.descriptor = descriptor
    self.loop = loop
    self.limits = limits
    self.census = census
    self.refusal = refusal
    self.onSocket = onSocket
  }

  /// Starts accepting. On the loop.
  func start() {
    let poll = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
    guard !loop.isStopping, uv_poll_init(loop.uv, poll, descriptor) == 0 else {
      poll.deallocate()
      Glibc.close(descriptor)
      return
    }
    poll.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    self.poll = poll
    reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
    backOff = loop.makeTimer { [unowned self] in resume() }
    loop.register(self)
    startPolling()
  }

  /// Stops accepting and closes the socket. On the loop.
  func closeForShutdown() {
    guard let poll else { return }
    self.poll = nil
    backOff?.cancel()
    backOff = nil
    UVHandle.closeAndFree(poll)
    Glibc.close(descriptor)
    if reserve >= 0 { Glibc.close(reserve) }
    reserve = -1
    loop.unregister(self)
  }

  private func startPolling() {
    guard let poll else { return }
    uv_poll_start(poll, Int32(UV_READABLE.rawValue)) { handle, _, _ in
      guard let data = handle?.pointee.data else { return }
      Unmanaged<Acceptor>.fromOpaque(data).takeUnretainedValue().acceptPending()
    }
  }

  private func acceptPending() {
    for _ in 0..<limits.acceptsPerWakeupMax {
      guard poll != nil else { return }
      switch acceptOne() {
      case .accepted(let socket, let peer):
        backOffsInARow = 0
        if census.admit(peer) { onSocket(socket, peer) } else { refusal.refuse(socket, peer, on: loop) }
      case .gone: continue
      case .none: return
      case .exhausted: return pause()
      }
    }
  }

  private enum Outcome {
    case accepted(Int32, SocketAddress)
    /// This one connection failed, others may be waiting.
    case gone
    case none
    /// No descriptors or memory, or an error that trying again at once will not cure.
    case exhausted
  }

  private func acceptOne() -> Outcome {
    var storage = sockaddr_storage()
    return withUnsafeMutableBytes(of: &storage) { bytes in
      guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return .none }
      var length = socklen_t(bytes.count)
      let flags = SocketKind.nonBlocking | SocketKind.closesOnExec
      let socket = accept4(descriptor, address, &length, flags)
      if socket >= 0 {
        guard let peer = SocketAddress(address) else {
          Glibc.close(socket)
          return .gone
        }
        return .accepted(socket, peer)
      }
      switch errno {
      case EAGAIN: return .none
      // accept(2): errors of the connection, not of the listener, are passed on by Linux and mean "try the next".
      case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
        ENETUNREACH, EPERM:
        return .gone
      default: return .exhausted
      }
    }
  }

  /// Leaves waiting connections to the kernel's queue for a while: polling on would spin.
  private func pause() {
    guard let poll else { return }
    uv_poll_stop(poll)
    // If a pause has not helped, clients should learn that there is no room rather than wait for nothing.
    if backOffsInARow > 0 { shed() }
    backOffsInARow += 1
    backOff?.schedule(afterMilliseconds: limits.backOffMilliseconds)
  }

  /// Gives up the reserve descriptor to accept waiting connections and close them at once.
  private func shed() {
    guard reserve >= 0 else {
      reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
      return
    }
    Glibc.close(reserve)
    for _ in 0..<limits.acceptsPerWakeupMax {
      guard case .accepted(let socket, _) = acceptOne() else { break }
      refusal.close(socket)
      census.countRefused()
    }
    reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
  }

  private func resume() {
    guard poll != nil else { return }
    startPolling()
  }
}
