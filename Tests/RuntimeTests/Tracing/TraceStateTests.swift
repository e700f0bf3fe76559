import SeededRandom
import Testing

@testable import Runtime

@Suite struct TraceStateTests {
  @Test(arguments: [
    (["rojo=00f067aa0ba902b7"], "rojo=00f067aa0ba902b7"),
    (["rojo=1,congo=t61rcWkgMzE"], "rojo=1,congo=t61rcWkgMzE"),
    (["rojo=1", "congo=2"], "rojo=1,congo=2"),
    ([" rojo=1 \t,, congo=2,"], "rojo=1,congo=2"),
    (["fw529a3039@dt=FfAAAAxyz"], "fw529a3039@dt=FfAAAAxyz"),
    (["a_-*/9=x y!~"], "a_-*/9=x y!~"),
    // The same key twice: which of them counts is nobody's business here.
    (["a=1,a=2"], "a=1,a=2"),
  ])
  func passesOn(_ values: [String], text: String) { #expect(TraceState(values)?.text == text) }

  @Test(arguments: [
    [], [""], [" , "], ["a"], ["a="], ["=b"], ["A=b"], ["a b=c"], ["a=b=c"], ["a=é"], ["é=a"], ["a@=b"], ["@a=b"],
    ["a@b@c=d"], ["-a=b"], ["a=b\u{7f}"], ["a=b\r\nx: y"], ["good=1,Bad=2"],
    [String(repeating: "a", count: 257) + "=b"], ["a=" + String(repeating: "b", count: 257)],
    ["a@" + String(repeating: "b", count: 15) + "=c"], [String(repeating: "a", count: 242) + "@b=c"],
    [(0..<33).map { "k\($0)=v" }.joined(separator: ",")],
  ])
  func refuses(_ values: [String]) { #expect(TraceState(values) == nil) }

  @Test func ofALongOneLargeMembersGoFirstAndThenTheLast() throws {
    let large = "large=" + String(repeating: "x", count: 200)
    let small = (0..<31).map { "key\($0)=\(String(repeating: "v", count: 9))" }
    let text = try #require(TraceState([([large] + small).joined(separator: ",")])?.text)
    #expect(text.utf8.count <= 512)
    #expect(text == small.joined(separator: ","))
    let longer = small.map { $0 + "longer" }
    let cut = try #require(TraceState([longer.joined(separator: ",")])?.text)
    #expect(cut.utf8.count <= 512 && cut.utf8.count > 480)
    #expect(longer.joined(separator: ",").hasPrefix(cut + ","))
    #expect(TraceState([large])?.text == large)
  }

  @Test func whatGoesOnIsTakenUnchanged() {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("ab9_-*/@=, \tA~!é".unicodeScalars)
    var valid = 0
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0..<12, using: &generator) {
        text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
      }
      guard let state = TraceState([text]) else { continue }
      valid += 1
      #expect(TraceState([state.text]) == state, "seed \(seed): \(text)")
      #expect(state.text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }, "seed \(seed): \(text)")
    }
    #expect(valid > 100, "seed \(seed)")
  }
}
