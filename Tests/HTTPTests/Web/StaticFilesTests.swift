import Testing

@testable import HTTP

@Suite struct StaticFilesTests {
  func get(_ path: String, method: String = "GET", ifNoneMatch: String? = nil) -> APIResponse? {
    StaticFiles.response(method: method, path: path, ifNoneMatch: ifNoneMatch)
  }

  func header(_ name: String, of response: APIResponse?) -> String? {
    response?.headers.first { $0.name == name }?.value
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
    #expect(header("X-Frame-Options", of: response) == (mayBeFramed ? nil : "SAMEORIGIN"))
  }

  @Test(arguments: [
    "/assets/nope.js", "/nope.png", "/assets/", "/assets/../index.html", "/apple", "/embed", "", "/api/me", "/API",
    "//app", "/assets/main.js/", "/assets/%6dain.js", "/app\u{0}",
  ])
  func otherPathsGiveNothing(_ path: String) {
    #expect(get(path) == nil)
  }

  @Test func everyFileOfThePageIsThere() throws {
    let page = String(decoding: try #require(get("/")).body, as: UTF8.self)
    var paths = page.split(separator: "\"").filter { $0.hasPrefix("/assets/") }.map(String.init)
    var checked = 0
    while checked < paths.count {
      let response = try #require(get(paths[checked]), "\(paths[checked])")
      let imports = String(decoding: response.body, as: UTF8.self).split(separator: "\"").map(String.init)
        .filter { $0.hasPrefix("/assets/") && !paths.contains($0) }
      paths += imports
      checked += 1
    }
    #expect(checked >= 7)
    #expect(!page.contains("<style") && !page.contains("style=") && !page.contains("onclick"))
  }

  @Test func scriptsNeverParseHTML() {
    for asset in StaticAsset.all.values where asset.path.hasSuffix(".js") {
      let text = String(decoding: asset.bytes, as: UTF8.self)
      for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
        #expect(!text.contains(sink), "\(asset.path) uses \(sink)")
      }
    }
  }

  @Test func unchangedFilesAreNotSentAgain() throws {
    let first = try #require(get("/assets/main.js"))
    let tag = try #require(header("ETag", of: first))
    for field in [tag, "W/\(tag)", "\"other\", \(tag)", "  \(tag)  ", "*"] {
      let again = try #require(get("/assets/main.js", ifNoneMatch: field))
      #expect(again.status == 304)
      #expect(again.body.isEmpty)
      #expect(header("ETag", of: again) == tag)
    }
    for field in ["", "\"other\"", "W/\"other\"", tag.replacingQuotes] {
      #expect(get("/assets/main.js", ifNoneMatch: field)?.status == 200)
    }
  }

  @Test func tagsDifferBetweenFiles() {
    #expect(Set(StaticAsset.all.values.map(\.etag)).count == StaticAsset.all.count)
  }

  @Test func filesAreOnlyRead() {
    let response = get("/", method: "POST")
    #expect(response?.status == 405)
    #expect(header("Allow", of: response) == "GET, HEAD")
    #expect(get("/", method: "HEAD")?.status == 200)
    #expect(get("/nope", method: "POST") == nil)
  }
}

extension String {
  /// The text without its quotes.
  fileprivate var replacingQuotes: String { String(filter { $0 != "\"" }) }
}
