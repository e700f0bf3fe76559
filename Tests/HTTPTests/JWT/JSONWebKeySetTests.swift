import SeededRandom
import Testing

@testable import HTTP

@Suite struct JSONWebKeySetTests {
  private func count(_ keys: String) throws -> Int {
    try JSONWebKeySet(parsing: Array(#"{"keys":[\#(keys)]}"#.utf8)).keys.count
  }

  private func entry(_ changes: [(String, String)]) -> String {
    changes.reduce(
      #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
        + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#
    ) { $0.replacing($1.0, with: $1.1) }
  }

  @Test func passesOverWhatItCannotUse() throws {
    let good = entry([])
    #expect(try count(good) == 1)
    let unusable = [
      entry([("P-256", "P-384")]), entry([(#""EC""#, #""OKP""#)]), entry([(#""EC","#, #""EC","use":"enc","#)]),
      entry([(#""EC","#, #""EC","alg":"ES512","#)]), entry([(#""EC","#, #""EC","alg":"RS256","#)]),
      entry([(#""EC","#, #""EC","key_ops":["sign"],"#)]), entry([("f83O", "")]), entry([("f83O", "!!!!")]),
      #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, #"{"kty":"RSA"}"#, "{}", "5", "null",
      #""text""#, "[]", TokenVectors.weakKey,
    ]
    for other in unusable {
      #expect(try count(other) == 0, "\(other)")
      #expect(try count("\(other),\(good)") == 1, "\(other)")
    }
  }

  @Test func keepsABoundedNumber() throws {
    #expect(try count([String](repeating: entry([]), count: 1_000).joined(separator: ",")) == JSONWebKeySet.keysMax)
  }

  @Test(arguments: ["", "{}", "[]", #"{"keys":{}}"#, #"{"keys":null}"#, "{\"keys\":[", "\u{0}"])
  func refusesWhatIsNoSet(text: String) {
    #expect(throws: JSONWebTokenError.self) { try JSONWebKeySet(parsing: Array(text.utf8)) }
  }

  @Test func refusesRSAExponentsThatProveNothing() throws {
    let modulus = [UInt8](repeating: 0xc3, count: 256)
    for exponent: [UInt8] in [[], [0], [1], [0, 1], [2], [1, 0], [UInt8](repeating: 255, count: 9)] {
      #expect(throws: JSONWebTokenError.self) { try PublicKey.rsa(checkingModulus: modulus, exponent: exponent) }
    }
    #expect(
      try PublicKey.rsa(checkingModulus: [0] + modulus, exponent: [0, 3]) == .rsa(modulus: modulus, exponent: [3]))
    #expect(throws: JSONWebTokenError.self) {
      try PublicKey.rsa(checkingModulus: [UInt8](repeating: 0xc3, count: 1_025), exponent: [3])
    }
  }

  /// Whatever bytes come, the parsers refuse or return; what they return can be used.
  @Test(arguments: [UInt64(1), 2, 3]) func survivesDamage(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let originals = [TokenVectors.keys, TokenVectors.rs256, TokenVectors.es256]
    let keys = try JSONWebKeySet(parsing: Array(TokenVectors.keys.utf8))
    for round in 0..<600 {
      let original = Array(try #require(originals.randomElement(using: &generator)).utf8)
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        }
      }
      guard bytes != original else { continue }
      if let set = try? JSONWebKeySet(parsing: bytes) {
        #expect(set.keys.count <= 2, "seed \(seed), round \(round)")
        for key in set.keys { _ = key.publicKey.verifies([1, 2, 3], of: bytes, .rs256) }
      }
      if let token = try? JSONWebToken(parsing: String(decoding: bytes, as: UTF8.self)) {
        #expect((try? keys.verify(token)) == nil, "seed \(seed), round \(round)")
      }
      _ = try? TokenClaims(parsing: bytes)
    }
  }
}
