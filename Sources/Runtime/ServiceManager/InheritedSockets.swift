import Glibc

/// Listening sockets that a service manager opened and passed on (sd_listen_fds(3)).
///
/// They outlive the process: while one server stops and the next one starts, clients wait in their queues.
public struct InheritedSockets: Sendable {
  /// At least one, non-blocking, not passed on to children.
  let descriptors: [Int32]

  /// sd_listen_fds(3): the first descriptor that is passed on.
  private static let firstDescriptor: Int32 = 3
  private static let countMax = 64

  /// Takes over what `LISTEN_FDS` and `LISTEN_PID` announce; nil if they announce nothing to this process. To be called
  /// once.
  ///
  /// Throws `SystemError` for a descriptor that is no listening stream socket.
  public init?(environment: [String: String]) throws(SystemError) {
    guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == getpid(),
      let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), (1...Self.countMax).contains(count)
    else { return nil }
    descriptors = (0..<Int32(count)).map { Self.firstDescriptor + $0 }
    for descriptor in descriptors { try Self.prepare(descriptor) }
  }

  private static func prepare(_ descriptor: Int32) throws(SystemError) {
    var listens: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 else {
      throw .last("the descriptor \(descriptor) that was passed on")
    }
    guard listens == 1 else {
      throw SystemError(operation: "the descriptor \(descriptor) that was passed on does not listen", code: EINVAL)
    }
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
      throw .last("fcntl")
    }
    let address = try ListeningSocket.boundAddress(of: descriptor)
    if address.ip != nil { try ListeningSocket.setInheritedOptions(descriptor) }
  }
}
