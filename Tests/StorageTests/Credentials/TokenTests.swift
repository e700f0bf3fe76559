import Testing

@testable import Storage

@Suite struct TokenTests {
  @Test func theHashIsSHA256() {
    // FIPS 180-4, example for "abc", and the hash of nothing.
    #expect(
      SHA256Digest(of: "abc").hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256Digest(of: "").hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(arguments: Token.Kind.allCases)
  func tokensAreRecognizedByTheirForm(kind: Token.Kind) throws {
    let token = try Token(kind)
    #expect(token.text.utf8.count == kind.rawValue.utf8.count + 43)
    #expect(Token.kind(of: token.text) == kind)
    #expect(token.hash == Token.hash(of: token.text))
    #expect(Token.kind(of: token.text + "a") == nil)
    #expect(Token.kind(of: String(token.text.dropLast())) == nil)
    #expect(Token.kind(of: String(token.text.dropLast()) + "=") == nil)
    #expect(Token.kind(of: token.text.uppercased()) == nil)
  }

  @Test func tokensAreAllDifferentAndUseTheWholeAlphabet() throws {
    var seen: Set<String> = []
    var characters: Set<Character> = []
    for _ in 0..<500 {
      let text = try Token(.session).text
      seen.insert(text)
      characters.formUnion(text.dropFirst(4))
    }
    #expect(seen.count == 500)
    #expect(characters.count == 64)
  }

  @Test(arguments: ["", "nope", "ccb_nope", "sst_", "sst_" + String(repeating: "ä", count: 43), "\u{0}"])
  func otherTextsAreNoTokens(text: String) {
    #expect(Token.kind(of: text) == nil)
  }

  @Test func secretsAreNotStored() throws {
    let fixture = try PeopleFixture()
    let (_, token) = try fixture.bot()
    let session = try fixture.write {
      try Sessions.create(for: fixture.captain, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    let link = try fixture.write { try MagicLinks.create(email: "a@b.c", displayName: "", lasting: 60, $0) }
    let invite = try fixture.write {
      try AccountInvites.create(AccountInvites.Draft(workspace: fixture.workspace, seconds: 60), $0).token
    }
    for secret in [token.secret, session.token, link.token, invite] {
      var stored = 0
      for table in ["bot_tokens", "sessions", "magic_links", "workspace_invites"] {
        if try fixture.writer.exists(
          "SELECT 1 FROM \(table) WHERE token_hash = ?1", [.blob(Token.hash(of: secret))])
        {
          stored += 1
        }
        #expect(
          try !fixture.writer.exists(
            "SELECT 1 FROM \(table) WHERE CAST(token_hash AS TEXT) = ?1", [.text(secret)]))
      }
      #expect(stored == 1)
    }
  }
}
