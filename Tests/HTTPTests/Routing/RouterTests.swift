import Testing

@testable import HTTP

@Suite("Router")
struct RouterTests {
  private func makeRouter() throws -> Router<String> {
    var router = Router<String>()
    for (method, pattern) in [
      (HTTPMethod.get, "/"), (.get, "/api/channels"), (.post, "/api/channels"),
      (.get, "/api/channels/{channel_id}/messages"), (.post, "/api/channels/{id}/messages"),
      (.get, "/api/channels/search"), (.patch, "/api/channels/{channel_id}"), (.get, "/api/{kind}/{id}/raw"),
      (.get, "/assets/{path*}"), (.get, "/assets/app.js"), (.delete, "/assets/{file}"),
    ] {
      try router.add(method, pattern, "\(method.rawValue) \(pattern)")
    }
    return router
  }

  private func describe(_ match: RouteMatch<String>) -> String {
    switch match {
    case .found(let handler, let parameters):
      let names = ["channel_id", "id", "kind", "path", "file"]
      let values = names.compactMap { name in parameters[name].map { "\(name)=\($0)" } }
      return ([handler] + values).joined(separator: " ")
    case .options(let allowed): return "options \(allowed.map(\.rawValue))"
    case .methodNotAllowed(let allowed): return "405 \(allowed.map(\.rawValue))"
    case .notFound: return "404"
    }
  }

  @Test(arguments: [
    ("GET", "/", "GET /"), ("HEAD", "/api/channels", "GET /api/channels"),
    ("GET", "/api/channels/chn_1/messages", "GET /api/channels/{channel_id}/messages channel_id=chn_1"),
    ("POST", "/api/channels/chn_1/messages", "POST /api/channels/{id}/messages id=chn_1"),
    ("GET", "/api/channels/search", "GET /api/channels/search"),
    // A literal that leads nowhere gives way to the parameter, in path and in method.
    ("GET", "/api/channels/search/messages", "GET /api/channels/{channel_id}/messages channel_id=search"),
    ("PATCH", "/api/channels/search", "PATCH /api/channels/{channel_id} channel_id=search"),
    ("GET", "/api/channels/x/raw", "GET /api/{kind}/{id}/raw id=x kind=channels"),
    ("GET", "/api/channels/a%2Fb%20%C3%A9/messages", "GET /api/channels/{channel_id}/messages channel_id=a/b é"),
    ("GET", "/api/ch%61nnels", "GET /api/channels"), ("GET", "/assets/app.js", "GET /assets/app.js"),
    ("GET", "/assets/img/a.png", "GET /assets/{path*} path=img/a.png"),
    ("GET", "/assets/a%20b/c", "GET /assets/{path*} path=a b/c"),
    ("DELETE", "/assets/x", "DELETE /assets/{file} file=x"),
    ("GET", "/assets/", "404"), ("GET", "/assets", "404"), ("GET", "/assets/../x", "404"),
    ("GET", "/assets/a/%2e%2E/x", "404"), ("GET", "/assets/./x", "404"), ("GET", "/assets/a//b", "404"),
    ("GET", "/assets/..%2fx/y", "404"), ("GET", "/assets/x/..%5Cy", "404"), ("GET", "/api/channels/", "404"),
    ("GET", "//api/channels", "404"), ("GET", "/api//channels", "404"), ("GET", "/API/channels", "404"),
    ("GET", "/api/channels//messages", "404"), ("GET", "/api", "404"), ("GET", "", "404"), ("GET", "x", "404"),
    ("PUT", "/api/channels", "405 [\"GET\", \"HEAD\", \"POST\", \"OPTIONS\"]"),
    ("POST", "/api/channels/search", "405 [\"GET\", \"HEAD\", \"PATCH\", \"OPTIONS\"]"),
    ("HEAD", "/api/channels/x", "405 [\"PATCH\", \"OPTIONS\"]"), ("OPTIONS", "/nothing", "404"),
    ("OPTIONS", "/api/channels", "options [\"GET\", \"HEAD\", \"POST\", \"OPTIONS\"]"),
    ("OPTIONS", "*", "options [\"GET\", \"HEAD\", \"POST\", \"PATCH\", \"DELETE\", \"OPTIONS\"]"),
  ])
  func matches(method: String, path: String, expected: String) throws {
    let method = try #require(HTTPMethod(rawValue: method))
    #expect(describe(try makeRouter().match(method, path: path)) == expected)
  }

  @Test func matchesHeads() throws {
    let head = try HTTPRequestHead(method: .get, target: "http://h/api/channels?x=/y")
    #expect(describe(try makeRouter().match(head)) == "GET /api/channels")
  }

  @Test func typedParameters() throws {
    var router = Router<Int>()
    try router.add(.get, "/n/{number}", 1)
    guard case .found(_, let parameters) = router.match(.get, path: "/n/42") else {
      Issue.record("not found")
      return
    }
    #expect(parameters["number", as: Int.self] == 42 && parameters["other", as: Int.self] == nil)
    #expect(RouteParameters(["a": "x"])["a", as: Int.self] == nil && RouteParameters(["a": "x"])["a"] == "x")
  }

  @Test func explicitHeadAndOptionsWin() throws {
    var router = Router<String>()
    try router.add(.get, "/x", "get")
    try router.add(.head, "/x", "head")
    try router.add(.options, "/x", "options")
    #expect(describe(router.match(.head, path: "/x")) == "head")
    #expect(describe(router.match(.options, path: "/x")) == "options")
  }

  @Test func listsRoutes() throws {
    let routes = try makeRouter().routes
    #expect(routes.count == 11 && routes[1] == (.get, "/api/channels") && routes[10] == (.delete, "/assets/{file}"))
  }

  @Test(arguments: [
    "", "x", "/{", "/{}", "/{a", "/a}", "/a{b}", "/{a}b", "/{*}", "/{a*}/b", "/{a}/{a}", "/{a b}", "/{a**}",
  ])
  func malformedPatterns(pattern: String) {
    var router = Router<Int>()
    #expect(throws: RouteError.self) { try router.add(.get, pattern, 1) }
  }

  @Test(arguments: [("/a", "/a"), ("/a/{x}", "/a/{y}"), ("/a/{x*}", "/a/{y*}"), ("/{a}/{b}", "/{c}/{d}")])
  func ambiguousPatterns(first: String, second: String) throws {
    var router = Router<Int>()
    try router.add(.get, first, 1)
    try router.add(.post, second, 2)
    #expect(throws: RouteError.self) { try router.add(.get, second, 3) }
    #expect(router.routes.count == 2)
  }

  @Test func longPathsAreBounded() throws {
    let long = "/assets" + String(repeating: "/a", count: 5000)
    #expect(describe(try makeRouter().match(.get, path: long)) == "404")
  }
}
