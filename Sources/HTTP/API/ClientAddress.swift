import Runtime

/// The header field in which proxies tell where their clients are.
public enum ClientAddressField: String, CaseIterable, Sendable {
  /// `X-Forwarded-For`, addresses between commas.
  case xForwardedFor = "x-forwarded-for"
  /// `Forwarded` (RFC 7239), its parameter `for`.
  case forwarded
}

/// Where a client is that may come through proxies which the operator trusts.
enum ClientAddress {
  /// Whether a peer is one of the proxies. Who comes by a unix socket is on this machine.
  static func isProxy(_ peer: SocketAddress, among proxies: [IPRange]) -> Bool {
    guard !proxies.isEmpty, let address = peer.ip ?? IPAddress("127.0.0.1") else { return false }
    return proxies.contains { $0.contains(address) }
  }

  /// The address of the client: the peer's or, as long as the hop before is a trusted proxy, the one that it names in
  /// the field. What a client wrote there itself stands further left and is never reached.
  /// - Parameter proxies: The addresses of the proxies; who comes by a unix socket counts as this machine.
  /// - Returns: nil for a unix socket that is no trusted proxy's.
  static func of(
    _ peer: SocketAddress, _ headers: HTTPHeaders, trusting proxies: [IPRange],
    by field: ClientAddressField = .xForwardedFor
  ) -> IPAddress? {
    guard !proxies.isEmpty, var address = peer.ip ?? IPAddress("127.0.0.1") else { return peer.ip }
    var hops: [String] = []
    headers.forEachValue(of: field.rawValue) {
      switch field {
      case .xForwardedFor:
        hops += $0.text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      // What can't be read ends the way: it stands for a hop without an address.
      case .forwarded: hops += ForwardedHops.clients($0.text) ?? [""]
      }
    }
    while proxies.contains(where: { $0.contains(address) }), let hop = hops.popLast(), let named = parsed(hop) {
      address = named
    }
    return address
  }

  /// An address, which some proxies write with the port.
  private static func parsed(_ hop: String) -> IPAddress? {
    let text = hop.filter { $0 != " " && $0 != "\t" }
    if let address = IPAddress(text) { return address }
    if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
    return IPAddress(text.prefix { $0 != ":" })
  }
}
