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

  @Test(arguments: ["", "unknown", ",", "192.0.2.300", "[", ":", "_hidden", "192.0.2.7,"])
  func whatIsNoAddressEndsTheWay(value: String) throws {
    #expect(try client("10.0.0.1", [value]) == "10.0.0.1")
  }
}
