import Testing

@testable import Storage

@Suite struct BotTokensTests {
  private let nonce = "0123456789abcdef"

  @Test func tokensAreListedNewestFirstWithoutSecrets() throws {
    let fixture = try PeopleFixture()
    let (bot, first) = try fixture.bot()
    let second = try fixture.write {
      try BotTokens.create(
        fixture.owner, bot: bot.id, in: fixture.workspace, .init(name: " deploy ", scopes: ["messages:read"]), $0)
    }
    #expect(second.token.name == "deploy")
    let listed = try BotTokens.list(fixture.owner, bot: bot.id, in: fixture.workspace, fixture.writer)
    #expect(listed.map(\.id) == [second.token.id, first.token.id])
    #expect(try BotTokens.list(fixture.owner, bot: bot.id, in: nil, fixture.writer) == listed)
    #expect(!String(decoding: listed[0].json, as: UTF8.self).contains("ccb_"))
    #expect(String(decoding: second.json, as: UTF8.self).contains(second.secret))
  }

  @Test func revokingTwiceIsRevokingOnce() throws {
    let fixture = try PeopleFixture()
    let (bot, token) = try fixture.bot()
    let once = try fixture.write { try BotTokens.revoke(fixture.owner, token: token.token.id, $0) }
    #expect(fixture.invalidations == [.credentials(bot.id)])
    #expect(try fixture.resolve(token.secret) == nil)
    fixture.advance(seconds: 5)
    #expect(try fixture.write { try BotTokens.revoke(fixture.owner, token: token.token.id, $0) } == once)
    #expect(fixture.invalidations.isEmpty)
    expectRefusal(.notFound) { try fixture.write { try BotTokens.revoke(fixture.owner, token: "btok_nope", $0) } }
  }

  @Test func whoMayNotWriteGetsNoNewCredentialToWriteWith() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    var draft = Bots.Draft(displayName: "Hers")
    draft.ownerUserID = alice.userID
    let (bot, token) = try fixture.write { try Bots.create(alice, in: fixture.workspace, draft, $0) }
    let code = try fixture.write { try BotSetupCodes.create(alice, bot: bot.id, in: fixture.workspace, .init(), $0) }
    _ = try fixture.write {
      try Moderation.update(
        fixture.owner, member: alice.userID, in: fixture.workspace, .init(blocked: true), $0)
    }
    expectRefusal(.forbidden) { try fixture.write { try Bots.create(alice, in: fixture.workspace, draft, $0) } }
    expectRefusal(.forbidden) {
      try fixture.write { try BotTokens.create(alice, bot: bot.id, in: fixture.workspace, .init(), $0) }
    }
    expectRefusal(.forbidden) {
      try fixture.write { try BotSetupCodes.create(alice, bot: bot.id, in: fixture.workspace, .init(), $0) }
    }
    expectRefusal(.notFound) { try fixture.write { try BotSetupCodes.claim(code.code, $0) } }
    let first = try #require(token)
    #expect(try fixture.write { try BotTokens.revoke(alice, token: first.token.id, $0) }.revokedAt != nil)
  }

  @Test func onlyBotsOfTheWorkspaceGetTokens() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    for id in [alice.userID, "usr_nope"] {
      expectRefusal(.notFound) {
        try fixture.write { try BotTokens.create(fixture.owner, bot: id, in: fixture.workspace, .init(), $0) }
      }
      expectRefusal(.notFound) {
        try fixture.write { try BotTokens.create(fixture.owner, bot: id, in: nil, .init(), $0) }
      }
      expectRefusal(.notFound) { try BotTokens.list(fixture.owner, bot: id, in: fixture.workspace, fixture.writer) }
    }
    let (bot, _) = try fixture.bot()
    expectRefusal(.forbidden) {
      try fixture.write { try BotTokens.create(alice, bot: bot.id, in: fixture.workspace, .init(), $0) }
    }
  }

  @Test func theSameNonceRotatesTheSecretOfTheSameToken() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    func mint(_ draft: BotTokens.Draft, bot id: UserID? = nil) throws -> IssuedBotToken {
      try fixture.write { try BotTokens.create(fixture.owner, bot: id ?? bot.id, in: fixture.workspace, draft, $0) }
    }
    let first = try mint(.init(name: "ci", scopes: ["bot:read"], setupNonce: nonce))
    let again = try mint(.init(name: "ci", scopes: ["bot:read"], setupNonce: " \(nonce) "))
    #expect(again.token == first.token)
    #expect(again.secret != first.secret)
    #expect(fixture.invalidations == [.credentials(bot.id)])
    #expect(try fixture.resolve(first.secret) == nil)
    #expect(try fixture.resolve(again.secret)?.userID == bot.id)
    expectRefusal(.conflict) { try mint(.init(name: "other", scopes: ["bot:read"], setupNonce: nonce)) }
    expectRefusal(.conflict) { try mint(.init(name: "ci", scopes: ["bot:admin"], setupNonce: nonce)) }
    let (other, _) = try fixture.bot("Other")
    expectRefusal(.conflict) { try mint(.init(name: "ci", scopes: ["bot:read"], setupNonce: nonce), bot: other.id) }
    _ = try fixture.write { try BotTokens.revoke(fixture.owner, token: first.token.id, $0) }
    expectRefusal(.conflict) { try mint(.init(name: "ci", scopes: ["bot:read"], setupNonce: nonce)) }
    expectRefusal(.invalid) { try mint(.init(setupNonce: String(repeating: "n", count: 15))) }
    expectRefusal(.invalid) { try mint(.init(setupNonce: String(repeating: "n", count: 129))) }
  }

  @Test func theSameNonceMakesOneBot() throws {
    let fixture = try PeopleFixture()
    var draft = Bots.Draft(displayName: "Claw")
    draft.handle = "claw"
    draft.setupNonce = nonce
    func make(_ draft: Bots.Draft) throws -> (bot: User, token: IssuedBotToken?) {
      try fixture.write { try Bots.create(fixture.owner, in: fixture.workspace, draft, $0) }
    }
    let first = try make(draft)
    let again = try make(draft)
    #expect(again.bot == first.bot)
    #expect(again.token?.token == first.token?.token)
    #expect(again.token?.secret != first.token?.secret)
    #expect(try Bots.list(fixture.owner, in: fixture.workspace, fixture.writer).count == 1)
    draft.displayName = "Other"
    expectRefusal(.conflict) { try make(draft) }
  }

  @Test func tokensOfABotAreBounded() throws {
    let fixture = try PeopleFixture()
    let (bot, first) = try fixture.bot()
    try fixture.write { tx in
      for _ in 1..<BotTokens.activePerBotMax {
        _ = try BotTokens.create(fixture.owner, bot: bot.id, in: fixture.workspace, .init(), tx)
      }
    }
    func one() throws -> IssuedBotToken {
      try fixture.write { try BotTokens.create(fixture.owner, bot: bot.id, in: fixture.workspace, .init(), $0) }
    }
    expectRefusal(.conflict) { try one() }
    _ = try fixture.write { try BotTokens.revoke(fixture.owner, token: first.token.id, $0) }
    _ = try one()
  }
}
