import Glibc
import Testing

@testable import Runtime

@Suite struct AddressTests {
  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:8080", "[::1]:8080"), (":8080", "[::]:8080"),
    ("[2001:DB8:0::1]:0", "[2001:db8::1]:0"), ("unix:/run/chat.sock", "unix:/run/chat.sock"),
    ("[::ffff:192.0.2.1]:1", "192.0.2.1:1"),
  ])
  func parses(text: String, description: String) throws {
    #expect(try SocketAddress.parse(text).description == description)
  }

  @Test(arguments: [
    "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:80", "[::1]", "[::1:80",
    "[127.0.0.1]:80", "unix:", "unix:" + String(repeating: "x", count: 108), ":8 0",
  ])
  func refuses(text: String) {
    #expect(throws: SocketAddress.ParseError.malformed(text)) { try SocketAddress.parse(text) }
  }

  @Test func looksUpLocalhost() throws {
    #expect(try SocketAddress.parse("localhost:80").isLoopback)
  }

  @Test func survivesTheKernelsForm() throws {
    for text in ["192.0.2.7:443", "[2001:db8::7]:443"] {
      let address = try SocketAddress.parse(text)
      #expect(address.withSockaddr { raw, _ in SocketAddress(raw) } == address)
    }
  }

  @Test func bytesAreInNetworkOrder() throws {
    #expect(try SocketAddress.parse("192.0.2.7:443").ipBytes == [192, 0, 2, 7])
    #expect(
      try SocketAddress.parse("[2001:db8::7]:443").ipBytes == [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11)
        + [7])
    #expect(SocketAddress(unixPath: "/x").ipBytes.isEmpty)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "8.8.8.8", true),
    ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "8.8.8.8", true), ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1", "192.0.2.2", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
    ("2001:db8::/33", "2001:db8:8000::1", false), ("2001:db8::1/128", "2001:db8::1", true),
    ("10.1.2.3/8", "10.9.9.9", true), ("fe80::/10", "febf::1", true),
  ])
  func ranges(range: String, address: String, contains: Bool) throws {
    #expect(try #require(IPRange(range)).contains(#require(IPAddress(address))) == contains)
  }

  @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "::/129", "host/8", ""])
  func malformedRanges(text: String) {
    #expect(IPRange(text) == nil)
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.1.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "fc00::1",
    "fd12::1", "fe80::1", "fec0::1", "ff02::1", "2002:a00:1::", "2001::1", "2001:db8::1", "100::1",
  ])
  func notPublic(text: String) throws {
    #expect(try !#require(IPAddress(text)).isPublic)
  }

  @Test(arguments: ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "1.1.1.1", "2606:4700::1111", "2a00::1"])
  func isPublic(text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  @Test func guardAllowsWhatIsListed() throws {
    let addressGuard = try AddressGuard(allowing: ["10.1.0.0/16", "Hooks.Internal"])
    let inside = try #require(IPAddress("10.1.2.3"))
    let other = try #require(IPAddress("10.2.2.3"))
    #expect(addressGuard.permits(inside, host: "anything"))
    #expect(!addressGuard.permits(other, host: "anything"))
    #expect(addressGuard.permits(other, host: "hooks.internal."))
    #expect(!AddressGuard().permits(inside, host: "hooks.internal"))
    #expect(throws: AddressGuard.InvalidEntry(entry: "10.0.0.0/99")) { try AddressGuard(allowing: ["10.0.0.0/99"]) }
  }

  @Test(arguments: ["127.0.0.1\0", "127.0.0.1\0.example", "::1\0x", "\0"])
  func aNULEndsNoText(text: String) {
    #expect(IPAddress(text) == nil && IPRange(text) == nil)
    #expect(throws: SocketAddress.ParseError.self) { try SocketAddress.parse("[\(text)]:80") }
  }
}
