import Glibc

/// Tells a service manager how the process is (sd_notify(3)): without libsystemd, by one datagram per message.
///
/// Does nothing where no service manager asked to be told. May be used on any thread.
public struct ServiceNotifier: Sendable {
  /// How often the service manager wants a sign of life; nil if it does not watch this process (sd_watchdog_enabled(3)).
  public let watchdogMicroseconds: UInt64?

  private let address: [UInt8]
  private static let pathOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? MemoryLayout<sa_family_t>.size

  /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  public init(environment: [String: String]) {
    address = Array((environment["NOTIFY_SOCKET"] ?? "").utf8)
    let isWatched = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    watchdogMicroseconds =
      isWatched ? environment["WATCHDOG_USEC"].flatMap { UInt64($0) }.flatMap { $0 > 0 ? $0 : nil } : nil
  }

  /// The server answers requests.
  public func ready() throws(SystemError) { try send("READY=1\nSTATUS=Serving") }

  /// The server stops.
  public func stopping() throws(SystemError) { try send("STOPPING=1\nSTATUS=Finishing requests") }

  /// The server reads its certificate again; `ready` follows.
  public func reloading() throws(SystemError) {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    try send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
  }

  /// The server is alive: to be said at least as often as `watchdogMicroseconds` asks.
  public func alive() throws(SystemError) { try send("WATCHDOG=1") }

  private func send(_ message: String) throws(SystemError) {
    guard let first = address.first else { return }
    var peer = sockaddr_un()
    guard first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
      address.count < MemoryLayout.size(ofValue: peer.sun_path)
    else { throw SystemError(operation: "NOTIFY_SOCKET", code: EINVAL) }
    peer.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &peer.sun_path) { path in
      path.copyBytes(from: address)
      // An abstract name begins with a zero instead (unix(7)).
      if first == UInt8(ascii: "@") { path[0] = 0 }
    }
    let descriptor = socket(AF_UNIX, SocketKind.datagram | SocketKind.closesOnExec, 0)
    guard descriptor >= 0 else { throw .last("socket") }
    defer { close(descriptor) }
    let bytes = Array(message.utf8)
    let length = socklen_t(Self.pathOffset + address.count)
    let sent = withUnsafePointer(to: &peer) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
      }
    }
    guard sent == bytes.count else { throw .last("notify the service manager") }
  }
}
