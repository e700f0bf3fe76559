import Glibc

/// An IPv4 or IPv6 address. IPv4 is held as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so both spellings are equal.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// The first and the last 64 bits in host byte order.
  let high: UInt64
  let low: UInt64

  private static let mappedPrefix: UInt64 = 0x0000_ffff_0000_0000

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// An IPv4 address from its 32 bits in host byte order.
  public init(ipv4 bits: UInt32) {
    self.init(high: 0, low: Self.mappedPrefix | UInt64(bits))
  }

  init(_ address: in_addr) {
    self.init(ipv4: UInt32(bigEndian: address.s_addr))
  }

  init(_ address: in6_addr) {
    self = withUnsafeBytes(of: address) { bytes in
      IPAddress(
        high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// Parses a literal such as `192.0.2.1` or `2001:db8::1`; nil for anything else, names included.
  public init?(_ text: some StringProtocol) {
    let text = String(text)
    // For C the text would end there, whatever follows.
    guard !text.utf8.contains(0) else { return nil }
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4)
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      self.init(v6)
    } else {
      return nil
    }
  }

  /// Whether this is an IPv4 address.
  public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  /// The 32 bits of an IPv4 address in host byte order.
  var ipv4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

  /// The 4 or 16 bytes in network order.
  public var bytes: [UInt8] {
    if isIPv4 { return withUnsafeBytes(of: ipv4Bits.bigEndian, Array.init) }
    return withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
  }

  var in6: in6_addr {
    var address = in6_addr()
    withUnsafeMutableBytes(of: &address) { bytes in
      bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
      bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return address
  }

  /// The address as inet_ntop(3) writes it.
  public var description: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      if isIPv4 {
        var address = in_addr(s_addr: ipv4Bits.bigEndian)
        inet_ntop(AF_INET, &address, base, socklen_t(buffer.count))
      } else {
        var address = in6
        inet_ntop(AF_INET6, &address, base, socklen_t(buffer.count))
      }
      return String(cString: base)
    }
  }
}
