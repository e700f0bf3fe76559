import Testing

@testable import HTTP

/// Messages that two recipients could read differently, and plain nonsense: each gets one status and the connection ends.
@Suite("HTTP/1.1 refusals")
struct RequestSmugglingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int
    var request: String
    var testDescription: String { name }

    init(_ name: String, _ status: Int, _ request: String) {
      self.name = name
      self.status = status
      self.request = request
    }
  }

  private static let line = "POST / HTTP/1.1\r\n"
  private static let start = "POST / HTTP/1.1\r\nHost: h\r\n"
  private static let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

  static let framing = [
    Case("CL.TE", 400, start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case("TE.CL", 400, start + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    Case("CL twice, equal", 400, start + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
    Case("CL twice, different", 400, start + "Content-Length: 4\r\ncontent-length: 5\r\n\r\nabcd"),
    Case("CL list, equal", 400, start + "Content-Length: 4, 4\r\n\r\nabcd"),
    Case("CL list, different", 400, start + "Content-Length: 4,5\r\n\r\nabcd"),
    Case("CL empty", 400, start + "Content-Length:\r\n\r\n"),
    Case("CL plus", 400, start + "Content-Length: +4\r\n\r\nabcd"),
    Case("CL minus", 400, start + "Content-Length: -4\r\n\r\nabcd"),
    Case("CL hex", 400, start + "Content-Length: 0x4\r\n\r\nabcd"),
    Case("CL inner space", 400, start + "Content-Length: 1 2\r\n\r\nabcd"),
    Case("CL decimal point", 400, start + "Content-Length: 4.0\r\n\r\nabcd"),
    Case("CL overflow", 400, start + "Content-Length: 9223372036854775808\r\n\r\n"),
    Case("CL overflow of 64 bits", 400, start + "Content-Length: 18446744073709551620\r\n\r\n"),
    Case("CL other digits", 400, start + "Content-Length: \u{0664}\r\n\r\n"),
    Case("TE twice", 400, start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
    Case("TE chunked twice in one", 400, start + "Transfer-Encoding: chunked, chunked\r\n\r\n"),
    Case("TE identity after chunked", 501, start + "Transfer-Encoding: chunked, identity\r\n\r\n"),
    Case("TE identity", 501, start + "Transfer-Encoding: identity\r\n\r\n"),
    Case("TE gzip, chunked", 501, start + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
    Case("TE unknown", 501, start + "Transfer-Encoding: xchunked\r\n\r\n"),
    Case("TE quoted", 400, start + "Transfer-Encoding: \"chunked\"\r\n\r\n"),
    Case("TE with a parameter", 400, start + "Transfer-Encoding: chunked;q=1\r\n\r\n"),
    Case("TE empty", 400, start + "Transfer-Encoding:\r\n\r\n"),
    Case("TE comma only", 400, start + "Transfer-Encoding: ,\r\n\r\n"),
    Case("TE trailing comma", 400, start + "Transfer-Encoding: chunked,\r\n\r\n"),
    Case("TE vertical tab", 400, start + "Transfer-Encoding: \u{0B}chunked\r\n\r\n"),
    Case("TE in HTTP/1.0", 400, "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"),
    Case("TE with space before the colon", 400, start + "Transfer-Encoding : chunked\r\n\r\n"),
    Case("TE folded", 400, start + "Transfer-Encoding:\r\n chunked\r\n\r\n"),
    Case("TE hidden by a bare CR", 400, start + "X: y\rTransfer-Encoding: chunked\r\n\r\n"),
    Case("TE hidden by a bare LF", 400, start + "X: y\nTransfer-Encoding: chunked\r\n\r\n"),
  ]

  static let chunks = [
    Case("chunk size missing", 400, chunked + "\r\nabc"), Case("chunk size with sign", 400, chunked + "+3\r\nabc"),
    Case("chunk size negative", 400, chunked + "-3\r\nabc"), Case("chunk size 0x", 400, chunked + "0x3\r\nabc"),
    Case("chunk size with leading space", 400, chunked + " 3\r\nabc"),
    Case("chunk size not hex", 400, chunked + "g\r\nabc"),
    Case("chunk size with junk behind a space", 400, chunked + "3 3\r\nabc"),
    Case("chunk size too large", 400, chunked + "1000000000000000\r\n"),
    Case("chunk size wraps", 400, chunked + "10000000000000003\r\n"),
    Case("chunk size beyond the body limit", 413, chunked + "fffffffffffffff\r\n"),
    Case("chunk size with endless zeros", 400, chunked + String(repeating: "0", count: 40)),
    Case("chunk size line ends with LF", 400, chunked + "3\nabc\r\n"),
    Case("chunk size line ends with CR and more", 400, chunked + "3\rabc\r\n"),
    Case("chunk extension ends with LF", 400, chunked + "3;a\nabc\r\n"),
    Case("chunk extension holds a bare CR", 400, chunked + "3;a\rb\r\nabc\r\n"),
    Case("chunk extension holds a NUL", 400, chunked + "3;a\0\r\nabc\r\n"),
    Case("chunk extension with an open quote", 400, chunked + "3;a=\"b\r\nabc\r\n"),
    Case("chunk extension with a delimiter", 400, chunked + "3;a=(b)\r\nabc\r\n"),
    Case("chunk longer than its size", 400, chunked + "3\r\nabcd\r\n"),
    Case("chunk ends with LF", 400, chunked + "3\r\nabc\n0\r\n\r\n"),
    Case("chunk ends with CR and more", 400, chunked + "3\r\nabc\rx"),
    Case("trailer Content-Length", 400, chunked + "0\r\nContent-Length: 3\r\n\r\n"),
    Case("trailer Transfer-Encoding", 400, chunked + "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    Case("trailer Host", 400, chunked + "0\r\nHost: evil\r\n\r\n"),
    Case("trailer with LF", 400, chunked + "0\r\na: b\n\r\n"),
    Case("trailer folded", 400, chunked + "0\r\na: b\r\n c\r\n\r\n"),
    Case("trailer end with LF", 400, chunked + "0\r\n\n"),
  ]

  static let hosts =
    [
      Case("no Host", 400, line + "\r\n"), Case("two Hosts", 400, start + "Host: h\r\n\r\n"),
      Case("Host list", 400, line + "Host: a, b\r\n\r\n"), Case("Host empty", 400, line + "Host:\r\n\r\n"),
    ]
    + [
      "a b", "a/b", "user@h", "h:port", "h:65536", "h:999999", "h:80:80", "[::1", "[]", "[::1]x", "[::g]", ":80",
      "h\u{e9}", "h\\x", "h?x", "h#x", "%zz", "%00", "h\"", "<h>",
    ].map { Case("Host \($0)", 400, line + "Host: \($0)\r\n\r\n") }

  static let lines = [
    Case("bare LF after the request line", 400, "GET / HTTP/1.1\nHost: h\r\n\r\n"),
    Case("bare LF only", 400, "GET / HTTP/1.1\nHost: h\n\n"), Case("LF first", 400, "\nGET / HTTP/1.1\r\n"),
    Case("bare CR in the request line", 400, "GET /\rx HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("head ends with LF", 400, start + "\n"), Case("bare CR in a value", 400, start + "a: b\rc\r\n\r\n"),
    Case("NUL in a value", 400, start + "a: b\0c\r\n\r\n"), Case("DEL in a value", 400, start + "a: b\u{7f}\r\n\r\n"),
    Case("control in a value", 400, start + "a: b\u{01}c\r\n\r\n"),
    Case("NUL in a name", 400, start + "a\0: b\r\n\r\n"),
    Case("folded", 400, start + "a: b\r\n c\r\n\r\n"), Case("folded with tab", 400, start + "a: b\r\n\tc\r\n\r\n"),
    Case("first field folded", 400, line + " Host: h\r\n\r\n"),
    Case("space before colon", 400, start + "a : b\r\n\r\n"),
    Case("tab before colon", 400, start + "a\t: b\r\n\r\n"), Case("space in a name", 400, start + "a b: c\r\n\r\n"),
    Case("no colon", 400, start + "abc\r\n\r\n"), Case("no name", 400, start + ": b\r\n\r\n"),
    Case("delimiter in a name", 400, start + "a(b): c\r\n\r\n"), Case("8-bit name", 400, start + "\u{e9}: c\r\n\r\n"),
    Case("unknown method", 501, "BREW / HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("lower-case method", 501, "get / HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("TRACE", 501, "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("CONNECT", 501, "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("malformed method", 400, "GE(T / HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("no method", 400, " / HTTP/1.1\r\nHost: h\r\n\r\n"), Case("HTTP/0.9", 400, "GET /\r\n\r\n"),
    Case("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Case("HTTP/2.0", 505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
    Case("HTTP/0.9 named", 505, "GET / HTTP/0.9\r\nHost: h\r\n\r\n"),
    Case("version malformed", 400, "GET / HTTP/1.\r\nHost: h\r\n\r\n"),
    Case("version with three digits", 400, "GET / HTTP/1.10\r\nHost: h\r\n\r\n"),
    Case("version lower case", 400, "GET / http/1.1\r\nHost: h\r\n\r\n"),
    Case("two spaces", 400, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("trailing space", 400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
    Case("space in the target", 400, "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("tabs for spaces", 400, "GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("TLS hello", 400, "\u{16}\u{03}\u{01}\0\u{05}\u{01}\0\0\u{01}\n"),
    Case("unknown expectation", 417, start + "Expect: 200-ok\r\n\r\n"),
  ]

  static let targets =
    [
      "", "h:443", "foo", "../x", "//h@x /", "ftp://h/", "http://", "http:///x", "http://u@h/", "http://h:99999/",
      "/a#b",
      "/\u{e9}", "/\u{7f}", "/%", "/%4", "/%zz", "/%00", "/a?%", "/a?b=%00", "/%ff", "/%c0%af", "/%ed%a0%80", "*",
      "http://other/",
    ].map { Case("target \($0)", 400, "GET \($0) HTTP/1.1\r\nHost: h\r\n\r\n") }

  @Test(arguments: framing + chunks + hosts + lines + targets)
  func refused(_ refusal: Case) {
    let bytes = Array(refusal.request.utf8)
    let lines = requestTranscript([bytes])
    #expect(lines.last?.hasPrefix("error \(refusal.status):") == true, "\(lines)")
    // Whatever came with it must never be read as a request of its own.
    #expect(lines.filter { $0.hasPrefix("end") }.isEmpty)
    #expect(requestTranscript(bytes.map { [$0] }) == lines)
  }

  @Test(arguments: [
    "h", "example.org", "example.org:", "example.org:80", "127.0.0.1:65535", "[::1]:8080", "[::ffff:1.2.3.4]", "a_b~c",
    "h%41",
  ])
  func validHosts(host: String) throws {
    #expect(try parsedHead("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").authority == host)
  }
}
