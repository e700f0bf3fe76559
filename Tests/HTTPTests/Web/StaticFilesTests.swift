import Testing

@testable import HTTP

@Suite struct StaticFilesTests {
  func get(
    _ path: String, method: String = "GET", ifNoneMatch: String? = nil, accepting accepted: String = ""
  ) -> APIResponse? {
    var headers: HTTPHeaders = ["Accept-Encoding": accepted]
    if let ifNoneMatch { headers.append("If-None-Match", ifNoneMatch) }
    return StaticFiles.response(method: method, path: path, headers: headers)
  }

  func header(_ name: String, of response: APIResponse?) -> String? {
    response?.headers.first { $0.name == name }?.value
  }

  /// The addresses of the files that the page names.
  func named() throws -> [String] {
    let page = String(decoding: try #require(get("/")).body, as: UTF8.self)
    return page.split(separator: "\"").filter { $0.hasPrefix("/assets/") }.map(String.init)
  }

  @Test(arguments: [
    "/", "/app", "/app/", "/app/T0000000000000000/C0000000000000000", "/embed/thread/T0/M0", "/embed/channel/T0/C0",
  ])
  func theClientsOwnPathsGiveItsPage(_ path: String) {
    let response = get(path)
    #expect(response?.status == 200)
    #expect(response?.contentType.hasPrefix("text/html") == true)
    let mayBeFramed = path.hasPrefix("/embed/")
    #expect(header("Content-Security-Policy", of: response) == (mayBeFramed ? "frame-ancestors 'self'" : nil))
    #expect(header("X-Frame-Options", of: response) == (mayBeFramed ? nil : "DENY"))
    #expect(header("Cache-Control", of: response) == "no-cache")
  }

  @Test(arguments: [
    "/assets/nope.js", "/nope.png", "/assets/", "/assets/../index.html", "/apple", "/embed", "", "/api/me", "/API",
    "//app", "/assets/favicon.svg/", "/assets/%66avicon.svg", "/app\u{0}",
  ])
  func otherPathsGiveNothing(_ path: String) {
    #expect(get(path) == nil)
  }

  @Test func everyFileOfThePageIsThere() throws {
    for path in try named() { #expect(get(path)?.status == 200, "\(path)") }
  }

  @Test func thePageAllowsNoInlineCodeAndNoUncheckedHTML() throws {
    let page = String(decoding: try #require(get("/")).body, as: UTF8.self)
    try #require(try !named().isEmpty, "build the web client first: make web")
    #expect(!page.contains("<style") && !page.contains("style=") && !page.contains("onclick"))
    #expect(!page.contains("unsafe-"))
    for rule in ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "base-uri 'none'"] {
      #expect(page.contains(rule))
    }
  }

  @Test func theSmallestAcceptedFormIsSent() throws {
    let script = try #require(try named().first { $0.hasSuffix(".js") && $0.contains("main") })
    let plain = try #require(get(script))
    #expect(header("Content-Encoding", of: plain) == nil)
    let gzip = try #require(get(script, accepting: "gzip"))
    #expect(header("Content-Encoding", of: gzip) == "gzip")
    let brotli = try #require(get(script, accepting: "gzip, deflate, br"))
    #expect(header("Content-Encoding", of: brotli) == "br")
    #expect(brotli.body.count < gzip.body.count && gzip.body.count < plain.body.count)
    #expect(header("Content-Encoding", of: get(script, accepting: "br;q=0, gzip;q=0.5")) == "gzip")
    #expect(Set([plain, gzip, brotli].map { header("ETag", of: $0) }).count == 3)
    for response in [plain, gzip, brotli] { #expect(header("Vary", of: response) == "Accept-Encoding") }
    #expect(header("Cache-Control", of: plain)?.hasSuffix("immutable") == true)
  }

  @Test func unchangedFilesAreNotSentAgain() throws {
    let first = try #require(get("/"))
    let tag = try #require(header("ETag", of: first))
    for field in [tag, "W/\(tag)", "\"other\", \(tag)", "  \(tag)  ", "*"] {
      let again = try #require(get("/", ifNoneMatch: field))
      #expect(again.status == 304)
      #expect(again.body.isEmpty)
      #expect(header("ETag", of: again) == tag)
      #expect(header("Content-Encoding", of: again) == nil)
    }
    for field in ["", "\"other\"", "W/\"other\"", String(tag.filter { $0 != "\"" })] {
      #expect(get("/", ifNoneMatch: field)?.status == 200)
    }
  }

  @Test func tagsDifferBetweenFiles() {
    #expect(Set(StaticAsset.all.values.map(\.plain.tag)).count == StaticAsset.all.count)
  }

  @Test func filesAreOnlyRead() {
    let response = get("/", method: "POST")
    #expect(response?.status == 405)
    #expect(header("Allow", of: response) == "GET, HEAD")
    #expect(get("/", method: "HEAD")?.status == 200)
    #expect(get("/nope", method: "POST") == nil)
  }
}
