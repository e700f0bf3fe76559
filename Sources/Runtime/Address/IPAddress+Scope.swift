extension IPAddress {
  /// Whether packets to the address stay on this machine.
  public var isLoopback: Bool {
    isIPv4 ? ipv4Bits >> 24 == 127 : high == 0 && low == 1
  }

  /// Whether the address belongs to a private network (RFC 1918, RFC 4193) or a link (RFC 3927, RFC 4291).
  public var isPrivate: Bool {
    Self.privateRanges.contains { $0.contains(self) }
  }

  /// Whether the address can be reached over the public internet, by the registries of RFC 6890 and its updates.
  ///
  /// IPv6 addresses that carry an IPv4 address (6to4, NAT64, Teredo, compatible) are not: they would be a way around.
  public var isPublic: Bool {
    if isIPv4 { return !Self.specialIPv4.contains { $0.contains(self) } }
    // Only 2000::/3 is assigned for global unicast.
    return high >> 61 == 0b001 && !Self.specialIPv6.contains { $0.contains(self) }
  }

  private static let privateRanges = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10",
  ].compactMap { IPRange($0) }

  private static let specialIPv4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
  ].compactMap { IPRange($0) }

  private static let specialIPv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].compactMap { IPRange($0) }
}
