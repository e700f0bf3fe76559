import FoundationEssentials
import SeededRandom
import Storage
import Testing

@testable import HTTP

@Suite struct JSONBodyTests {
  private struct Sample: Decodable, Equatable {
    struct Inner: Decodable, Equatable { let count: Int }
    let name: String
    let inner: Inner?
  }

  private func message(_ body: String) -> String? {
    do {
      _ = try JSONBody.decode(Sample.self, from: Array(body.utf8))
      return nil
    } catch {
      return error.message
    }
  }

  @Test(arguments: [
    ("", "the body is not valid JSON"), ("{", "the body is not valid JSON"),
    ("{\"name\":\"a\"}x", "the body is not valid JSON"),
    ("[]", "the body must be a JSON object"), ("{}", "name is missing"), ("{\"name\":1}", "name has the wrong type"),
    ("{\"name\":\"a\",\"inner\":{}}", "inner.count is missing"),
    ("{\"name\":\"a\",\"inner\":{\"count\":\"1\"}}", "inner.count has the wrong type"),
    ("{\"name\":\"\\ud800\"}", "the body is not valid JSON"), ("{\"name\":\"a\u{0}b\"}", "the body is not valid JSON"),
  ])
  func saysWhatIsWrong(body: String, expected: String) {
    #expect(message(body) == expected)
  }

  @Test func unknownFieldsAreIgnored() throws {
    let body = Array("{\"name\":\"a\",\"x\":[[{}]],\"inner\":null}".utf8)
    #expect(try JSONBody.decode(Sample.self, from: body) == Sample(name: "a", inner: nil))
  }

  @Test(arguments: ["[", "{\"a\":"])
  func deepNestingIsRefused(opening: String) {
    let body = Array(String(repeating: opening, count: 200_000).utf8)
    #expect(throws: StoreError.self) { try JSONBody.decode(JSONValue.self, from: body) }
  }

  /// Found by fuzzing: a text that ends with the first bracket that is too deep ended the process.
  @Test(arguments: ["[", "{\"a\":"], 510...516)
  func nothingEndsTheProcessAtTheDeepestLevel(opening: String, count: Int) {
    for end in ["", "[", "{", "\"", "0"] {
      let body = Array((String(repeating: opening, count: count) + end).utf8)
      #expect(throws: StoreError.self) { try JSONBody.decode(Sample.self, from: body) }
      #expect(throws: StoreError.self) { try JSONBody.decode(JSONValue.self, from: body) }
    }
  }

  /// Found by fuzzing: 2,000 values in 400 lists took seconds, and the same body with 200,000 of them minutes.
  @Test(.timeLimit(.minutes(1)), arguments: [("[", "]"), ("{\"a\":", "}")])
  func manyValuesDeepInsideTakeTimeByTheirSizeOnly(opening: String, closing: String) throws {
    let values = "[" + String(repeating: "\"\",", count: 100_000) + "0]"
    func body(_ depth: Int) -> [UInt8] {
      Array((String(repeating: opening, count: depth) + values + String(repeating: closing, count: depth)).utf8)
    }
    var value = try JSONBody.decode(JSONValue.self, from: body(500))
    for _ in 0..<500 {
      switch value {
      case .array(let items): value = try #require(items.first)
      case .object(let fields): value = try #require(fields["a"])
      default: Issue.record("no container")
      }
    }
    guard case .array(let items) = value else {
      Issue.record("no list")
      return
    }
    #expect(items.count == 100_001)
    #expect(throws: StoreError.self) { try JSONBody.decode(JSONValue.self, from: body(512)) }
  }

  @Test(arguments: [
    "{\"a\":1,\"a\":2}", "[1.0,1e2,-0,-0.0,9223372036854775807,9223372036854775808,0.1]",
    "\"\\ud83d\\ude00\\/\"", "\u{feff}1", " [ ] ",
  ])
  func valuesOfAnyShapeAreReadAsByTheDecoder(text: String) throws {
    let body = Array(text.utf8)
    #expect(try JSONBody.decode(JSONValue.self, from: body) == JSONDecoder().decode(JSONValue.self, from: Data(body)))
  }

  @Test(arguments: [
    "", "01", "1.", ".5", "1e", "+1", "-", "[1,]", "{\"a\"}", "{a:1}", "tru", "nul", "\"\\x\"", "\"\\u12\"",
    "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "\"a", "[1] 2", "1e999", "\u{b}1",
  ])
  func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: StoreError.self) { try JSONBody.decode(JSONValue.self, from: Array(text.utf8)) }
  }

  @Test func whatIsReadSurvivesWritingAndReadingAgain() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let text = Self.value(depth: 4, using: &random)
      let value = try JSONBody.decode(JSONValue.self, from: Array(text.utf8))
      #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value, "seed \(seed): \(text)")
      var json = JSONWriter()
      value.write(to: &json)
      #expect(try JSONBody.decode(JSONValue.self, from: json.bytes) == value, "seed \(seed): \(text)")
    }
  }

  private static func value(depth: Int, using random: inout SeededGenerator) -> String {
    func pick(_ texts: [String]) -> String { texts[Int.random(in: 0..<texts.count, using: &random)] }
    let strings = ["\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"é\\n\\\"\"", "\"\u{2028}\""]
    let scalars =
      [
        "null", "true", "false", "0", "-0", "1", "-9223372036854775808", "1.5", "1e300", "-2.5E-7",
        "4567890688925678967.7",
      ] + strings
    guard depth > 0, Int.random(in: 0..<3, using: &random) > 0 else { return pick(scalars) }
    let count = Int.random(in: 0...3, using: &random)
    if Bool.random(using: &random) {
      return "[" + (0..<count).map { _ in value(depth: depth - 1, using: &random) }.joined(separator: " ,") + "]"
    }
    let fields = (0..<count).map { index in "\"k\(index)\" : " + value(depth: depth - 1, using: &random) }
    return "{" + fields.joined(separator: ",") + "}"
  }
}
