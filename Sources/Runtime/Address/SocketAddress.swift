import Glibc

/// The address of a socket: IP address and port, or the path of a unix domain socket.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
  enum Storage: Hashable, Sendable {
    /// `zone` is the interface of a link-local IPv6 address, else 0.
    case ip(IPAddress, port: UInt16, zone: UInt32)
    case unix(path: String)
  }

  let storage: Storage

  init(storage: Storage) {
    self.storage = storage
  }

  /// An IP address and a port (0 lets the system choose when listening).
  public init(ip: IPAddress, port: UInt16) {
    storage = .ip(ip, port: port, zone: 0)
  }

  /// A unix domain socket in the file system.
  public init(unixPath: String) {
    storage = .unix(path: unixPath)
  }

  /// The IP address; nil for unix sockets.
  public var ip: IPAddress? {
    if case .ip(let address, _, _) = storage { return address }
    return nil
  }

  /// The 4 or 16 bytes of the IP address in network order; empty for unix sockets.
  public var ipBytes: [UInt8] { ip?.bytes ?? [] }

  /// The port; 0 for unix sockets.
  public var port: UInt16 {
    if case .ip(_, let port, _) = storage { return port }
    return 0
  }

  /// The path of a unix socket; nil for IP addresses.
  public var unixPath: String? {
    if case .unix(let path) = storage { return path }
    return nil
  }

  /// Whether the peer is on this machine: a loopback address or a unix socket.
  public var isLoopback: Bool { ip?.isLoopback ?? true }

  /// Whether the address belongs to a private network or link; false for unix sockets.
  public var isPrivate: Bool { ip?.isPrivate ?? false }

  /// `192.0.2.1:80`, `[2001:db8::1]:80` or `unix:/path`, as `parse` reads them.
  public var description: String {
    switch storage {
    case .ip(let address, let port, _): address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
