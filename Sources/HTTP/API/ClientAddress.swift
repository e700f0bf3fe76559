import Runtime

/// Where a client is that may come through proxies which the operator trusts.
enum ClientAddress {
  /// The address of the client: the peer's or, as long as the hop before is a trusted proxy, the one that it names in
  /// `X-Forwarded-For`. What a client wrote there itself stands further left and is never reached.
  /// - Parameter proxies: The addresses of the proxies; who comes by a unix socket counts as this machine.
  /// - Returns: nil for a unix socket that is no trusted proxy's.
  static func of(_ peer: SocketAddress, _ headers: HTTPHeaders, trusting proxies: [IPRange]) -> IPAddress? {
    guard !proxies.isEmpty, var address = peer.ip ?? IPAddress("127.0.0.1") else { return peer.ip }
    var hops: [Substring] = []
    headers.forEachValue(of: "x-forwarded-for") {
      hops += $0.text.split(separator: ",", omittingEmptySubsequences: false)
    }
    while proxies.contains(where: { $0.contains(address) }), let hop = hops.popLast(), let named = parsed(hop) {
      address = named
    }
    return address
  }

  /// An address, which some proxies write with the port.
  private static func parsed(_ hop: Substring) -> IPAddress? {
    let text = String(hop.filter { $0 != " " && $0 != "\t" })
    if let address = IPAddress(text) { return address }
    if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
    return IPAddress(text.prefix { $0 != ":" })
  }
}
