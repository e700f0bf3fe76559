import CLibUV
import Glibc

/// Creates bound, listening, non-blocking sockets.
enum ListeningSocket {
  /// Opens an IP socket; `sharesPort` lets several sockets listen on one port (SO_REUSEPORT).
  ///
  /// Accepted sockets inherit TCP_NODELAY and the send buffer's size, which saves a call per connection.
  static func openIP(
    _ address: SocketAddress, sharesPort: Bool, limits: TCPListenerLimits
  ) throws(SystemError) -> Int32 {
    var address = address
    var socket = create(family: address.family)
    if socket < 0, errno == EAFNOSUPPORT, let ip = address.ip, ip == IPAddress(high: 0, low: 0) {
      // All interfaces of a machine without IPv6.
      address = SocketAddress(ip: IPAddress(ipv4: 0), port: address.port)
      socket = create(family: AF_INET)
    }
    guard socket >= 0 else { throw .last("socket") }
    do {
      try set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
      if sharesPort { try set(socket, SOL_SOCKET, SO_REUSEPORT, 1) }
      if address.family == AF_INET6 { try set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
      try setInheritedOptions(socket)
      if let bytes = limits.sendBufferBytes { try set(socket, SOL_SOCKET, SO_SNDBUF, bytes) }
      try bindAndListen(socket, address, limits)
    } catch {
      close(socket)
      throw error
    }
    return socket
  }

  /// Bytes that the kernel takes for a connection beyond what the peer's window lets it send. More would only be memory
  /// that a peer holds without reading, up to megabytes each.
  private static let kernelUnsentBytesMax: Int32 = 64 << 10

  /// Sets what accepted sockets inherit: no delay, a bound on what waits in the kernel, and the search for dead peers.
  static func setInheritedOptions(_ socket: Int32) throws(SystemError) {
    try set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    try set(socket, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, kernelUnsentBytesMax)
    try noticeDeadPeers(socket)
  }

  /// Lets the kernel find out about peers that vanished: after two minutes without any sign of life a connection that
  /// is idle, or whose bytes nobody takes, fails (tcp(7)). Accepted sockets inherit it.
  private static func noticeDeadPeers(_ socket: Int32) throws(SystemError) {
    try set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 15)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPCNT, 4)
    try set(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 120_000)
  }

  /// Refuses an address on which another process listens already: among sockets that share their port the kernel would
  /// let two servers take turns, and each client would meet one or the other.
  static func requireUnused(_ address: SocketAddress, limits: TCPListenerLimits) throws(SystemError) {
    guard address.port != 0 else { return }
    close(try openIP(address, sharesPort: false, limits: limits))
  }

  /// Opens a unix socket. A socket file that nobody listens on any more is replaced; anything else is left alone.
  static func openUnix(_ address: SocketAddress, limits: TCPListenerLimits) throws(SystemError) -> Int32 {
    if let path = address.unixPath { try removeStaleSocket(address, path: path) }
    let socket = create(family: AF_UNIX)
    guard socket >= 0 else { throw .last("socket") }
    do {
      if let bytes = limits.sendBufferBytes { try set(socket, SOL_SOCKET, SO_SNDBUF, bytes) }
      try bindAndListen(socket, address, limits)
    } catch {
      close(socket)
      throw error
    }
    return socket
  }

  /// The address the kernel gave the socket, with its real port.
  static func boundAddress(of socket: Int32) throws(SystemError) -> SocketAddress {
    var storage = sockaddr_storage()
    let address = withUnsafeMutableBytes(of: &storage) { bytes -> SocketAddress? in
      guard let raw = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return nil }
      var length = socklen_t(bytes.count)
      guard getsockname(socket, raw, &length) == 0 else { return nil }
      return SocketAddress(raw)
    }
    guard let address else { throw .last("getsockname") }
    return address
  }

  static func create(family: Int32) -> Int32 {
    socket(family, SocketKind.stream | SocketKind.nonBlocking | SocketKind.closesOnExec, 0)
  }

  static func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
    var value = value
    guard setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw .last("setsockopt")
    }
  }

  private static func bindAndListen(
    _ socket: Int32, _ address: SocketAddress, _ limits: TCPListenerLimits
  ) throws(SystemError) {
    guard address.withSockaddr({ bind(socket, $0, $1) }) == 0 else { throw .last("bind \(address)") }
    guard listen(socket, limits.acceptBacklog) == 0 else { throw .last("listen \(address)") }
  }

  private static func removeStaleSocket(_ address: SocketAddress, path: String) throws(SystemError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemError(operation: "bind \(address)", code: EEXIST) }
    let probe = create(family: AF_UNIX)
    guard probe >= 0 else { throw .last("socket") }
    defer { close(probe) }
    let connected = address.withSockaddr { connect(probe, $0, $1) }
    // EAGAIN: its queue is full, so somebody listens.
    guard connected != 0, errno == ECONNREFUSED else {
      throw SystemError(operation: "bind \(address)", code: EADDRINUSE)
    }
    guard unlink(path) == 0 else { throw .last("unlink \(path)") }
  }
}
