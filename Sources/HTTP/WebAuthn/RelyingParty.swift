/// This server as browsers and authenticators know it (WebAuthn Level 3, section 4): passkeys work for one name only.
struct RelyingParty: Sendable, Equatable {
  /// The host name to which passkeys are bound.
  let id: String
  /// The origins of pages that may use them, in their normal form.
  let origins: Set<String>

  /// The name and the origins for the public URL or, without one, for the address that the client used.
  /// - Parameters:
  ///   - host: The Host field of the request.
  ///   - allowed: Other origins that may call.
  /// - Returns: nil when the host is no name: passkeys can't be bound to an IP address.
  init?(publicURL: String?, host: String, allowed: [String]) {
    let own: [String]
    if let publicURL, !publicURL.isEmpty {
      own = [publicURL]
    } else {
      // Browsers offer passkeys over TLS only, which a proxy may have added; on this machine they need none.
      own = ["https://\(host)"] + (LocalHost.isLocal(authority: host) ? ["http://\(host)"] : [])
    }
    let origins = own.compactMap { WebOriginText.normalized($0) }
    guard let first = origins.first, let separator = first.firstRange(of: "://"),
      let name = LocalHost.name(of: first[separator.upperBound...])
    else { return nil }
    id = name
    self.origins = Set(origins).union(allowed.compactMap { WebOriginText.normalized($0) })
  }

  /// Whether a page of an origin may use the passkeys of this server.
  func accepts(origin: String) -> Bool { WebOriginText.normalized(origin).map(origins.contains) ?? false }
}
