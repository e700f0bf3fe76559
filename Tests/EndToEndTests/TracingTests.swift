import FoundationEssentials
import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Traces as callers, apps and a collector see them.
  @Suite struct Tracing {
    private static let traceID = "0af7651916cd43dd8448eb211c80319c"
    private static let callerID = "b7ad6b7169203331"
    private static let parent = "00-\(traceID)-\(callerID)-00"
    private static let state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
    private static let logged = ["--log-level", "info", "--log-format", "json"]

    /// A server, an app on loopback, and the slash command that calls it.
    private struct Setting {
      let server: TestServer
      let place: TestServer.Place
      let app: PostReceiver

      init(_ flags: [String], environment: [String] = []) throws {
        app = try PostReceiver()
        app.answer(200, #"{"response_type":"ephemeral","text":"done"}"#)
        server = try TestServer(
          flags: ["--callback-allow", "127.0.0.0/8"] + Tracing.logged + flags, environment: environment)
        place = try server.place()
        let client = try server.client()
        let bots = "/api/workspaces/\(place.workspace)/bots"
        let bot = try client.call(.post, bots, json: #"{"display_name":"Bot","scopes":["bot:write"]}"#)["bot"]["id"]
          .text
        let commands = "/api/workspaces/\(place.workspace)/slash-commands"
        _ = try client.call(
          .post, commands,
          json: """
            {"command":"do","callback_url":"http://127.0.0.1:\(app.port)/private?key=hush","bot_user_id":"\(bot)"}
            """)
      }

      func slash(_ headers: [(String, String)] = []) throws -> Response {
        try server.client().request(
          .post, "/api/hooks/slash/\(place.general)?command=do&text=whisper", headers: headers)
      }

      /// The log's lines about requests.
      func lines() throws -> [JSONValue] {
        // Without the last one, which may not be complete yet.
        try server.directory.read("server.log").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
          .filter { $0.hasPrefix("{") }
          .map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
          .filter { $0["message"].text == "request" }.map { $0["metadata"] }
      }
    }

    @Test func aSlashCommandIsOneTraceFromItsCallerToItsApp() throws {
      let collector = try TraceCollector()
      let setting = try Setting(
        collector.flags + ["--otlp-service-name", "chat"],
        environment: ["CLICKCLACK_OTLP_HEADERS=x-key=open%2C sesame, x-tenant=one"])
      let answer = try setting.slash([("traceparent", Self.parent), ("tracestate", Self.state)])
      #expect(answer.status == 200)
      #expect(!answer.headers.contains("traceparent") && !answer.headers.contains("tracestate"))

      let server = try collector.span("POST /api/hooks/slash/{channel_id}")
      #expect(server.traceID == Self.traceID && server.parentID == Self.callerID && server.kind == 2)
      #expect(server.json["traceState"].text == Self.state)
      // Nobody trusts the caller with the decision, and the ratio is 1.
      #expect(server.json["flags"].integer == 0x301)
      #expect(
        server.attributes == [
          "http.request.method": "POST", "url.scheme": "http", "http.route": "/api/hooks/slash/{channel_id}",
          "url.path": "/api/hooks/slash/\(setting.place.general)", "http.response.status_code": "200",
        ])
      let call = try collector.span("the call") { $0.kind == 3 }
      #expect(call.traceID == Self.traceID && call.parentID == server.spanID && call.name == "POST")
      #expect(
        call.attributes == [
          "http.request.method": "POST", "server.address": "127.0.0.1", "server.port": "\(setting.app.port)",
          "http.response.status_code": "200",
        ])
      let called = try #require(setting.app.requests.first)
      #expect(called.header("traceparent") == "00-\(Self.traceID)-\(call.spanID)-01")
      #expect(called.header("tracestate") == Self.state.lowercased())

      // The invocation was noted before the call and its end after it.
      let own = collector.spans.filter { $0.traceID == Self.traceID && $0.kind == 1 }
      #expect(own.map(\.name) == ["writer queue", "writer commit", "writer queue", "writer commit"])
      #expect(own.allSatisfy { $0.parentID == server.spanID })
      for span in own + [call] {
        let (start, end) = (try #require(span.start), try #require(span.end))
        #expect(start <= end && start >= server.start ?? .max && end <= server.end ?? 0, "\(span.json)")
      }

      let request = try #require(collector.receiver.requests.first)
      #expect(request.head.hasPrefix("post /v1/traces http/1.1\r\n"))
      #expect(request.header("x-key") == "open, sesame" && request.header("x-tenant") == "one")
      let resource = request.body["resourceSpans"].elements.first?["resource"]["attributes"].elements.first
      #expect(resource?["value"]["stringValue"].text == "chat")
      let told = "\(collector.receiver.bodies)"
      #expect(["hush", "whisper", "done", "private"].filter { told.contains($0) }.isEmpty)

      let line = try eventually("the request is logged") {
        try setting.lines().first { $0["trace_id"].text == Self.traceID }
      }
      #expect(line["correlation_id"].text == answer.headers["x-correlation-id"])
      #expect(line["route"].text == "/api/hooks/slash/{channel_id}")
    }

    @Test(arguments: [
      [parent.uppercased()], [parent, parent], ["00-\(traceID)-0000000000000000-01"], ["ff-\(traceID)-\(callerID)-01"],
      [""],
    ])
    func anInvalidParentIsIgnored(parents: [String]) throws {
      let collector = try TraceCollector()
      let server = try TestServer(flags: collector.flags + Self.logged)
      let answer = try server.client().request(
        .get, "/api/me", headers: parents.map { ("traceparent", $0) } + [("tracestate", Self.state)])
      #expect(answer.status == 200)
      let span = try collector.span("GET /api/me")
      #expect(span.parentID.isEmpty && span.traceID != Self.traceID && span.traceID.count == 32)
      #expect(span.json["traceState"].text.isEmpty)
      #expect(span.attributes["url.path"] == "/api/me")
    }

    @Test func withoutACollectorATraceIsPassedOn() throws {
      let setting = try Setting([])
      let parent = "00-\(Self.traceID)-\(Self.callerID)-01"
      #expect(try setting.slash().status == 200)
      #expect(try setting.slash([("traceparent", parent), ("tracestate", Self.state)]).status == 200)
      #expect(try setting.slash([("traceparent", parent + "-")]).status == 200)
      #expect(setting.app.requests.map { $0.header("traceparent") } == [nil, parent, nil])
      #expect(setting.app.requests.map { $0.header("tracestate") } == [nil, Self.state.lowercased(), nil])
      let traces = try eventually("the requests are logged") {
        let lines = try setting.lines().filter { $0["route"].text.contains("/slash/") }
        return lines.count == 3 ? lines.map { $0["trace_id"].text } : nil
      }
      #expect(traces == ["", Self.traceID, ""])
    }

    @Test func aDeliveryIsATraceOfItsOwn() throws {
      let collector = try TraceCollector()
      let setting = try Setting(collector.flags)
      _ = try setting.server.client().call(
        .post, "/api/workspaces/\(setting.place.workspace)/event-subscriptions",
        json: """
          {"event_types":["message.created"],"callback_url":"http://127.0.0.1:\(setting.app.port)/events"}
          """)
      let post = try setting.server.client().request(
        .post, "/api/channels/\(setting.place.general)/messages", json: #"{"body":"hello"}"#,
        headers: [("traceparent", Self.parent)])
      #expect(post.status == 201)
      let delivery = try collector.span("the delivery") { $0.kind == 3 }
      #expect(delivery.parentID.isEmpty && delivery.traceID != Self.traceID)
      #expect(
        setting.app.requests.first?.header("traceparent") == "00-\(delivery.traceID)-\(delivery.spanID)-01")
      #expect(try collector.span("POST /api/channels/{channel_id}/messages").traceID == Self.traceID)
    }

    @Test func aCollectorThatIsAwayHarmsNothingAndGetsTheSpansWhenItComes() throws {
      let port = try PostReceiver().port
      let server = try TestServer(flags: ["--otlp-endpoint", "http://127.0.0.1:\(port)", "--metrics"] + Self.logged)
      let client = try server.client()
      #expect(try client.request(.get, "/api/me", headers: [("traceparent", Self.parent)]).status == 200)
      _ = try eventually("the failure is logged") {
        server.directory.read("server.log").contains("the collector of traces takes no spans") ? true : nil
      }
      #expect(try client.request(.get, "/api/workspaces").status == 200)
      let collector = try TraceCollector(port: port)
      #expect(try collector.span("GET /api/me").traceID == Self.traceID)
      _ = try collector.span("GET /api/workspaces")
      _ = try eventually("the spans are counted") {
        try client.metric("clickclack_trace_spans_exported_total") > 0 ? true : nil
      }
      for reason in ["overflow", "failed", "rejected"] {
        #expect(try client.metric("clickclack_trace_spans_dropped_total{reason=\"\(reason)\"}") == 0)
      }
    }

    @Test func sigtermSendsWhatWaitsAndOnlyTrustedProxiesDecide() throws {
      let collector = try TraceCollector()
      let server = try TestServer(
        flags: collector.flags + ["--trace-sample-ratio", "0", "--proxy-trusted", "127.0.0.1", "--grace-period", "20s"])
      let client = try server.client()
      for path in ["/api/me", "/api/workspaces", "/api/me"] {
        let parent = path == "/api/me" ? "00-\(Self.traceID)-\(Self.callerID)-01" : Self.parent
        #expect(try client.request(.get, path, headers: [("traceparent", parent)]).status == 200)
      }
      #expect(try client.request(.get, "/api/me").status == 200)
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
      #expect(collector.spans.map(\.name) == ["GET /api/me", "GET /api/me"])
      #expect(collector.spans.allSatisfy { $0.traceID == Self.traceID && $0.parentID == Self.callerID })
    }

    @Test func aStopDoesNotHangOnACollectorThatNeverAnswers() throws {
      let collector = try TraceCollector()
      collector.receiver.answer(nil)
      let server = try TestServer(flags: collector.flags + ["--grace-period", "1s"])
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit(seconds: 20) == 0)
      #expect(!collector.spans.isEmpty)
    }

    @Test func aSocketIsTheRequestThatOpensIt() throws {
      let collector = try TraceCollector()
      let server = try TestServer(flags: collector.flags)
      let place = try server.place()
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      let opened = try collector.span("GET /api/realtime/ws")
      #expect(opened.attributes["http.response.status_code"] == "101")
      let cursor = try server.client().post("hello", to: place.general)["event"]["cursor"].text
      #expect(try socket.next()?.cursor == cursor)
      _ = try collector.span("POST /api/channels/{channel_id}/messages")
      #expect(collector.spans.count { $0.name == "GET /api/realtime/ws" } == 1)
    }
  }
}
