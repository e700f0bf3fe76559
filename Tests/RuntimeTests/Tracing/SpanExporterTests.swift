import Testing

@testable import Runtime

@Suite struct SpanExporterTests {
  private static func answer(_ status: Int, _ body: String = "{}", headers: String = "") -> String {
    "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(headers)\r\n\(body)"
  }

  /// Limits with which nothing happens by time.
  private static var patient: SpanExporter.Limits {
    var limits = SpanExporter.Limits()
    limits.batchMax = 4
    limits.waitingMax = 8
    limits.gatherMilliseconds = 600_000
    limits.retryMilliseconds = 1
    limits.requestMilliseconds = 600_000
    return limits
  }

  private func withCollector(
    _ limits: SpanExporter.Limits = patient, answer: @escaping @Sendable (Int) -> String?,
    _ body: (SpanExporter, TinyHTTPServer, RecordingLogHandler) async throws -> Void
  ) async throws {
    try await withGroup { group in
      let number = Gate(0)
      let server = try TinyHTTPServer(group: group) { _ in
        number.update { $0 += 1 }
        return answer(number.value)
      }
      let handler = RecordingLogHandler()
      let exporter = try exporter(to: server.port, group, limits, handler)
      await exporter.start()
      try await body(exporter, server, handler)
    }
  }

  private func exporter(
    to port: UInt16, _ group: EventLoopGroup, _ limits: SpanExporter.Limits, _ handler: RecordingLogHandler
  ) throws -> SpanExporter {
    try SpanExporter(
      to: SpanExporter.Destination(
        endpoint: "http://127.0.0.1:\(port)", headers: [OutboundHeader(name: "X-Key", value: "secret")]),
      encoder: OTLPTraceEncoder(serviceName: "test", version: "v1"), loop: group.loops[0], limits: limits,
      log: Logger(label: "test", level: .info, handler: handler))
  }

  private func names(_ server: TinyHTTPServer) throws -> [[String]] {
    try server.requests.value.map { try ExportedSpans($0.body).spans.map(\.name) }
  }

  private func add(_ numbers: Range<Int>, to exporter: SpanExporter) {
    for number in numbers { exporter.add(.numbered(number)) }
  }

  private func expected(_ numbers: Range<Int>) -> [String] { numbers.map { "span \($0)" } }

  @Test func sendsFullBatchesAtOnceAndTheRestAtTheEnd() async throws {
    try await withCollector { _ in
      Self.answer(200)
    } _: { exporter, server, handler in
      add(0..<4, to: exporter)
      await server.requests.wait { $0.count == 1 }
      add(4..<8, to: exporter)
      await server.requests.wait { $0.count == 2 }
      add(8..<10, to: exporter)
      await exporter.stop(withinMilliseconds: 600_000)
      let sent = try names(server)
      #expect(sent == [expected(0..<4), expected(4..<8), expected(8..<10)])
      let request = try #require(server.requests.value.first)
      #expect(request.line == "POST /v1/traces HTTP/1.1")
      #expect(request.headers["content-type"] == "application/json")
      #expect(request.headers["x-key"] == "secret")
      #expect(request.headers["traceparent"] == nil)
      #expect(exporter.counters == .init(exported: 10))
      #expect(handler.records.withLock { $0.count } == 0)
      exporter.add(.numbered(99))
      #expect(exporter.counters == .init(exported: 10, overflowed: 1))
    }
  }

  @Test func aFewSpansGoAfterAWhile() async throws {
    var limits = Self.patient
    limits.gatherMilliseconds = 20
    try await withCollector(limits) { _ in
      Self.answer(200)
    } _: { exporter, server, _ in
      add(0..<2, to: exporter)
      await server.requests.wait { $0.count >= 1 }
      await exporter.stop(withinMilliseconds: 600_000)
      let sent = try names(server)
      #expect(sent.flatMap { $0 } == expected(0..<2))
    }
  }

