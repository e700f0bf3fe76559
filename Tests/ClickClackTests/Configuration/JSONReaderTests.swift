import Foundation
import SeededRandom
import Testing

@testable import clickclack

@Suite struct JSONReaderTests {
  private func failure(_ text: String) -> String {
    do {
      return "parsed: \(try JSONReader.parse(Array(text.utf8)))"
    } catch {
      return "\(error)"
    }
  }

  @Test func documentsAreReadWithTheirLines() throws {
    let text = """
      {
        "a": 1, "b": "x\\u00e9\\ud83d\\udc4d\\n\\/",
        "c": [true, false, -1.5e3],
        "d": {"e": {}}
      }

      """
    let values = try JSONReader.parse(Array(text.utf8))
    #expect(values["a"] == ConfigurationNode(value: .integer(1), line: 2))
    #expect(values["b"] == ConfigurationNode(value: .string("xé👍\n/"), line: 2))
    let items: [ConfigurationValue] = [.boolean(true), .boolean(false), .float(-1500)]
    #expect(values["c"]?.value == .array(items.map { ConfigurationNode(value: $0, line: 3) }))
    #expect(values["d"]?.value == .table(["e": ConfigurationNode(value: .table([:]), line: 4)]))
  }

  @Test(arguments: [
    ("", "line 1: expected an object, found the end of the file"), ("[]", "line 1: expected an object, found '['"),
    ("{\"a\":1,\n\"a\":2}", "line 2: 'a' is defined twice"), ("{\"a\":1,}", "line 1: expected a name, found '}'"),
    ("{\"a\" 1}", "line 1: expected ':' after 'a', found '1'"), ("{\"a\":01}", "line 1: not a value: 01"),
    ("{\"a\":+1}", "line 1: not a value: +1"), ("{\"a\":1.}", "line 1: not a value: 1."),
    ("{\"a\":.5}", "line 1: not a value: .5"), ("{\"a\":0x1}", "line 1: not a value: 0x1"),
    ("{\"a\":NaN}", "line 1: not a value: NaN"), ("{\"a\":1e999}", "line 1: not a number: 1e999"),
    ("{\"a\":null}", "line 1: null is not a value: leave the setting out instead"),
    ("{\"a\":\"\\ud83d\"}", "line 1: half of a surrogate pair"),
    ("{\"a\":\"\\udc4d\"}", "line 1: half of a surrogate pair"),
    ("{\"a\":\"\\x\"}", "line 1: unknown escape: a backslash before 'x'"),
    ("{\"a\":\"b\nc\"}", "line 1: a string may not hold the end of the line"),
    ("{\"a\":1} x", "line 1: expected the end of the file, found 'x'"),
    ("{\"a\":[1,]}", "line 1: expected a value, found ']'"),
    ("{\"a\":1", "line 1: expected ',' or '}', found the end of the file"),
  ])
  func malformedDocumentsAreRefused(text: String, message: String) {
    #expect(failure(text) == message)
  }

  @Test func depthIsBounded() {
    #expect(failure("{\"a\":" + String(repeating: "[", count: 100_000)) == "line 1: the file is nested too deeply")
    #expect(failure(String(repeating: "{\"a\":", count: 100_000)) == "line 1: the file is nested too deeply")
  }

  /// What this reader accepts, Foundation's must accept as well; the other way round it is stricter on purpose.
  @Test func itAgreesWithFoundation() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "{", "}", "[", "]", "\"a\"", "\"b\"", ":", ",", "1", "-0", "1.5", "true", " ", "\n", "\"\\u0041\"", "e", "0",
    ]
    var accepted = 0
    for _ in 0..<20_000 {
      var text = "{\"k\":"
      for _ in 0..<Int.random(in: 0...6, using: &random) { text += pieces.randomElement(using: &random)! }
      text += "}"
      guard case .success = Result(catching: { try JSONReader.parse(Array(text.utf8)) }) else { continue }
      accepted += 1
      #expect(throws: Never.self, "seed \(seed): \(text)") {
        try JSONSerialization.jsonObject(with: Data(text.utf8))
      }
    }
    #expect(accepted > 0, "seed \(seed)")
  }
}
