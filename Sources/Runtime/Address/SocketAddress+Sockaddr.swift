import Glibc

extension SocketAddress {
  /// Reads what the kernel wrote; nil for address families other than IPv4, IPv6 and unix.
  init?(_ raw: UnsafePointer<sockaddr>) {
    let memory = UnsafeRawPointer(raw)
    switch Int32(raw.pointee.sa_family) {
    case AF_INET:
      let address = memory.loadUnaligned(as: sockaddr_in.self)
      storage = .ip(IPAddress(address.sin_addr), port: UInt16(bigEndian: address.sin_port), zone: 0)
    case AF_INET6:
      let address = memory.loadUnaligned(as: sockaddr_in6.self)
      storage = .ip(
        IPAddress(address.sin6_addr), port: UInt16(bigEndian: address.sin6_port), zone: address.sin6_scope_id)
    case AF_UNIX:
      // The peer of a unix socket has no path as a rule.
      storage = .unix(path: "")
    default: return nil
    }
  }

  /// The address family to create a socket for.
  var family: Int32 {
    guard let ip else { return AF_UNIX }
    return ip.isIPv4 ? AF_INET : AF_INET6
  }

  /// Calls `body` with the kernel's form of the address.
  func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var storage = sockaddr_storage()
    return withUnsafeMutableBytes(of: &storage) { bytes in
      let length = write(to: bytes)
      guard let base = bytes.baseAddress else { preconditionFailure("sockaddr_storage has a size") }
      return body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
  }

  private func write(to bytes: UnsafeMutableRawBufferPointer) -> Int {
    switch storage {
    case .ip(let ip, let port, _) where ip.isIPv4:
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = ip.ipv4Bits.bigEndian
      bytes.storeBytes(of: address, as: sockaddr_in.self)
      return MemoryLayout<sockaddr_in>.size
    case .ip(let ip, let port, let zone):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      address.sin6_addr = ip.in6
      address.sin6_scope_id = zone
      bytes.storeBytes(of: address, as: sockaddr_in6.self)
      return MemoryLayout<sockaddr_in6>.size
    case .unix(let path):
      bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
      let pathOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? MemoryLayout<sa_family_t>.size
      let text = path.utf8.prefix(Self.unixPathBytesMax)
      UnsafeMutableRawBufferPointer(rebasing: bytes[pathOffset...]).copyBytes(from: text)
      return pathOffset + text.count + 1
    }
  }
}
