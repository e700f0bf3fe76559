import Testing

@testable import Storage

@Suite struct CredentialsTests {
  @Test func aSessionCountsUntilItExpires() throws {
    let fixture = try PeopleFixture()
    let session = try fixture.write {
      try Sessions.create(for: fixture.captain, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    let resolved = try #require(try fixture.resolve(session.token))
    #expect(resolved.userID == fixture.captain)
    #expect(
      resolved
        == Caller(
          userID: fixture.captain, isBot: false, credential: .session(id: session.id), expiresAt: session.expiresAt))
    fixture.advance(seconds: 59)
    #expect(try fixture.resolve(session.token) != nil)
    fixture.advance(seconds: 1)
    #expect(try fixture.resolve(session.token) == nil)
  }

  @Test func aRevokedSessionCountsNoLongerAndOnlyItsOwnerRevokesIt() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let session = try fixture.write {
      try Sessions.create(for: fixture.captain, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    #expect(try fixture.write { try Sessions.revoke(session.id, of: alice.userID, $0) } == false)
    #expect(try fixture.resolve(session.token) != nil)
    #expect(try fixture.write { try Sessions.revoke(session.id, of: fixture.captain, $0) })
    #expect(fixture.invalidations == [.credentials(fixture.captain)])
    #expect(try fixture.resolve(session.token) == nil)
    #expect(try fixture.write { try Sessions.revoke(session.id, of: fixture.captain, $0) } == false)
  }

  @Test func endedSessionsAreForgotten() throws {
    let fixture = try PeopleFixture()
    for _ in 0..<5 {
      _ = try fixture.write {
        try Sessions.create(for: fixture.captain, lasting: 60, from: SessionOrigin(method: "magic"), $0)
      }
      fixture.advance(seconds: 61)
    }
    #expect(try fixture.writer.first("SELECT count(*) FROM sessions") { $0.int(0) } == 1)
  }

  @Test func aBotTokenCarriesItsScopesAndItsWorkspace() throws {
    let fixture = try PeopleFixture()
    let (bot, token) = try fixture.bot(scopes: ["messages:read", "profile:read"])
    let resolved = try #require(try fixture.resolve(token.secret))
    #expect(
      resolved
        == Caller(
          userID: bot.id, isBot: true,
          credential: .botToken(
            id: token.token.id, workspaceID: fixture.workspace, scopes: ["messages:read", "profile:read"])))
    #expect(try fixture.resolve("ccb_nope") == nil)
    #expect(try fixture.resolve("") == nil)
  }

  @Test func aBotTokenEndsWithItsBotItsMembershipAndItsWorkspace() throws {
    let fixture = try PeopleFixture()
    let (removed, removedToken) = try fixture.bot("Removed")
    try fixture.write { try Bots.removeMembership(fixture.owner, bot: removed.id, in: fixture.workspace, $0) }
    #expect(fixture.invalidations.contains(.credentials(removed.id)))
    #expect(fixture.invalidations.contains(.membership(fixture.workspace, removed.id)))
    #expect(try fixture.resolve(removedToken.secret) == nil)

    let (deleted, deletedToken) = try fixture.bot("Deleted")
    _ = try fixture.write { try Bots.delete(fixture.owner, deleted.id, $0) }
    #expect(try fixture.resolve(deletedToken.secret) == nil)

    let (_, last) = try fixture.bot("Last")
    #expect(try fixture.resolve(last.secret) != nil)
    try fixture.writer.execute("UPDATE workspaces SET deleted_at = ?1", [.text(fixture.now.text)])
    #expect(try fixture.resolve(last.secret) == nil)
  }

  @Test func useIsRecordedOnceAMinute() throws {
    let fixture = try PeopleFixture()
    let (_, token) = try fixture.bot()
    func lastUse() throws -> String? { try BotTokens.find(token.token.id, fixture.writer)?.lastUsedAt }
    #expect(try lastUse() == nil)
    try fixture.write { try Credentials.recordUse(ofBotToken: token.token.id, $0) }
    let first = fixture.now
    #expect(try lastUse() == first.text)
    fixture.advance(seconds: 59)
    try fixture.write { try Credentials.recordUse(ofBotToken: token.token.id, $0) }
    #expect(try lastUse() == first.text)
    fixture.advance(seconds: 1)
    try fixture.write { try Credentials.recordUse(ofBotToken: token.token.id, $0) }
    #expect(try lastUse() == fixture.now.text)
  }

  @Test func developmentModeKnowsTheFirstUserAndImpersonatesTheLiving() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let (bot, _) = try fixture.bot()
    #expect(try Credentials.developmentCaller(fixture.writer)?.userID == fixture.captain)
    #expect(try Credentials.impersonated(alice.userID, fixture.writer) == alice)
    #expect(try Credentials.impersonated(bot.id, fixture.writer)?.isBot == true)
    #expect(try Credentials.impersonated("usr_nope", fixture.writer) == nil)
    _ = try fixture.write { try Bots.delete(fixture.owner, bot.id, $0) }
    #expect(try Credentials.impersonated(bot.id, fixture.writer) == nil)
  }
}
