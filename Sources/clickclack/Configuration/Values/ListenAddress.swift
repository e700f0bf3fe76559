import Runtime

/// Where a server listens: an IP address, or none for all of them, and a port; or the path of a unix socket.
struct ListenAddress: Equatable, Sendable {
  /// An IPv4 or IPv6 address without brackets; empty for every interface.
  var host: String
  /// 0 lets the kernel choose.
  var port: UInt16
  /// The unix socket; host and port mean nothing then.
  var unixPath: String?

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `:8080`, `127.0.0.1:8080`, `localhost:8080`, `[::1]:8080` or `unix:/run/clickclack.sock`.
  init(parsing text: String) throws(BadValue) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard path.hasPrefix("/"), path.utf8.count <= Self.unixPathBytesMax else {
        throw BadValue("must have an absolute path of at most \(Self.unixPathBytesMax) bytes after 'unix:'")
      }
      self.init(host: "", port: 0)
      unixPath = path
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw BadValue("must end with a port, as in ':8080' or '127.0.0.1:8080'")
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
      guard IPAddress(host)?.isIPv4 == false else { throw BadValue("must have an IPv6 address between the brackets") }
    } else if host == "localhost" {
      host = "127.0.0.1"
    } else if host == "*" {
      host = ""
    } else if !host.isEmpty {
      guard IPAddress(host)?.isIPv4 == true else {
        throw BadValue("must be an IP address and a port, as in '127.0.0.1:8080' or '[::1]:8080'")
      }
    }
    self.init(host: host, port: port)
  }

  /// The address as sockets know it; without a host IPv6 and IPv4 alike.
  var socketAddress: SocketAddress {
    if let unixPath { return SocketAddress(unixPath: unixPath) }
    return SocketAddress(ip: IPAddress(host) ?? Self.everyAddress, port: port)
  }

  // What fits into `sockaddr_un` with its terminating zero (unix(7)).
  private static let unixPathBytesMax = 107
  private static let everyAddress = IPAddress("::") ?? IPAddress(ipv4: 0)

  var text: String {
    if let unixPath { return "unix:\(unixPath)" }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
