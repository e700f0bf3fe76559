import Glibc

/// An IPv4 or IPv6 address in network byte order.
struct IPAddress: Equatable, Sendable {
  let bytes: [UInt8]

  /// Reads the usual text forms; no host names, brackets or zones.
  init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: &six) { Array($0) }
    } else {
      return nil
    }
  }

  var isIPv6: Bool { bytes.count == 16 }
}
