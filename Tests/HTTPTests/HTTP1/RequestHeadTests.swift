import SeededRandom
import Testing

@testable import HTTP

@Suite("HTTP request head")
struct RequestHeadTests {
  @Test(arguments: [
    ("/", [""]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("/a//b", ["a", "", "b"]), ("/a%2Fb/c", ["a/b", "c"]),
    ("/%C3%A9?x=1/2", ["é"]), ("/a+b", ["a+b"]),
  ])
  func segments(target: String, expected: [String]) throws {
    #expect(try HTTPRequestHead(method: .get, target: target).pathSegments == expected)
  }

  @Test func absoluteForm() throws {
    let head = try parsedHead("GET http://Example.org:80/a?b HTTP/1.1\r\nHost: example.ORG:80\r\n\r\n")
    #expect(head.path == "/a" && head.query == "b" && head.authority == "Example.org:80")
    #expect(head.target == "http://Example.org:80/a?b")
    let bare = try parsedHead("GET https://h?b=1 HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(bare.path == "/" && bare.query == "b=1" && bare.pathSegments == [""])
  }

  @Test func asteriskForm() throws {
    let head = try parsedHead("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(head.isAsteriskForm && head.path == "*" && head.query == nil)
  }

  @Test func queryParameters() throws {
    let head = try HTTPRequestHead(method: .get, target: "/?a=1&b=%C3%A9+x&a=2&&c&=d&e==")
    let query = try head.queryParameters()
    #expect(query.values(of: "a") == ["1", "2"] && query["b"] == "é x" && query["c"] == "" && query["e"] == "=")
    #expect(query[""] == "d" && query["missing"] == nil && query.pairs.count == 6)
    #expect(throws: HTTPParseError.self) { try head.queryParameters(countMax: 5) }
    #expect(try HTTPRequestHead(method: .get, target: "/").queryParameters().isEmpty)
  }

  @Test func formBodies() throws {
    let form = try URLEncodedParameters(parsing: Array("text=a%26b%0D%0Ac&text=+".utf8))
    #expect(form.values(of: "text") == ["a&b\r\nc", " "])
    for bad in ["a=%", "a=%4", "a=%x0", "%00=b", "a=\0"] {
      #expect(throws: HTTPParseError.self) { try URLEncodedParameters(parsing: Array(bad.utf8)) }
    }
  }

  @Test func headersAreOrderedAndCaseInsensitive() {
    var headers: HTTPHeaders = ["A": "1", "b": "2", "a": "3"]
    #expect(headers["a"] == "1" && headers.values(of: "A") == ["1", "3"] && headers.count(of: "a") == 2)
    #expect(headers.map(\.name) == ["A", "b", "a"])
    headers.set("B", "4")
    #expect(headers.map(\.value) == ["1", "3", "4"])
    headers.remove("a")
    #expect(headers == ["B": "4"] && !headers.contains("a") && headers["zz"] == nil)
    #expect(headers != ["B": "5"] && headers != [:])
  }

  @Test func listTokens() {
    let headers: HTTPHeaders = ["Connection": "keep-alive, \t Upgrade ,,", "connection": "x"]
    #expect(headers.contains("connection", token: "upgrade") && headers.contains("Connection", token: "X"))
    #expect(!headers.contains("connection", token: "up") && !headers.contains("connection", token: ""))
    #expect(!(["A": "\"x, upgrade\""] as HTTPHeaders).contains("a", token: "upgrade"))
  }

  @Test func cookies() {
    let headers: HTTPHeaders = ["Cookie": "a=1; b=\"two\"; a=3;c=;bad; =x; d=e=f", "cookie": "a=4"]
    let cookies = HTTPCookies(headers)
    #expect(cookies.cookies.map(\.name) == ["a", "b", "a", "c", "d", "a"])
    #expect(cookies.cookies.map(\.value) == ["1", "two", "3", "", "e=f", "4"])
    #expect(cookies["b"] == "two" && cookies["A"] == nil)
    #expect(HTTPCookies.values(of: "a", in: headers) == ["1", "3", "4"])
    let many: HTTPHeaders = ["Cookie": String(repeating: "a=1;", count: 1000)]
    #expect(HTTPCookies(many).cookies.count == HTTPCookies.countMax)
  }

  @Test func setCookie() throws {
    #expect(
      try SetCookie("s", "abc", maxAgeSeconds: 60).fieldValue
        == "s=abc; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax")
    #expect(
      try SetCookie("s", "", maxAgeSeconds: 0, isSecure: false, isHTTPOnly: false, sameSite: nil).fieldValue
        == "s=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    for (name, value) in [
      ("", "x"), ("a b", "x"), ("a=", "x"), ("a", "x;y"), ("a", "x\r\ny"), ("a", "x y"), ("a", "é"),
    ] {
      #expect(throws: HTTPFieldError.self) { try SetCookie(name, value).fieldValue }
    }
    #expect(throws: HTTPFieldError.self) { try SetCookie("a", "b", path: "/;x").fieldValue }
  }

  @Test func mediaTypes() throws {
    let type = try #require(MediaType(parsing: "Multipart/Form-Data; Boundary=\"a;\\\"b\"; x=Y"))
    #expect(type.essence == "multipart/form-data" && type["boundary"] == "a;\"b" && type["x"] == "Y")
    #expect(MediaType(parsing: "text/html;charset=utf-8")?["charset"] == "utf-8")
    for bad in ["", "text", "text/", "/html", "te xt/html", "text/html; a", "text/html; a=\"b", ";a=b", "a/b; =c"] {
      #expect(MediaType(parsing: bad) == nil, "\(bad)")
    }
  }

  @Test(arguments: [
    ("gzip", true), ("gzip, deflate, br", true), ("GZIP;q=0.5", true), ("gzip;q=0", false), ("*", true),
    ("*;q=0", false), ("gzip;q=0, *", false), ("identity, gzip;q=0.5", false), ("identity;q=0.5, gzip", true),
    ("br", false),
    ("", false), ("gzip;q=2", false), ("gzip;q=0.0001", false), ("gzip;x=1", false), ("gzip;q=1.000", true),
  ])
  func acceptEncoding(value: String, expected: Bool) {
    #expect(AcceptEncoding(["Accept-Encoding": value]).prefersGzip == expected)
  }

  @Test func acceptEncodingDefaults() {
    #expect(!AcceptEncoding([:]).prefersGzip)
    #expect(AcceptEncoding(["Accept-Encoding": "gzip;q=0.123"]).weightThousandths(of: "gzip") == 123)
    #expect(AcceptEncoding([:]).weightThousandths(of: "identity") == 1000)
  }

  @Test func entityTags() throws {
    let strong = try EntityTag("abc")
    let weak = try EntityTag("abc", isWeak: true)
    #expect(strong.fieldValue == "\"abc\"" && weak.fieldValue == "W/\"abc\"")
    for value in ["\"abc\"", "W/\"abc\"", "\"x\", W/\"abc\"", "*", " * ", "\"a,b\",\"abc\""] {
      #expect(strong.matchesIfNoneMatch(["If-None-Match": value]), "\(value)")
      #expect(weak.matchesIfNoneMatch(["If-None-Match": value]), "\(value)")
    }
    for value in ["", "abc", "\"abcd\"", "w/\"abc\"", "\"abc", "\"*\""] {
      #expect(!strong.matchesIfNoneMatch(["If-None-Match": value]), "\(value)")
    }
    #expect(strong.matchesIfMatch(["If-Match": "\"abc\""]) && !strong.matchesIfMatch(["If-Match": "W/\"abc\""]))
    #expect(!weak.matchesIfMatch(["If-Match": "\"abc\""]) && !strong.matchesIfNoneMatch([:]))
    // A backslash is a plain character in a tag and escapes nothing.
    let backslash = try EntityTag("a\\")
    #expect(backslash.matchesIfNoneMatch(["If-None-Match": #""b", "a\", W/"c""#]))
    #expect(strong.matchesIfNoneMatch(["If-None-Match": #""a\", "abc""#]))
    #expect(throws: HTTPFieldError.self) { try EntityTag("a\"b") }
    #expect(throws: HTTPFieldError.self) { try EntityTag("a\r\nb") }
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func dates(seconds: Int, text: String) {
    #expect(HTTPDate(unixSeconds: seconds).text == text)
    #expect(HTTPDate(parsing: text)?.unixSeconds == seconds)
  }

  @Test(arguments: [
    "", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
    "Wed, 30 Feb 2000 00:00:00 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 9994 08:49:3x GMT",
  ])
  func invalidDates(text: String) {
    #expect(HTTPDate(parsing: text) == nil)
  }

  @Test func datesRoundTrip() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let seconds = Int.random(in: 0...253_402_300_799, using: &generator)
      #expect(HTTPDate(parsing: HTTPDate(unixSeconds: seconds).text)?.unixSeconds == seconds, "seed \(seed)")
    }
  }
}
