import SeededRandom
import Testing

@testable import Runtime

@Suite struct TraceContextTests {
  private static let traceID = "0af7651916cd43dd8448eb211c80319c"
  private static let spanID = "b7ad6b7169203331"
  private static let example = "00-\(traceID)-\(spanID)-01"

  @Test func readsAndWritesTheExampleOfTheRecommendation() throws {
    let context = try #require(TraceContext(traceparent: Self.example))
    #expect(context.traceID.description == Self.traceID)
    #expect(context.spanID.description == Self.spanID)
    #expect(context.isSampled)
    #expect(context.traceparent == Self.example)
    #expect(context.headers == [OutboundHeader(name: "traceparent", value: Self.example)])
  }

  @Test(arguments: [
    "", "00", example.uppercased(), "0" + example, " " + example, example + " ", example + "-", example + "-what",
    "ff-\(traceID)-\(spanID)-01", "0x-\(traceID)-\(spanID)-01", "AA-\(traceID)-\(spanID)-01",
    "00-\(String(repeating: "0", count: 32))-\(spanID)-01", "00-\(traceID)-\(String(repeating: "0", count: 16))-01",
    "00_\(traceID)_\(spanID)_01", "00-\(traceID)-\(spanID)-0", "00-\(traceID)-\(spanID)-0g",
    "00-\(traceID.dropLast())-\(spanID)-01", "00-\(traceID)-\(spanID)0-01", "00-\(traceID)\(spanID)--01",
    "00-0AF7651916CD43DD8448EB211C80319C-\(spanID)-01", "00-\(traceID)-B7AD6B7169203331-01",
    "00-\(traceID.dropLast())é-\(spanID)-01", "cc-\(traceID)-\(spanID)-01.what", "cc-\(traceID)-\(spanID)-0",
  ])
  func refuses(_ text: String) { #expect(TraceContext(traceparent: text) == nil) }

  @Test(arguments: [
    ("00-\(traceID)-\(spanID)-00", false), ("00-\(traceID)-\(spanID)-03", true), ("00-\(traceID)-\(spanID)-fe", false),
    ("01-\(traceID)-\(spanID)-01", true), ("fe-\(traceID)-\(spanID)-01-what-is-this", true),
    ("cc-\(traceID)-\(spanID)-00-", false),
  ])
  func readsFlagsAndLaterVersionsAndWritesVersion00(_ text: String, isSampled: Bool) throws {
    let context = try #require(TraceContext(traceparent: text))
    #expect(context.traceparent == "00-\(Self.traceID)-\(Self.spanID)-0\(isSampled ? 1 : 0)")
  }

  @Test func severalFieldsAreInvalidAndAStateAloneIsNothing() throws {
    #expect(TraceContext(traceparents: [Self.example, Self.example], tracestates: []) == nil)
    #expect(TraceContext(traceparents: [], tracestates: ["a=b"]) == nil)
    let context = try #require(TraceContext(traceparents: [Self.example], tracestates: ["a=b", "c=d"]))
    #expect(
      context.headers == [
        OutboundHeader(name: "traceparent", value: Self.example), OutboundHeader(name: "tracestate", value: "a=b,c=d"),
      ])
    // What is wrong with the state is no fault of the parent.
    #expect(TraceContext(traceparents: [Self.example], tracestates: ["A=b"])?.state == nil)
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let shift = UInt64.random(in: 0..<64, using: &generator)
      guard let traceID = TraceID(high: generator.next() >> shift, low: generator.next() << shift),
        let spanID = SpanID(generator.next() >> shift)
      else { continue }
      let context = TraceContext(traceID: traceID, spanID: spanID, isSampled: .random(using: &generator))
      #expect(TraceContext(traceparent: context.traceparent) == context, "seed \(seed)")
      var broken = Array(context.traceparent.utf8)
      let index = Int.random(in: 0..<broken.count, using: &generator)
      broken[index] = UInt8.random(in: 0x20..<0x7f, using: &generator)
      // Whatever is accepted is written in its normal form, which differs in version and flags at most.
      if let read = TraceContext(traceparent: String(decoding: broken, as: UTF8.self)) {
        #expect(
          read.traceparent.dropFirst(2).dropLast(2).elementsEqual(
            String(decoding: broken, as: UTF8.self).dropFirst(2).dropLast(2)), "seed \(seed)")
      }
    }
  }
}
