import SeededRandom
import Testing

@testable import HTTP

@Suite struct JSONWebTokenTests {
  private static let tokens = [TokenVectors.rs256, TokenVectors.ps256, TokenVectors.es256]
  private let keys: JSONWebKeySet

  init() throws { keys = try JSONWebKeySet(parsing: Array(TokenVectors.keys.utf8)) }

  /// A token with another header, whose signature is what it was.
  private func token(header: String, of token: String = TokenVectors.rs256) -> String {
    let parts = token.split(separator: ".")
    return "\(Base64URL.encode(Array(header.utf8))).\(parts[1]).\(parts[2])"
  }

  @Test(arguments: tokens) func acceptsWhatAnotherImplementationSigned(text: String) throws {
    let token = try JSONWebToken(parsing: text)
    #expect(keys.mayVerify(token))
    try keys.verify(token)
    let claims = try TokenClaims(parsing: token.payload)
    #expect(claims.subject == "1")
    #expect(claims.audience == ["chat"])
    #expect(claims.person.isEmailVerified == true)
  }

  @Test func acceptsTheExampleOfTheStandard() throws {
    let keys = try JSONWebKeySet(parsing: Array(TokenVectors.rfcKeys.utf8))
    try keys.verify(try JSONWebToken(parsing: TokenVectors.rfcToken))
  }

  @Test(arguments: tokens) func refusesEveryChangedByte(text: String) throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      var bytes = Array(text.utf8)
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      let other = try #require("ABCxyz019-_.".utf8.filter { $0 != bytes[index] }.randomElement(using: &generator))
      bytes[index] = other
      let changed = String(decoding: bytes, as: UTF8.self)
      #expect(throws: JSONWebTokenError.self, "\(changed)") { try keys.verify(try JSONWebToken(parsing: changed)) }
    }
  }

  @Test(arguments: [
    #"{"alg":"none"}"#, #"{"alg":"NONE"}"#, #"{"alg":"HS256","kid":"r1"}"#, #"{"alg":"HS384"}"#, #"{"alg":"RS1"}"#,
    #"{"alg":"ES384"}"#, #"{"alg":"rs256"}"#, #"{"alg":""}"#, #"{"kid":"r1"}"#, "{}", "[]", "null", "", "{",
    #"{"alg":"RS256","kid":"r1","crit":["exp"],"exp":1}"#, #"{"alg":"RS256","kid":"r1","crit":[]}"#,
    #"{"alg":"RS256","kid":"r1","b64":false}"#, #"{"alg":["RS256"]}"#, #"{"alg":"RS256","kid":5}"#,
  ])
  func refusesHeader(header: String) {
    #expect(throws: JSONWebTokenError.self) { try JSONWebToken(parsing: token(header: header)) }
  }

  @Test(arguments: [
    "", ".", "..", "...", "a.b", TokenVectors.rs256 + ".", "." + TokenVectors.rs256, TokenVectors.rs256 + "=",
    TokenVectors.rs256 + " ", " " + TokenVectors.rs256, TokenVectors.rs256.replacing(".", with: ".."),
    String(repeating: "a", count: 20_000),
  ])
  func refusesForm(text: String) {
    #expect(throws: JSONWebTokenError.self) { try JSONWebToken(parsing: text) }
  }

  @Test func refusesATokenWithoutSignature() {
    let parts = TokenVectors.rs256.split(separator: ".")
    #expect(throws: JSONWebTokenError.self) { try JSONWebToken(parsing: "\(parts[0]).\(parts[1]).") }
  }

  /// A key is for one kind of signature, whatever the token says.
  @Test func refusesAKeyForAnotherAlgorithm() throws {
    for (header, original) in [
      (#"{"alg":"ES256","kid":"r1"}"#, TokenVectors.rs256), (#"{"alg":"RS256","kid":"e1"}"#, TokenVectors.es256),
      (#"{"alg":"PS256","kid":"r1"}"#, TokenVectors.rs256), (#"{"alg":"RS256","kid":"r2"}"#, TokenVectors.rs256),
    ] {
      let token = try JSONWebToken(parsing: token(header: header, of: original))
      #expect(throws: JSONWebTokenError.self, "\(header)") { try keys.verify(token) }
    }
  }

  @Test func aKeyForOneAlgorithmIsNotForAnother() throws {
    let limited = TokenVectors.keys.replacing(#""kty": "RSA""#, with: #""kty": "RSA", "alg": "PS256""#)
    let keys = try JSONWebKeySet(parsing: Array(limited.utf8))
    try keys.verify(try JSONWebToken(parsing: TokenVectors.ps256))
    #expect(try !keys.mayVerify(JSONWebToken(parsing: TokenVectors.rs256)))
  }

  @Test func theSignatureOfTwoNumbersHasOneForm() throws {
    guard case .p256(let x, let y) = try #require(keys.keys.last).publicKey else {
      Issue.record("not a key of P-256")
      return
    }
    let token = try JSONWebToken(parsing: TokenVectors.es256)
    let key = PublicKey.p256(x: x, y: y)
    #expect(key.verifies(token.signature, of: token.signedBytes, .es256))
    for signature in [
      [], [0] + token.signature, token.signature + [0], Array(token.signature.dropLast()),
      [UInt8](repeating: 0, count: 64), [UInt8](repeating: 255, count: 64),
    ] { #expect(!key.verifies(signature, of: token.signedBytes, .es256)) }
    // A point that is not on the curve.
    #expect(!PublicKey.p256(x: y, y: x).verifies(token.signature, of: token.signedBytes, .es256))
  }
}
