import Runtime

/// Where a server listens: an IP address, or none for all of them, and a port.
struct ListenAddress: Equatable, Sendable {
  /// An IPv4 or IPv6 address without brackets; empty for every interface.
  var host: String
  /// 0 lets the kernel choose.
  var port: UInt16

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `:8080`, `127.0.0.1:8080`, `localhost:8080` or `[::1]:8080`.
  init(parsing text: String) throws(BadValue) {
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
    SocketAddress(ip: IPAddress(host) ?? Self.everyAddress, port: port)
  }

  private static let everyAddress = IPAddress("::") ?? IPAddress(ipv4: 0)

  var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
