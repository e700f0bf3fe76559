import Testing

@testable import HTTP

@Suite("HTTP/1.1 request parser")
struct RequestParserTests {
  @Test func simpleRequest() {
    #expect(
      requestTranscript("GET /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nX-Empty:\r\nX-Ows: \t v w\t \r\n\r\n") == [
        "GET /a?b=c http11 none keep=true continue=false upgrade=false [Host=example.org:8080|X-Empty=|X-Ows=v w]",
        "body ", "end []",
      ])
  }

  @Test func pipelinedRequestsStopAtTheEndOfOne() throws {
    let text = "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
    var parser = HTTP1RequestParser()
    let rest = try Array(text.utf8).withBytes { bytes in
      var input = bytes
      var isEnded = false
      while !isEnded, let event = try parser.next(&input) {
        if case .end = event { isEnded = true }
      }
      #expect(isEnded && parser.isIdle)
      return input.text
    }
    #expect(rest == "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(requestTranscript(text).filter { $0.hasPrefix("end") }.count == 2)
  }

  @Test func chunkedBodyWithExtensionsAndTrailers() {
    let text =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
      + "5;name=value;q=\"a;\\\" b\"\r\nhello\r\n0A \t;x\r\n, 23456789\r\n000\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n"
    let lines = requestTranscript(text)
    #expect(lines.dropFirst() == ["body hello, 23456789", "end [X-Sum=1|X-Sum=2]"])
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "Connection: x, CLOSE , y\r\n", false), ("HTTP/1.1", "Connection: keep-alive\r\n", true),
    ("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
    ("HTTP/1.3", "", true),
  ])
  func persistence(version: String, fields: String, expected: Bool) throws {
    #expect(try parsedHead("GET / \(version)\r\nHost: h\r\n\(fields)\r\n").keepsAlive == expected)
  }

  @Test func expectationAndUpgrade() throws {
    let withBody = "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n"
    #expect(try parsedHead("PUT / HTTP/1.1\r\nHost: h\r\n\(withBody)").expectsContinue)
    #expect(try !parsedHead("PUT / HTTP/1.0\r\nHost: h\r\n\(withBody)").expectsContinue)
    #expect(try !parsedHead("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n").expectsContinue)
    let upgrade = "Host: h\r\nUpgrade: websocket\r\n"
    #expect(try parsedHead("GET / HTTP/1.1\r\n\(upgrade)Connection: keep-alive, Upgrade\r\n\r\n").requestsUpgrade)
    #expect(try !parsedHead("GET / HTTP/1.1\r\n\(upgrade)\r\n").requestsUpgrade)
    #expect(try !parsedHead("GET / HTTP/1.0\r\n\(upgrade)Connection: Upgrade\r\n\r\n").requestsUpgrade)
    #expect(try !parsedHead("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n\r\n").requestsUpgrade)
  }

  @Test func http10NeedsNoHost() throws {
    #expect(try parsedHead("GET / HTTP/1.0\r\n\r\n").authority == nil)
  }

  @Test func oneEmptyLineBeforeARequestIsIgnored() {
    #expect(requestTranscript("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").count == 3)
    #expect(requestTranscript("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").last?.hasPrefix("error 400") == true)
  }

  @Test func bodyLimitCanBeSetPerRequest() throws {
    let body = String(repeating: "x", count: 20)
    let request = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n\(body)"
    let bytes = Array((request + request).utf8)
    var parser = HTTP1RequestParser(limits: HTTPLimits(bodyBytesMax: 10))
    let outcome: (received: Int, error: HTTPParseError?) = bytes.withBytes { bytes in
      var input = bytes
      var received = 0
      var heads = 0
      do throws(HTTPParseError) {
        while let event = try parser.next(&input) {
          if case .head = event {
            heads += 1
            if heads == 1 { parser.bodyBytesMax = 20 }
          }
          if case .body(let bytes) = event { received += bytes.count }
        }
        return (received, nil)
      } catch {
        return (received, error)
      }
    }
    #expect(outcome.received == 20)
    #expect(outcome.error?.status == .contentTooLarge)
  }

  @Test func errorsStay() {
    var parser = HTTP1RequestParser()
    for _ in 0..<2 {
      #expect(throws: HTTPParseError(.badRequest, "the request line is malformed")) {
        try Array("GET\r\n\r\n".utf8).withBytes { bytes in
          var input = bytes
          _ = try parser.next(&input)
        }
      }
    }
  }

  @Test func endOfInputInsideARequestIsAnError() {
    let request = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    for length in 1...request.utf8.count {
      let lines = requestTranscript(String(request.prefix(length)), finishes: true)
      #expect(lines.contains { $0.hasPrefix("error") } == (length < request.count), "\(length)")
    }
    #expect(requestTranscript("", finishes: true).isEmpty)
  }

  @Test func limits() {
    let limits = HTTPLimits(
      requestLineBytesMax: 40, headerCountMax: 3, headerBytesMax: 100, bodyBytesMax: 10, trailerBytesMax: 30,
      trailerCountMax: 2, chunkExtensionBytesMax: 8)
    func status(_ text: String) -> String { requestTranscript(text, limits: limits).last ?? "" }
    let line = "GET /" + String(repeating: "a", count: 26) + " HTTP/1.1"
    #expect(line.utf8.count == 40)
    #expect(status("\(line)\r\nHost: h\r\n\r\n") == "end []")
    #expect(status("\(line.replacing("GET", with: "HEAD"))\r\nHost: h\r\n\r\n").hasPrefix("error 414"))
    #expect(status("GET / HTTP/1.1\r\nHost: h\r\na: b\r\nc: d\r\n\r\n") == "end []")
    #expect(status("GET / HTTP/1.1\r\nHost: h\r\na: b\r\nc: d\r\ne: f\r\n\r\n").hasPrefix("error 431"))
    let long = String(repeating: "v", count: 90)
    #expect(status("GET / HTTP/1.1\r\nHost: h\r\na: \(long)\r\n\r\n").hasPrefix("error 431"))
    #expect(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789") == "end []")
    #expect(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n").hasPrefix("error 413"))
    let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(status("\(chunked)a\r\n0123456789\r\n0\r\n\r\n") == "end []")
    #expect(status("\(chunked)a\r\n0123456789\r\n1\r\n").hasPrefix("error 413"))
    #expect(status("\(chunked)b\r\n").hasPrefix("error 413"))
    #expect(status("\(chunked)1;abcdefg\r\nx\r\n0\r\n\r\n") == "end []")
    #expect(status("\(chunked)1;abcdefg\r\nx\r\n0;\r\n\r\n").hasPrefix("error 400"))
    #expect(status("\(chunked)0\r\na: b\r\nc: d\r\n\r\n") == "end [a=b|c=d]")
    #expect(status("\(chunked)0\r\na: b\r\nc: d\r\ne: f\r\n\r\n").hasPrefix("error 431"))
    #expect(status("\(chunked)0\r\na: \(long)\r\n\r\n").hasPrefix("error 431"))
  }

  /// A line without an end must be refused at the limit, not kept.
  @Test func endlessLinesAreRefusedAtTheLimit() {
    let filler = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    #expect(requestTranscript(Array(repeating: filler, count: 9)).last?.hasPrefix("error 414") == true)
    let head = Array("GET / HTTP/1.1\r\nHost: h\r\nX: ".utf8)
    #expect(requestTranscript([head] + Array(repeating: filler, count: 33)).last?.hasPrefix("error 431") == true)
  }
}
