import CLibUV
import Glibc

extension SocketAddress {
  /// Why a text is not an address.
  public enum ParseError: Error, Hashable, CustomStringConvertible {
    /// The text has none of the forms that `parse` accepts.
    case malformed(String)
    /// The host's name cannot be resolved.
    case unknownHost(String)

    /// A sentence for the operator.
    public var description: String {
      switch self {
      case .malformed(let text):
        "\"\(text)\" is not an address: expected host:port, [ipv6]:port, :port or unix:/path"
      case .unknownHost(let host): "host \"\(host)\" is not known"
      }
    }
  }

  /// Reads `host:port`, `[::1]:8080`, `:8080` (all interfaces, IPv6 and IPv4) or `unix:/path`.
  ///
  /// A host that is not a literal is looked up with getaddrinfo(3), which blocks: for start-up and tools only.
  /// Throws `ParseError`.
  public static func parse(_ text: String) throws(ParseError) -> SocketAddress {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard !path.isEmpty, path.utf8.count <= unixPathBytesMax, !path.utf8.contains(0) else { throw .malformed(text) }
      return SocketAddress(unixPath: path)
    }
    guard let colon = text.lastIndex(of: ":") else { throw .malformed(text) }
    let digits = text[text.index(after: colon)...]
    guard digits.allSatisfy(\.isASCII), !digits.hasPrefix("+"), let port = UInt16(digits) else {
      throw .malformed(text)
    }
    let host = text[..<colon]
    if host.isEmpty { return SocketAddress(ip: IPAddress(high: 0, low: 0), port: port) }
    if host.hasPrefix("[") {
      guard host.hasSuffix("]"), host.contains(":"), let address = IPAddress(host.dropFirst().dropLast()) else {
        throw .malformed(text)
      }
      return SocketAddress(ip: address, port: port)
    }
    guard !host.contains(":") else { throw .malformed(text) }
    if let address = IPAddress(host) { return SocketAddress(ip: address, port: port) }
    return try resolve(String(host), port: port)
  }

  /// Longest path that fits in `sockaddr_un`, with its terminating zero.
  static let unixPathBytesMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  private static func resolve(_ host: String, port: UInt16) throws(ParseError) -> SocketAddress {
    var hints = addrinfo()
    hints.ai_socktype = SocketKind.stream
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0, let list else { throw .unknownHost(host) }
    defer { freeaddrinfo(list) }
    guard let raw = list.pointee.ai_addr, let address = SocketAddress(raw), let ip = address.ip else {
      throw .unknownHost(host)
    }
    return SocketAddress(ip: ip, port: port)
  }
}