  @Test func whatFindsNoRoomIsDroppedAndWhatIsLeftAtTheEndToo() async throws {
    // A collector that takes requests and never answers.
    try await withCollector { _ in
      nil
    } _: { exporter, server, handler in
      add(0..<4, to: exporter)
      await server.requests.wait { $0.count == 1 }
      add(4..<16, to: exporter)
      #expect(exporter.counters == .init(overflowed: 4))
      await exporter.stop(withinMilliseconds: 50)
      #expect(exporter.counters == .init(overflowed: 4, failed: 12))
      #expect(server.requests.value.count == 1)
      #expect(handler.records.withLock { $0.map(\.level) } == [.warning])
    }
  }

  @Test func triesAgainWhatMayPass() async throws {
    try await withCollector { number in
      switch number {
      case 1: Self.answer(503)
      case 2: Self.answer(429, headers: "Retry-After: 0\r\n")
      // The connection ends without an answer.
      case 3: ""
      default: Self.answer(200)
      }
    } _: { exporter, server, handler in
      add(0..<4, to: exporter)
      await server.requests.wait { $0.count == 4 }
      await exporter.stop(withinMilliseconds: 600_000)
      let sent = try names(server)
      #expect(sent == Array(repeating: expected(0..<4), count: 4))
      #expect(exporter.counters == .init(exported: 4))
      #expect(
        handler.records.withLock { $0.map(\.message) } == [
          "the collector of traces takes no spans", "the collector of traces takes spans again",
        ])
    }
  }

  @Test func givesUpAfterSomeAttempts() async throws {
    var limits = Self.patient
    limits.attemptsMax = 3
    try await withCollector(limits) {
      $0 <= 3 ? Self.answer(503) : Self.answer(200)
    } _: { exporter, server, handler in
      add(0..<8, to: exporter)
      await server.requests.wait { $0.count == 4 }
      await exporter.stop(withinMilliseconds: 600_000)
      let sent = try names(server)
      #expect(sent == Array(repeating: expected(0..<4), count: 3) + [expected(4..<8)])
      #expect(exporter.counters == .init(exported: 4, failed: 4))
      #expect(handler.records.withLock { $0.count } == 2)
    }
  }

  @Test func doesNotRepeatWhatIsRefused() async throws {
    try await withCollector {
      $0 == 1 ? Self.answer(400) : Self.answer(200)
    } _: { exporter, server, _ in
      add(0..<8, to: exporter)
      await server.requests.wait { $0.count == 2 }
      await exporter.stop(withinMilliseconds: 600_000)
      let sent = try names(server)
      #expect(sent == [expected(0..<4), expected(4..<8)])
      #expect(exporter.counters == .init(exported: 4, failed: 4))
    }
  }

  @Test func countsAndLogsWhatTheCollectorRejects() async throws {
    let body = #"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#
    try await withCollector { _ in
      Self.answer(200, body)
    } _: { exporter, _, handler in
      add(0..<4, to: exporter)
      await exporter.stop(withinMilliseconds: 600_000)
      #expect(exporter.counters == .init(exported: 1, rejected: 3))
      let metadata = handler.records.withLock { $0.map(\.metadata) }
      #expect(metadata == [["rejected": "3", "reason": "too old"]])
    }
  }

  @Test func waitsAsLongAsTheCollectorAsks() async throws {
    try await withCollector { number in
      number == 1 ? Self.answer(503, headers: "Retry-After: 1\r\n") : Self.answer(200)
    } _: { exporter, server, _ in
      let started = ContinuousClock.now
      add(0..<4, to: exporter)
      await server.requests.wait { $0.count == 2 }
      #expect(ContinuousClock.now - started >= .seconds(1))
      await exporter.stop(withinMilliseconds: 600_000)
    }
  }

  @Test func aStopDoesNotWaitForTheNextAttempt() async throws {
    var limits = Self.patient
    limits.retryMilliseconds = 600_000
    limits.retryMillisecondsMax = 600_000
    try await withCollector(limits) {
      $0 == 1 ? Self.answer(503) : Self.answer(200)
    } _: { exporter, server, handler in
      add(0..<4, to: exporter)
      while handler.records.withLock({ $0.isEmpty }) { await Task.yield() }
      // Once more at once, and whatever came meanwhile.
      add(4..<6, to: exporter)
      await exporter.stop(withinMilliseconds: 60_000)
      let sent = try names(server)
      #expect(sent == [expected(0..<4), expected(0..<4), expected(4..<6)])
      #expect(exporter.counters == .init(exported: 6))
    }
  }

  @Test func aCollectorThatComesLateGetsWhatWaits() async throws {
    var limits = Self.patient
    limits.attemptsMax = .max
    let port = try await withGroup { try TinyHTTPServer(group: $0) { _ in nil }.port }
    try await withGroup { group in
      let handler = RecordingLogHandler()
      let exporter = try exporter(to: port, group, limits, handler)
      await exporter.start()
      add(0..<4, to: exporter)
      while handler.records.withLock({ $0.isEmpty }) { await Task.yield() }
      let server = try TinyHTTPServer(group: group, address: loopback("127.0.0.1:\(port)")) { _ in Self.answer(200) }
      await server.requests.wait { $0.count == 1 }
      await exporter.stop(withinMilliseconds: 600_000)
      let sent = try names(server)
      #expect(sent == [expected(0..<4)])
      #expect(exporter.counters == .init(exported: 4))
    }
  }

  @Test func outboundRequestsAreSpansAndSayWhereTheyBelong() async throws {
    try await withGroup { group in
      let recorder = SpanRecorder()
      let tracer = Tracer(sink: recorder, sampleRatio: 1)
      let server = try TinyHTTPServer(group: group) { Self.answer($0.line.contains("/fails") ? 500 : 200) }
      let client = OutboundHTTPClient(
        loop: group.loops[0], addressGuard: try AddressGuard(allowing: ["127.0.0.1"]), tracer: tracer)
      let parent = try #require(TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
      let request = try #require(tracer.serve(continuing: parent, heedsSampling: false))
      try await Trace.$current.withValue(request.trace) {
        _ = try await client.send(OutboundRequest(url: server.url("/secret?token=1")))
        _ = try await client.send(OutboundRequest(method: "POST", url: server.url("/fails")))
        await #expect(throws: OutboundHTTPError.addressRefused(host: "10.1.2.3")) {
          _ = try await client.send(OutboundRequest(url: "http://10.1.2.3/"))
        }
      }
      let alone = OutboundHTTPClient(
        loop: group.loops[0], addressGuard: try AddressGuard(allowing: ["127.0.0.1"]), tracer: .off)
      _ = try await alone.send(OutboundRequest(url: server.url("/")))
      let passed = Trace(passing: parent)
      _ = try await Trace.$current.withValue(passed) {
        try await alone.send(OutboundRequest(url: server.url("/")))
      }

      let spans = recorder.spans
      #expect(spans.map(\.name) == ["GET", "POST", "GET"])
      #expect(spans.allSatisfy { $0.kind == .client && $0.parentID == request.trace.context.spanID })
      let sent = server.requests.value.map { $0.headers["traceparent"] }
      #expect(sent == [spans[0].context.traceparent, spans[1].context.traceparent, nil, parent.traceparent])
      let port = Int(server.port)
      let whereTo = [Span.Attribute("server.address", "127.0.0.1"), Span.Attribute("server.port", port)]
      #expect(
        spans[0].attributes == [Span.Attribute("http.request.method", "GET")] + whereTo + [
          Span.Attribute("http.response.status_code", 200)
        ])
      #expect(
        spans[1].attributes == [Span.Attribute("http.request.method", "POST")] + whereTo + [
          Span.Attribute("http.response.status_code", 500), Span.Attribute("error.type", "500"),
        ])
      #expect(spans[2].attributes.last == Span.Attribute("error.type", "address_refused"))
      #expect(spans.map(\.isError) == [false, true, true])
      client.shutdown()
      alone.shutdown()
    }
  }
}
