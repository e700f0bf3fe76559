import Glibc
import Testing

extension EndToEnd.Overload {
  /// What one address may take, on an address of this machine that is not loopback, which is exempt.
  @Suite struct ConnectionsPerAddress {
    /// The first of this machine's own IPv4 addresses that others could use, if it has any.
    private static let ownAddress: String? = {
      var list: UnsafeMutablePointer<ifaddrs>?
      guard getifaddrs(&list) == 0 else { return nil }
      defer { freeifaddrs(list) }
      for entry in sequence(first: list, next: { $0?.pointee.ifa_next }) {
        guard let found = entry?.pointee, let address = found.ifa_addr, address.pointee.sa_family == AF_INET,
          found.ifa_flags & UInt32(IFF_LOOPBACK) == 0, found.ifa_flags & UInt32(IFF_UP) != 0
        else { continue }
        var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
          inet_ntop(AF_INET, &address.pointee.sin_addr, &text, socklen_t(text.count)).map { String(cString: $0) }
        }
      }
      return nil
    }()

    @Test(.enabled(if: ownAddress != nil, "this machine has no address but loopback"))
    func oneAddressTakesItsShareAndNoMore() throws {
      let host = try #require(Self.ownAddress)
      let server = try TestServer(host: host, flags: ["--connections-per-address-max", "4"])
      var inside: [HTTPClient] = []
      _ = try eventually("the connection of the start is gone") { () -> Bool? in
        let client = try server.client()
        guard try client.request(.get, "/healthz").status == 200 else { return nil }
        inside.append(client)
        return inside.count == 4 ? true : nil
      }
      for _ in 0..<20 {
        let refused = try server.client()
        let answer = try refused.receive()
        #expect(answer.status == 503 && answer.headers["retry-after"] != nil)
        #expect(try !answer.json()["error"].text.isEmpty)
        #expect(try refused.isClosedByServer())
      }
      for client in inside { #expect(try client.request(.get, "/healthz").status == 200) }
      inside.removeLast()
      _ = try eventually("the place is given away") { () -> Bool? in
        let client = try server.client()
        return try client.request(.get, "/healthz").status == 200 ? true : nil
      }
    }
  }
}
