import Runtime

/// Where a request says it comes from: the fields that decide whether it is local, and whether a page of this server
/// sent it. Gathered in one pass over the header fields; nothing is parsed before someone asks.
struct RequestProvenance {
  /// Whether the peer of the connection is on this machine.
  let peerIsLoopback: Bool
  private(set) var host = ""
  private var origins: [String] = []
  private var fetchSites: [String] = []
  private var forwarded: [String] = []
  private var forwardedHosts: [String] = []
  private(set) var isForwardedFromTLS = false

  init(headers: HTTPHeaders, peerIsLoopback: Bool) {
    self.peerIsLoopback = peerIsLoopback
    headers.forEach { note($0, $1) }
  }

  /// Notes one header field.
  private mutating func note(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    // Most fields are told apart by their length alone.
    switch name.count {
    case 4 where name.equalsIgnoringCase("host"): host = value.text
    case 6 where name.equalsIgnoringCase("origin"): origins.append(value.text)
    case 14 where name.equalsIgnoringCase("sec-fetch-site"): fetchSites.append(value.text)
    case 9 where name.equalsIgnoringCase("forwarded"):
      forwarded.append(value.text)
      if value.text.asciiLowercased.contains("proto=https") { isForwardedFromTLS = true }
    case 9 where name.equalsIgnoringCase("x-real-ip"): forwardedHosts.append(value.text)
    case 12... where name.part(0..<12).equalsIgnoringCase("x-forwarded-"):
      switch name.text.asciiLowercased {
      case "x-forwarded-proto", "x-forwarded-scheme":
        if value.text.asciiLowercased.contains("https") { isForwardedFromTLS = true }
      // These name no hop.
      case "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-ssl", "x-forwarded-uri": break
      default: forwardedHosts.append(value.text)
      }
    default: break
    }
  }

  /// Whether the connection, the Host and every proxy on the way are on this machine.
  var isLocalTransport: Bool {
    peerIsLoopback && LocalHost.isLocal(authority: host)
      && forwardedHosts.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(Self.isHop) }
      && forwarded.allSatisfy(ForwardedHops.areLocal)
  }

  /// Whether somebody on this machine asks, and no page of another site on their behalf.
  var isLocal: Bool {
    guard isLocalTransport, isFetchSiteOwn else { return false }
    guard let origin = origins.first else { return true }
    return origins.count == 1 && WebOriginText.matches(origin, host: host)
  }

  /// Whether a page of this server sent the request, or no browser did. The Origin decides; without one Sec-Fetch-Site
  /// (www.w3.org/TR/fetch-metadata) does.
  /// - Parameters:
  ///   - publicOrigin: The only origin of its own that the server has; nil when any Host is its own.
  ///   - allowed: Other origins that may call.
  func isOwnPage(publicOrigin: String?, allowed: Set<String>) -> Bool {
    guard let origin = origins.first else { return isFetchSiteOwn }
    guard origins.count == 1, let normalized = WebOriginText.normalized(origin) else { return false }
    if allowed.contains(normalized) { return true }
    if let publicOrigin { return normalized == publicOrigin }
    return WebOriginText.matches(origin, host: host)
  }

  private var isFetchSiteOwn: Bool {
    guard let site = fetchSites.first else { return true }
    return fetchSites.count == 1 && (site == "none" || site == "same-origin")
  }

  private static func isHop(_ text: Substring) -> Bool { LocalHost.isLocal(hop: text) }
}
