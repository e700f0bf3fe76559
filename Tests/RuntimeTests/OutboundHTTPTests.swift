import Glibc
import Testing

@testable import Runtime

extension Result<OutboundResponse, OutboundHTTPError> {
  fileprivate var response: OutboundResponse? {
    if case .success(let response) = self { response } else { nil }
  }
}

extension OutboundHTTPClient {
  fileprivate func outcome(_ request: OutboundRequest) async -> Result<OutboundResponse, OutboundHTTPError> {
    do throws(OutboundHTTPError) {
      return .success(try await send(request))
    } catch {
      return .failure(error)
    }
  }
}

@Suite struct OutboundHTTPTests {
  private static func ok(_ body: String, headers: String = "") -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(headers)\r\n\(body)"
  }

  private static func redirect(_ status: Int, to url: String) -> String {
    "HTTP/1.1 \(status) Moved\r\nLocation: \(url)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
  }

  private func withServer(
    allowing: [String] = ["127.0.0.0/8"], limits: OutboundHTTPLimits = OutboundHTTPLimits(),
    answer: @escaping @Sendable (TinyHTTPServer.Request) -> String?,
    _ body: (TinyHTTPServer, OutboundHTTPClient, EventLoopGroup) async throws -> Void
  ) async throws {
    try await withGroup { group in
      let server = try TinyHTTPServer(group: group, answer: answer)
      let client = OutboundHTTPClient(
        loop: group.next(), addressGuard: try AddressGuard(allowing: allowing), limits: limits)
      try await body(server, client, group)
      client.shutdown()
      #expect(await client.outcome(.init(url: server.url("/"))) == .failure(.stopped))
    }
  }

  @Test func getsAnAllowedAddress() async throws {
    try await withServer(answer: { _ in Self.ok("hello", headers: "X-Color:  blue \r\n") }) { server, client, _ in
      let response = try await client.send(OutboundRequest(url: server.url("/greeting?x=1")))
      #expect(response.status == 200)
      #expect(response.body == Array("hello".utf8))
      #expect(response.header("x-color") == "blue")
      #expect(server.requests.value.map(\.line) == ["GET /greeting?x=1 HTTP/1.1"])
    }
  }

  @Test func sendsMethodHeadersAndBody() async throws {
    try await withServer(answer: { _ in Self.ok("") }) { server, client, _ in
      var request = OutboundRequest(method: "PUT", url: server.url("/object"), body: Array("payload".utf8))
      request.headers = [.init(name: "X-Signature", value: "abc"), .init(name: "X-Empty", value: "")]
      #expect(await client.outcome(request).response?.status == 200)
      request.method = "POST"
      request.body = []
      request.headers = [.init(name: "Content-Type", value: "application/json")]
      #expect(await client.outcome(request).response?.status == 200)
      let seen = server.requests.value
      #expect(seen[0].line == "PUT /object HTTP/1.1")
      #expect(seen[0].body == Array("payload".utf8))
      #expect(seen[0].headers["x-signature"] == "abc")
      #expect(seen[0].headers["x-empty"] == "")
      #expect(seen[0].headers["content-type"] == nil && seen[0].headers["expect"] == nil)
      #expect(seen[1].line == "POST /object HTTP/1.1")
      #expect(seen[1].headers["content-length"] == "0")
      #expect(seen[1].headers["content-type"] == "application/json")
    }
  }

  @Test func headHasNoBody() async throws {
    try await withServer(answer: { _ in
      "HTTP/1.1 200 OK\r\nContent-Length: 999\r\nConnection: close\r\n\r\n"
    }) { server, client, _ in
      let response = try await client.send(OutboundRequest(method: "HEAD", url: server.url("/")))
      #expect(response.status == 200 && response.body.isEmpty)
    }
  }

  @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
  func theGuardRefusesTheInside(host: String) async throws {
    try await withServer(allowing: [], answer: { _ in Self.ok("secret") }) { server, client, _ in
      let outcome = await client.outcome(OutboundRequest(url: server.url("/", host: host)))
      let wasRefused = if case .failure(.addressRefused) = outcome { true } else { false }
      #expect(wasRefused, "\(outcome)")
      #expect(server.requests.value.isEmpty)
    }
  }

  @Test func aHostOnTheListMayResolveToTheInside() async throws {
    try await withServer(allowing: ["localhost"], answer: { _ in Self.ok("hi") }) { server, client, _ in
      #expect(await client.outcome(OutboundRequest(url: server.url("/", host: "localhost"))).response?.status == 200)
      #expect(
        await client.outcome(OutboundRequest(url: server.url("/"))) == .failure(.addressRefused(host: "127.0.0.1")))
    }
  }

  @Test func redirectsAreReturnedUnlessAskedFor() async throws {
    try await withServer(answer: { _ in Self.redirect(302, to: "/elsewhere") }) { server, client, _ in
      let response = try await client.send(OutboundRequest(url: server.url("/")))
      #expect(response.status == 302)
      #expect(response.header("Location") == "/elsewhere")
    }
  }

  @Test func redirectsAreFollowedUpToTheirBound() async throws {
    try await withServer(answer: { request in
      switch request.line {
      case "POST /start HTTP/1.1": Self.redirect(303, to: "/middle")
      case "GET /middle HTTP/1.1": Self.redirect(307, to: "/end")
      case "GET /end HTTP/1.1": Self.ok("done")
      default: Self.redirect(302, to: "/loop")
      }
    }) { server, client, _ in
      var request = OutboundRequest(method: "POST", url: server.url("/start"), body: Array("x".utf8))
      request.headers = [.init(name: "Authorization", value: "secret")]
      request.redirectsMax = 2
      let response = try await client.send(request)
      #expect(response.body == Array("done".utf8))
      #expect(response.url == server.url("/end"))
      #expect(server.requests.value.map { $0.headers["authorization"] } == ["secret", "secret", "secret"])
      request.url = server.url("/loop")
      #expect(await client.outcome(request) == .failure(.tooManyRedirects))
    }
  }

  @Test func everyRedirectIsCheckedAgain() async throws {
    try await withGroup { group in
      let inside = try TinyHTTPServer(group: group) { _ in Self.ok("secret") }
      let insideURL = inside.url("/", host: "127.0.0.2")
      let outside = try TinyHTTPServer(group: group) { request in
        switch request.line {
        case "GET /file HTTP/1.1": Self.redirect(302, to: "file:///etc/passwd")
        default: Self.redirect(302, to: insideURL)
        }
      }
      let client = OutboundHTTPClient(loop: group.next(), addressGuard: try AddressGuard(allowing: ["127.0.0.1"]))
      var request = OutboundRequest(url: outside.url("/"))
      request.redirectsMax = 3
      #expect(await client.outcome(request) == .failure(.addressRefused(host: "127.0.0.2")))
      request.url = outside.url("/file")
      #expect(await client.outcome(request) == .failure(.unsupportedScheme("file")))
      #expect(inside.requests.value.isEmpty)
    }
  }

  @Test func credentialsDoNotFollowToAnotherOrigin() async throws {
    try await withGroup { group in
      let second = try TinyHTTPServer(group: group) { _ in Self.ok("fine") }
      let first = try TinyHTTPServer(group: group) { _ in Self.redirect(307, to: second.url("/")) }
      let client = OutboundHTTPClient(loop: group.next(), addressGuard: try AddressGuard(allowing: ["127.0.0.1"]))
      var request = OutboundRequest(url: first.url("/"), headers: [.init(name: "Authorization", value: "secret")])
      request.headers.append(.init(name: "X-Other", value: "kept"))
      request.redirectsMax = 1
      #expect(await client.outcome(request).response?.status == 200)
      #expect(second.requests.value.map { $0.headers["authorization"] } == [nil])
      #expect(second.requests.value.map { $0.headers["x-other"] } == ["kept"])
    }
  }

  @Test(arguments: [true, false]) func tooLongABodyFails(announced: Bool) async throws {
    let length = announced ? "Content-Length: 5000\r\n" : ""
    let answer = "HTTP/1.1 200 OK\r\n\(length)Connection: close\r\n\r\n" + String(repeating: "x", count: 5000)
    try await withServer(answer: { _ in answer }) { server, client, _ in
      var request = OutboundRequest(url: server.url("/"))
      request.responseBytesMax = 4999
      #expect(await client.outcome(request) == .failure(.responseTooLarge))
      request.responseBytesMax = 5000
      #expect(await client.outcome(request).response?.body.count == 5000)
    }
  }

  @Test func tooLongAHeaderFails() async throws {
    var limits = OutboundHTTPLimits()
    limits.headerBytesMax = 1000
    try await withServer(
      limits: limits,
      answer: { _ in
        Self.ok("", headers: "X-Long: \(String(repeating: "x", count: 1000))\r\n")
      }
    ) { server, client, _ in
      #expect(await client.outcome(OutboundRequest(url: server.url("/"))) == .failure(.responseTooLarge))
    }
  }

  @Test func aSilentServerTimesOut() async throws {
    try await withServer(answer: { _ in nil }) { server, client, _ in
      var request = OutboundRequest(url: server.url("/"))
      request.totalTimeoutMilliseconds = 100
      #expect(await client.outcome(request) == .failure(.timedOut))
    }
  }

  @Test func cancellingTheTaskEndsTheTransfer() async throws {
    try await withServer(answer: { _ in nil }) { server, client, _ in
      let url = server.url("/")
      let task = Task { try await client.send(OutboundRequest(url: url)) }
      await server.requests.wait { $0.count == 1 }
      task.cancel()
      await #expect(throws: OutboundHTTPError.cancelled) { try await task.value }
    }
  }

  @Test func waitingRequestsAreBounded() async throws {
    var limits = OutboundHTTPLimits()
    limits.concurrentRequestsMax = 1
    limits.waitingRequestsMax = 1
    try await withServer(limits: limits, answer: { $0.line.contains("/held") ? nil : Self.ok("late") }) {
      server, client, group in
      let (held, url) = (server.url("/held"), server.url("/"))
      let first = Task { try await client.send(OutboundRequest(url: held)) }
      await server.requests.wait { $0.count == 1 }
      let second = Task { try await client.send(OutboundRequest(url: url)) }
      while try await group.loops[0].run({ client.waitingCount }) == 0 { await Task.yield() }
      #expect(await client.outcome(OutboundRequest(url: url)) == .failure(.overloaded))
      first.cancel()
      await #expect(throws: OutboundHTTPError.cancelled) { try await first.value }
      #expect(try await second.value.body == Array("late".utf8))
    }
  }

  @Test func manyRequestsAtATime() async throws {
    var limits = OutboundHTTPLimits()
    limits.concurrentRequestsMax = 8
    try await withServer(limits: limits, answer: { Self.ok($0.line) }) { server, client, _ in
      let urls = (0..<100).map { server.url("/\($0)") }
      let bodies = try await withThrowingTaskGroup(of: String.self) { tasks in
        for url in urls {
          tasks.addTask { String(decoding: try await client.send(OutboundRequest(url: url)).body, as: UTF8.self) }
        }
        return try await tasks.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(bodies == Set((0..<100).map { "GET /\($0) HTTP/1.1" }))
    }
  }

  @Test func malformedRequestsAreRefused() async throws {
    try await withServer(answer: { _ in Self.ok("") }) { server, client, _ in
      let good = OutboundRequest(url: server.url("/"))
      var request = good
      for url in ["", "/path", "http://", "http://a b/", "nonsense"] {
        request.url = url
        #expect(await client.outcome(request) == .failure(.invalidRequest("the URL is malformed")), "\(url)")
      }
      request.url = "ftp://127.0.0.1/"
      #expect(await client.outcome(request) == .failure(.unsupportedScheme("ftp")))
      request = good
      request.method = "GET / HTTP/1.1\r\nX: y"
      #expect(await client.outcome(request) == .failure(.invalidRequest("the method is not a token")))
      request = good
      request.headers = [.init(name: "X", value: "a\r\nInjected: 1")]
      #expect(await client.outcome(request) == .failure(.invalidRequest("the value of header X has a line break")))
      request.headers = [.init(name: "X: y", value: "z")]
      #expect(await client.outcome(request) == .failure(.invalidRequest("a header name is not a token")))
      #expect(server.requests.value.isEmpty)
    }
  }

  @Test func theLoopsEndEndsTransfers() async throws {
    let group = try EventLoopGroup(count: 1)
    let server = try TinyHTTPServer(group: group) { _ in nil }
    let client = OutboundHTTPClient(loop: group.loops[0], addressGuard: try AddressGuard(allowing: ["127.0.0.1"]))
    let url = server.url("/")
    let pending = Task { try await client.send(OutboundRequest(url: url)) }
    await server.requests.wait { $0.count == 1 }
    await group.shutdown()
    await #expect(throws: OutboundHTTPError.stopped) { try await pending.value }
    #expect(await client.outcome(OutboundRequest(url: url)) == .failure(.stopped))
  }
}
