import SeededRandom
import Testing

@testable import HTTP

/// Texts that take Swift a time that grows with the square of their length are refused wherever they come in.
@Suite struct CombiningMarksTests {
  /// Marks in the order that is slowest to sort.
  private func marks(_ count: Int) -> String {
    String(String.UnicodeScalarView((0..<count).map { $0 < count / 2 ? "\u{301}" : "\u{316}" }))
  }

  private func escaped(_ text: String) -> String {
    text.utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  private func areBounded(_ text: String) -> Bool { Array(text.utf8).withBytes { CombiningMarks.areBounded(in: $0) } }

  private func areBounded(json text: String) -> Bool { CombiningMarks.areBounded(inJSON: Array(text.utf8)) }

  @Test(arguments: [(CombiningMarks.runMax, true), (CombiningMarks.runMax + 1, false)])
  func onlyRunsAreBounded(count: Int, isAccepted: Bool) {
    let run = marks(count)
    let musical = String(repeating: "\u{1D165}", count: count)
    for text in [run, "a\(run)", "\(run)b", "a\(run)b\(run)c", musical] {
      #expect(areBounded(text) == isAccepted)
      #expect(areBounded(json: "\"\(text)\"") == isAccepted)
      #expect(areBounded(json: "\"\\n\(text)\"") == isAccepted)
      #expect(areBounded(json: "\"\(escaped(text))\"") == isAccepted, "escaped")
    }
    let half = count / 2
    #expect(areBounded(json: "{\"\(marks(half))\(escaped(marks(count - half)))\":1}") == isAccepted)
    #expect(areBounded(json: "{\"\(marks(half))\\n\(marks(count - half))\":1}"))
    #expect(areBounded(json: "{\"\(marks(half))\",\"\(marks(count - half))\":1}"))
  }

  @Test func whatPeopleWriteIsAccepted() {
    let texts = ["naïve", "שִׁלּוּם", "हिन्दी में", "Z̴̡̛͙̼͍̪̐̅̽a̷l̶g̵o̷", "👩‍👩‍👧‍👦", "각", "é", "ཧཱུྃ"]
    for text in texts {
      #expect(areBounded(String(repeating: text, count: 1_000)))
      #expect(areBounded(json: "\"\(escaped(String(repeating: text, count: 1_000)))\""))
    }
  }

  /// An escape means the same as what it stands for.
  @Test func escapesCountLikeWhatTheyStandFor() {
    let marks = [
      ("\u{301}", "\u{301}"), ("\\u0301", "\u{301}"), ("\\ud834\\udd65", "\u{1D165}"), ("\\u0316", "\u{316}"),
    ]
    let others = [
      ("a", "a"), ("\\\\", "\\"), ("\\n", "\n"), ("\\\"", "\""), ("u0301", "u0301"), ("\\u0061", "a"),
      ("\\\\u0301", "\\u0301"),
    ]
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    var refused = 0
    for _ in 0..<2_000 {
      let one = Int.random(in: 20...400, using: &random)
      let picked = (0..<600).map { _ in
        let kinds = Int.random(in: 0..<one, using: &random) == 0 ? others : marks
        return kinds[Int.random(in: 0..<kinds.count, using: &random)]
      }
      let isBounded = areBounded(json: "\"\(picked.map(\.0).joined())\"")
      #expect(isBounded == areBounded(picked.map(\.1).joined()), "seed \(seed): \(picked.map(\.0).joined())")
      if !isBounded { refused += 1 }
    }
    #expect((1..<2_000).contains(refused), "both kinds occurred")
  }

  /// Hashing the key alone would take minutes.
  @Test(.timeLimit(.minutes(1))) func longRunsAreRefusedBeforeAnythingComparesThem() throws {
    struct Sample: Decodable { let name: String? }
    let run = marks(400_000)
    #expect(throws: CombiningMarks.Excess.self) {
      _ = try ForeignJSON.decode(Sample.self, from: Array("{\"a\(run)\":1}".utf8))
    }
    #expect(throws: HTTPParseError.self) { _ = try URLEncodedParameters(parsing: Array("a=\(run)".utf8)) }
    #expect(SlashAnswer(Array("{\"a\(run)\":1}".utf8)) == nil)
    let field = marks(2_000)
    let encoded = field.utf8.map { "%" + String($0, radix: 16) }.joined()
    for text in [
      "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: \(field)\r\n\r\n",
      "GET /\(encoded.prefix(3_000)) HTTP/1.1\r\nHost: h\r\n\r\n",
    ] {
      #expect(requestTranscript(text).last == "error 400: \(CombiningMarks.refusal)")
    }
    let part = Array("Content-Disposition: form-data; name=\"\(field)\"\r\n".utf8)
    #expect(throws: HTTPParseError.self) { _ = try MultipartPart(headers: part, limits: MultipartLimits()) }
  }
}
