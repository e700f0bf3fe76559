import Testing

@testable import HTTP

@Suite struct TokenRulesTests {
  private let rules = TokenRules(issuer: "https://id.example", audience: "chat", nonce: "n")
  private static let now: Double = 1_700_000_100

  private func check(_ changes: [(String, String)], at now: Double = now) throws {
    let claims = changes.reduce(
      #"{"iss":"https://id.example","sub":"1","aud":"chat","iat":1700000000,"exp":1700000300,"nonce":"n"}"#
    ) { $0.replacing($1.0, with: $1.1) }
    try rules.check(try TokenClaims(parsing: Array(claims.utf8)), at: now)
  }

  @Test func acceptsWhatIsMeantForThisServer() throws {
    try check([])
    try check([(#""chat""#, #"["chat"]"#)])
    try check([(#""chat""#, #"["other","chat"],"azp":"chat""#)])
    try check([("1700000300", "1700000300.5")])
  }

  @Test(arguments: [
    [("id.example", "id.example/")], [("https", "http")], [(#""chat""#, #""chat2""#)], [(#""chat""#, "[]")],
    [(#""chat""#, #"["chat","other"]"#)], [(#""chat""#, #""chat","azp":"other""#)],
    [(#""chat""#, #"["chat","other"],"azp":"other""#)], [(#""nonce":"n""#, #""nonce":"m""#)], [(#","nonce":"n""#, "")],
    [(#","nonce":"n""#, #","nonce":5"#)], [(#""iat":1700000000,"#, "")], [(#","exp":1700000300"#, "")],
    [("1700000300", #""soon""#)], [("1700000300", "1e999")], [(#""sub":"1""#, #""sub":"""#)],
    [(#""sub":"1""#, #""sub":1"#)], [(#""sub":"1""#, #""sub":"\#(String(repeating: "x", count: 256))""#)],
    [("1700000300", #"1700000300,"nbf":1700000500"#)], [("1700000000", "1700000500")],
  ])
  func refuses(changes: [(String, String)]) {
    #expect(throws: JSONWebTokenError.self) { try check(changes) }
  }

  @Test func clocksMayDifferALittle() throws {
    try check([], at: 1_700_000_359)
    #expect(throws: JSONWebTokenError.self) { try check([], at: 1_700_000_360) }
    try check([], at: 1_699_999_941)
    #expect(throws: JSONWebTokenError.self) { try check([], at: 1_699_999_939) }
  }

  @Test func flagsWrittenAsTextAreRead() throws {
    for (text, value) in [("true", true), (#""true""#, true), (#""false""#, false), ("false", false)] {
      let claims = try TokenClaims(
        parsing: Array(#"{"iss":"i","sub":"s","aud":"a","exp":1,"email_verified":\#(text)}"#.utf8))
      #expect(claims.person.isEmailVerified == value)
    }
  }
}
