import SeededRandom
import Testing

@testable import Runtime

@Suite struct TracerTests {
  private func parent(sampled: Bool) throws -> TraceContext {
    var context = try #require(TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
    context.isSampled = sampled
    context.state = TraceState(["a=b"])
    return context
  }

  @Test func isSilentWhenOff() throws {
    #expect(Tracer.off.serve(continuing: try parent(sampled: true), heedsSampling: true) == nil)
    #expect(Tracer.off.call() == nil)
    let passed = Trace(passing: try parent(sampled: true))
    #expect(Trace.recorded == nil)
    try Trace.$current.withValue(passed) {
      #expect(Trace.recorded == nil)
      let call = try #require(Tracer.off.call())
      #expect(call.trace.context == passed.context)
      #expect(!call.isRecorded)
    }
  }

  @Test func continuesTheCallersTrace() throws {
    let recorder = SpanRecorder()
    let tracer = Tracer(sink: recorder, sampleRatio: 1)
    let parent = try parent(sampled: false)
    let span = try #require(tracer.serve(continuing: parent, heedsSampling: false))
    #expect(span.trace.context.traceID == parent.traceID)
    #expect(span.trace.context.spanID != parent.spanID)
    #expect(span.trace.context.state == parent.state)
    #expect(span.trace.context.isSampled)
    try Trace.$current.withValue(span.trace) {
      let call = try #require(tracer.call())
      call.end("call")
      Trace.current?.record("work", from: .now, to: .now + .milliseconds(5), failed: true)
    }
    span.end("request")
    let spans = recorder.spans
    #expect(spans.map(\.name) == ["call", "work", "request"])
    #expect(spans.map(\.kind) == [.client, .internal, .server])
    #expect(spans.map(\.parentID) == [span.trace.context.spanID, span.trace.context.spanID, parent.spanID])
    #expect(spans.map(\.isParentRemote) == [false, false, true])
    #expect(spans.map(\.isError) == [false, true, false])
    #expect(Set(spans.map(\.context.traceID)) == [parent.traceID])
    #expect(Set(spans.map(\.context.spanID)).count == 3)
    #expect(spans[1].endNanoseconds - spans[1].startNanoseconds >= 5_000_000)
    #expect(
      spans.allSatisfy { $0.startNanoseconds <= $0.endNanoseconds && $0.startNanoseconds > 1_600_000_000_000_000_000 })
  }

  @Test(arguments: [true, false], [0.0, 1.0])
  func heedsOnlyWhomItTrusts(sampled: Bool, ratio: Double) throws {
    let tracer = Tracer(sink: SpanRecorder(), sampleRatio: ratio)
    let parent = try parent(sampled: sampled)
    let trusted = try #require(tracer.serve(continuing: parent, heedsSampling: true))
    #expect(trusted.isRecorded == sampled && trusted.trace.context.isSampled == sampled)
    let other = try #require(tracer.serve(continuing: parent, heedsSampling: false))
    #expect(other.isRecorded == (ratio == 1) && other.trace.context.isSampled == (ratio == 1))
    // Without a parent there is nothing to heed.
    #expect(try #require(tracer.serve(continuing: nil, heedsSampling: true)).isRecorded == (ratio == 1))
  }

  @Test func theRatioDecidesAlikeForTheSameTrace() {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let tracers = [0, 0.1, 0.5, 1].map { Tracer(sink: SpanRecorder(), sampleRatio: $0) }
    var sampled = [0, 0, 0, 0]
    for _ in 0..<10_000 {
      guard let id = TraceID(high: generator.next(), low: generator.next()) else { continue }
      let decisions = tracers.map { $0.isSampled(id) }
      #expect(decisions == tracers.map { $0.isSampled(id) })
      // What a small part contains, a larger one does too.
      #expect(decisions == decisions.sorted { !$0 && $1 }, "seed \(seed)")
      for (index, isSampled) in decisions.enumerated() where isSampled { sampled[index] += 1 }
    }
    #expect(sampled[0] == 0 && sampled[3] == 10_000)
    #expect((800...1_200).contains(sampled[1]) && (4_700...5_300).contains(sampled[2]), "seed \(seed): \(sampled)")
  }

  @Test func anUnrecordedCallPassesTheTraceOn() throws {
    let tracer = Tracer(sink: SpanRecorder(), sampleRatio: 0)
    let span = try #require(tracer.serve(continuing: nil, heedsSampling: false))
    try Trace.$current.withValue(span.trace) {
      let call = try #require(tracer.call())
      #expect(call.trace.context == span.trace.context)
    }
    let alone = try #require(tracer.call())
    #expect(alone.trace.context.traceID != span.trace.context.traceID)
  }

  @Test func theClockDoesNotJump() {
    let now = ContinuousClock.now
    let clock = TraceClock(instant: now, nanoseconds: 1_000_000_000)
    #expect(clock.nanoseconds(at: now) == 1_000_000_000)
    #expect(clock.nanoseconds(at: now + .nanoseconds(7)) == 1_000_000_007)
    #expect(clock.nanoseconds(at: now + .seconds(3)) == 4_000_000_000)
    #expect(clock.nanoseconds(at: now - .milliseconds(250)) == 750_000_000)
    #expect(clock.nanoseconds(at: now - .seconds(9)) == 0)
  }

  @Test func logsNameTheTrace() throws {
    let handler = RecordingLogHandler()
    let log = Logger(label: "test", level: .info, handler: handler)
    let parent = try parent(sampled: true)
    log.info("without")
    Trace.$current.withValue(Trace(passing: parent)) { log.info("within") }
    #expect(
      handler.records.withLock { $0.map { $0.metadata["trace_id"] } } == [nil, .string(parent.traceID.description)])
  }
}
