@testable import HTTP
@testable import Runtime

/// Where requests come from: Host, Origin, Forwarded and its relatives. Nothing foreign looks local, and normal forms
/// stay as they are.
func fuzzProvenance(_ bytes: [UInt8]) {
  let lines = bytes.split(separator: ASCII.lf, maxSplits: 2, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  let host = lines[0]
  let origin = lines.count > 1 ? lines[1] : host
  let hops = lines.count > 2 ? lines[2] : host
  checkOrigin(origin, host)
  checkHost(host)
  checkHops(hops)

  let headers: HTTPHeaders = ["Host": host, "Origin": origin, "Forwarded": hops, "X-Forwarded-For": hops]
  let provenance = RequestProvenance(headers: headers, peerIsLoopback: true)
  invariant(!provenance.isLocal || provenance.isLocalTransport, "local without a local way")
  invariant(!provenance.isLocalTransport || LocalHost.isLocal(authority: host), "another host is local")
  let remote = RequestProvenance(headers: headers, peerIsLoopback: false)
  invariant(!remote.isLocalTransport && !remote.isLocal, "a peer elsewhere is local")
  // The parser of requests lets nothing else through.
  if host.withBytes({ Authority.isValid($0) }), let party = RelyingParty(publicURL: nil, host: host, allowed: []) {
    invariant(IPAddress(party.id) == nil && party.id == party.id.lowercased(), "passkeys for an address: \(party.id)")
    invariant(party.origins.allSatisfy { party.accepts(origin: $0) }, "an own origin is foreign")
  }
}

private func checkOrigin(_ origin: String, _ host: String) {
  guard let normalized = WebOriginText.normalized(origin) else {
    return invariant(!WebOriginText.matches(origin, host: host), "no origin matches a host")
  }
  invariant(WebOriginText.normalized(normalized) == normalized, "normal forms differ: \(normalized)")
  let provenance = RequestProvenance(headers: ["Host": host, "Origin": origin], peerIsLoopback: false)
  invariant(provenance.isOwnPage(publicOrigin: normalized, allowed: []), "an origin is not its own")
  invariant(!provenance.isOwnPage(publicOrigin: normalized + "x", allowed: []), "another origin is one's own")
}

private func checkHost(_ host: String) {
  let isAuthority = host.withBytes { Authority.isValid($0) }
  if let name = LocalHost.name(of: host), isAuthority {
    invariant(!name.isEmpty && !name.contains("/") && !name.contains("@"), "a name that ends the authority")
  }
  if isAuthority, LocalHost.isLocal(authority: host) {
    invariant(LocalHost.isLocal(hop: host), "local as a host but not as a hop")
    let lower = host.lowercased()
    invariant(lower.contains("localhost") || lower.contains("127.") || lower.contains(":"), "what is local here?")
  }
}

private func checkHops(_ hops: String) {
  if ForwardedHops.areLocal(hops) {
    invariant(!ForwardedHops.areLocal(hops + ", for=192.0.2.1"), "a foreign hop is local")
    invariant(!ForwardedHops.areLocal("for=192.0.2.1, " + hops), "a foreign hop is local")
    invariant(ForwardedHops.areLocal(hops + ", for=127.0.0.1"), "a local hop is foreign")
  }
  guard let loopback = IPAddress("127.0.0.1"), let own = IPRange("127.0.0.0/8") else { return }
  let headers: HTTPHeaders = ["X-Forwarded-For": hops]
  let peer = SocketAddress(ip: loopback, port: 1)
  // Without trusted proxies nothing that a client writes counts.
  invariant(ClientAddress.of(peer, headers, trusting: []) == loopback, "an untrusted field counts")
  // What a trusted proxy appends is what counts.
  let appended: HTTPHeaders = ["X-Forwarded-For": hops + ", 192.0.2.7"]
  invariant(ClientAddress.of(peer, appended, trusting: [own]) == IPAddress("192.0.2.7"), "the client names itself")
}
