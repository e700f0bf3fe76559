import FoundationEssentials
import Testing

@testable import Storage

@Suite struct JSONWriterTests {
  /// Whatever a string holds, a decoder of somebody else's reads the same code points back.
  @Test func everyStringSurvives() throws {
    let seed: UInt64 = 4_627
    var generator = SplitMix64(seed: seed)
    let alphabet: [Unicode.Scalar] =
      (0..<0x30).compactMap { Unicode.Scalar($0) } + ["\\", "\"", "/", "a", "z", "é", "你", "🦞", "\u{7f}", "\u{2028}"]
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...40, using: &generator) {
        // Long plain stretches between the special characters: they are looked at eight bytes at a time.
        let scalar: Unicode.Scalar =
          Int.random(in: 0..<8, using: &generator) == 0
          ? alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] : "x"
        text.unicodeScalars.append(scalar)
      }
      var json = JSONWriter(capacity: 1)
      json.array { json in
        json.string(text)
        json.string(text)
      }
      let decoded = try JSONDecoder().decode([String].self, from: Data(json.bytes))
      #expect(
        decoded.map { Array($0.unicodeScalars) } == [Array(text.unicodeScalars), Array(text.unicodeScalars)],
        "seed \(seed)")
    }
  }

  @Test func separatesFieldsAndElements() {
    var json = JSONWriter()
    json.object { json in
      json.field("a", "x")
      json.field("none", ifPresent: nil as String?)
      json.field("b", -9_223_372_036_854_775_808)
      json.field("c", [String]())
      json.key("d")
      json.array { json in
        json.null()
        json.bool(true)
        json.object { _ in }
        json.raw("1.5")
      }
      json.field("e", ["y", "z"])
      json.key(dynamic: "\"")
      json.int(0)
    }
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == #"{"a":"x","b":-9223372036854775808,"c":[],"d":[null,true,{},1.5],"e":["y","z"],"\"":0}"#)
  }

  /// Growing one field at a time must not copy everything written so far each time.
  @Test(.timeLimit(.minutes(1))) func growsInProportion() {
    var json = JSONWriter(capacity: 0)
    json.array { json in
      for _ in 0..<500_000 { json.object { $0.field("name", "value") } }
    }
    let object = #"{"name":"value"}"#.utf8.count
    #expect(json.bytes.count == 500_000 * (object + 1) + 1)
  }
}
