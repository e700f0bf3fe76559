import Runtime
import Testing

@testable import clickclack

@Suite struct ValueTests {
  private func isRefused(_ body: () throws(BadValue) -> some Any) -> Bool {
    if case .failure = Result(catching: body) { return true }
    return false
  }

  @Test func byteCounts() throws {
    #expect(try ByteCount.parse("512KiB") == 524_288)
    #expect(try ByteCount.parse("1mib") == 1_048_576)
    #expect(try ByteCount.parse("2GiB") == 2 << 30)
    #expect(try ByteCount.parse("3kB") == 3000)
    #expect(try ByteCount.parse("10B") == 10)
    #expect(try ByteCount.parse("1500") == 1500)
    for bad in ["", "KiB", "-1", "1.5MiB", "1 MiB", "1TiB", "99999999999999999999", "9223372036854775807GiB"] {
      #expect(isRefused { () throws(BadValue) in try ByteCount.parse(bad) }, "\(bad)")
    }
    for bytes in [0, 1, 1000, 1024, 1536, 1 << 20, 3 << 30, 4096 << 20] {
      #expect(try ByteCount.parse(ByteCount.text(bytes)) == bytes)
    }
    #expect(ByteCount.text(1536) == "1536")
    #expect(ByteCount.text(512 * 1024) == "512KiB")
  }

  /// Messages end in logs.
  @Test(arguments: [
    ("http://u:hunter2@127.0.0.1:99999999", true), ("https://hunter2@a/b", true), ("smtp://u:hunt://er2@x", false),
    ("smtp://u:hunter2@x:99999999", false),
  ])
  func messagesHideCredentials(text: String, isOrigin: Bool) {
    do throws(BadValue) {
      if isOrigin { _ = try WebOrigin(parsing: text) } else { _ = try SMTPAddress(parsing: text) }
      Issue.record("\(text) is taken")
    } catch {
      #expect(!error.message.contains("hunt") && error.message.contains("********@"), "\(error.message)")
    }
    let harmless = "as in 'https://a.example', not 'https://b c'"
    #expect(BadValue(harmless).message == harmless)
  }

  @Test func durations() throws {
    #expect(try DurationText.parse("1h30m") == .seconds(5400))
    #expect(try DurationText.parse("250ms") == .milliseconds(250))
    #expect(try DurationText.parse("30d") == .seconds(2_592_000))
    for bad in [
      "", "5", "s", "1.5s", "-1s", "1s1h", "1s1s", "1 s", "1w", "99999999999999999999s", "9223372036854775807d",
    ] {
      #expect(isRefused { () throws(BadValue) in try DurationText.parse(bad) }, "\(bad)")
    }
    for milliseconds in [0, 1, 999, 1000, 61_001, 86_400_000, 90_061_001] {
      let duration = Duration.milliseconds(milliseconds)
      #expect(try DurationText.parse(DurationText.text(duration)) == duration)
    }
  }

  @Test func ratios() throws {
    let kind = SettingKind<Double>.ratio
    for (text, ratio) in [("0", 0.0), ("1", 1), ("0.25", 0.25), ("1e-3", 0.001), ("1.0", 1), ("-0", 0)] {
      #expect(try kind.parse(text) == ratio)
      #expect(try kind.parse(kind.text(ratio)) == ratio)
    }
    #expect(kind.text(1) == "1" && kind.text(0.1) == "0.1")
    for bad in ["", "1.01", "-0.1", ".5", "1/2", "50%", "nan", "inf", "0x1", " 1", "1e999"] {
      #expect(isRefused { () throws(BadValue) in try kind.parse(bad) }, "\(bad)")
    }
  }

  @Test func collectorHeaders() throws {
    let header = try CollectorHeader(parsing: "Authorization=Basic dXNlcjpwYXNz==")
    #expect(header.field == OutboundHeader(name: "Authorization", value: "Basic dXNlcjpwYXNz=="))
    #expect(try CollectorHeader(parsing: "x-a=").field.value.isEmpty)
    #expect(try CollectorHeader(parsing: "x-a=1%2c2%25%20").field.value == "1,2% ")
    for bad in ["", "x", "=x", "x y=z", "x:y=z", "x=%", "x=%2", "x=%zz", "x=%+1", "x=%0d%0a", "x=é", "x=\n"] {
      #expect(isRefused { () throws(BadValue) in try CollectorHeader(parsing: bad) }, "\(bad)")
    }
  }

  @Test func addresses() throws {
    #expect(try ListenAddress(parsing: ":8080") == ListenAddress(host: "", port: 8080))
    #expect(try ListenAddress(parsing: "*:80") == ListenAddress(host: "", port: 80))
    #expect(try ListenAddress(parsing: "127.0.0.1:0") == ListenAddress(host: "127.0.0.1", port: 0))
    #expect(try ListenAddress(parsing: "localhost:1") == ListenAddress(host: "127.0.0.1", port: 1))
    #expect(try ListenAddress(parsing: "[::1]:8080").text == "[::1]:8080")
    #expect(try ListenAddress(parsing: "10.0.0.1:80").socketAddress == SocketAddress.parse("10.0.0.1:80"))
    #expect(try ListenAddress(parsing: ":80").socketAddress == SocketAddress.parse(":80"))
    for bad in ["", "8080", ":", ":65536", ":-1", "::1:8080", "[::1]", "[127.0.0.1]:80", "example.com:80", "1.2.3:80"] {
      #expect(isRefused { () throws(BadValue) in try ListenAddress(parsing: bad) }, "\(bad)")
    }
  }

  @Test func origins() throws {
    #expect(try WebOrigin(parsing: "https://Chat.Example/").text == "https://chat.example")
    #expect(try WebOrigin(parsing: "https://chat.example:443").text == "https://chat.example")
    #expect(try WebOrigin(parsing: "http://127.0.0.1:8080").text == "http://127.0.0.1:8080")
    #expect(try WebOrigin(parsing: "http://[::1]:8080").text == "http://[::1]:8080")
    for bad in [
      "", "chat.example", "ftp://x", "https://", "https://a/b", "https://a?b", "https://u@a", "https://a:0",
      "https://a:99999", "https://a b", "https://[::1", "https://[x]", "https://::1", "https://a..b", "https://*.a",
    ] {
      #expect(isRefused { () throws(BadValue) in try WebOrigin(parsing: bad) }, "\(bad)")
    }
  }

  @Test func addressRanges() throws {
    let range = try AddressRange(parsing: "10.20.0.0/14")
    #expect(range.text == "10.20.0.0/14")
    #expect(range.range.contains(try #require(IPAddress("10.23.255.255"))))
    #expect(!range.range.contains(try #require(IPAddress("10.24.0.0"))))
    for bad in ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "::/129", "host", "10.0.0.0/8/8"] {
      #expect(isRefused { () throws(BadValue) in try AddressRange(parsing: bad) }, "\(bad)")
    }
  }

  @Test func callbackTargets() throws {
    #expect(try CallbackTarget(parsing: "Intranet.Example") == .host("intranet.example"))
    #expect(try CallbackTarget(parsing: "10.0.0.0/8") == .range(try AddressRange(parsing: "10.0.0.0/8")))
    for bad in ["", "http://a", "a b", "10.0.0.0/99", "a:80"] {
      #expect(isRefused { () throws(BadValue) in try CallbackTarget(parsing: bad) }, "\(bad)")
    }
  }
}
