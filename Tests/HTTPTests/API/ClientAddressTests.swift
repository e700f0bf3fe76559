import Runtime
import Testing

@testable import HTTP

@Suite struct ClientAddressTests {
  private func client(_ peer: String, _ forwarded: [String], trusting: [String] = ["10.0.0.0/8", "::1"]) throws
    -> String
  {
    var headers = HTTPHeaders()
    for value in forwarded { headers.append("X-Forwarded-For", value) }
    let address = ClientAddress.of(
      SocketAddress(ip: try #require(IPAddress(peer)), port: 1), headers,
      trusting: try trusting.map { try #require(IPRange($0)) })
    return try #require(address).description
  }

  @Test func aTrustedProxyTellsWhereItsClientIs() throws {
    #expect(try client("10.0.0.1", ["192.0.2.7"]) == "192.0.2.7")
    #expect(try client("::1", ["2001:db8::7"]) == "2001:db8::7")
    #expect(try client("10.0.0.1", ["192.0.2.7:4711"]) == "192.0.2.7")
    #expect(try client("10.0.0.1", ["[2001:db8::7]:4711"]) == "2001:db8::7")
    #expect(try client("10.0.0.1", ["192.0.2.7, 10.0.0.2"]) == "192.0.2.7")
    #expect(try client("10.0.0.1", ["192.0.2.7", "10.0.0.2"]) == "192.0.2.7")
  }

  @Test func nobodyElseIsBelieved() throws {
    #expect(try client("192.0.2.1", ["192.0.2.7"]) == "192.0.2.1")
    #expect(try client("10.0.0.1", ["192.0.2.7"], trusting: []) == "10.0.0.1")
    // The proxy adds whom it saw at the end; what stands before is the client's own invention.
    #expect(try client("10.0.0.1", ["203.0.113.9, 192.0.2.7"]) == "192.0.2.7")
    #expect(try client("10.0.0.1", ["203.0.113.9", "192.0.2.7, 10.0.0.2"]) == "192.0.2.7")
  }

  private func forwarded(_ peer: String, _ values: [String]) throws -> String {
    var headers = HTTPHeaders()
    headers.append("X-Forwarded-For", "203.0.113.1")
    for value in values { headers.append("Forwarded", value) }
    let address = ClientAddress.of(
      SocketAddress(ip: try #require(IPAddress(peer)), port: 1), headers,
      trusting: [try #require(IPRange("10.0.0.0/8"))], by: .forwarded)
    return try #require(address).description
  }

  @Test func theForwardedFieldIsReadFromTheRight() throws {
    #expect(try forwarded("10.0.0.1", ["for=192.0.2.7"]) == "192.0.2.7")
    #expect(try forwarded("10.0.0.1", ["For=\"192.0.2.7:4711\";proto=https;by=10.0.0.1"]) == "192.0.2.7")
    #expect(try forwarded("10.0.0.1", ["for=\"[2001:db8::7]:4711\""]) == "2001:db8::7")
    #expect(try forwarded("10.0.0.1", ["for=203.0.113.9, for=192.0.2.7;by=x, proto=http;for=10.0.0.2"]) == "192.0.2.7")
    #expect(try forwarded("10.0.0.1", ["for=203.0.113.9", "for=192.0.2.7"]) == "192.0.2.7")
    #expect(try forwarded("192.0.2.1", ["for=192.0.2.7"]) == "192.0.2.1")
  }

  @Test(arguments: [
    "", "for=", "for=unknown", "for=_hidden", "by=192.0.2.7", "for=\"192.0.2.7", "192.0.2.7", "for=1.2.3.4;for=1.2.3.5",
  ])
  func aForwardedHopWithoutAnAddressEndsTheWay(value: String) throws {
    #expect(try forwarded("10.0.0.1", ["for=192.0.2.7", value]) == "10.0.0.1")
  }

  @Test(arguments: ["", "unknown", ",", "192.0.2.300", "[", ":", "_hidden", "192.0.2.7,"])
  func whatIsNoAddressEndsTheWay(value: String) throws {
    #expect(try client("10.0.0.1", [value]) == "10.0.0.1")
  }
}
