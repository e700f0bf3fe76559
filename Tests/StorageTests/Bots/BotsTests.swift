import Testing

@testable import Storage

@Suite struct BotsTests {
  private func create(
    _ fixture: PeopleFixture, _ caller: Caller, _ draft: Bots.Draft
  ) throws -> (bot: User, token: IssuedBotToken?) {
    try fixture.write { try Bots.create(caller, in: fixture.workspace, draft, $0) }
  }

  @Test func ownersAndModeratorsMakeServiceBots() throws {
    let fixture = try PeopleFixture()
    let draft = Bots.Draft(displayName: " Helper ")
    for caller in [fixture.owner, try fixture.member("mona", .moderator)] {
      let (bot, token) = try create(fixture, caller, draft)
      #expect(bot.isBot)
      #expect(bot.displayName == "Helper")
      #expect(bot.avatarURL.isEmpty)
      #expect(token?.token.name == "default")
      #expect(token?.token.createdBy == caller.userID)
    }
    expectRefusal(.forbidden) { try create(fixture, try fixture.member("alice"), draft) }
    expectRefusal(.forbidden) { try create(fixture, try fixture.member("gus", .guest), draft) }
    expectRefusal(.notFound) { try create(fixture, try fixture.outsider("olaf"), draft) }
  }

  @Test func invalidDraftsLeaveNothingBehind() throws {
    let fixture = try PeopleFixture()
    var taken = Bots.Draft(displayName: "Helper")
    taken.handle = "@Helper-Bot"
    #expect(try create(fixture, fixture.owner, taken).bot.handle == "helper-bot")
    func refused(_ kind: StoreError.Kind, _ change: (inout Bots.Draft) -> Void) {
      var draft = Bots.Draft(displayName: "x")
      change(&draft)
      expectRefusal(kind) { try create(fixture, fixture.owner, draft) }
    }
    refused(.invalid) { $0.displayName = "  " }
    refused(.invalid) { $0.displayName = String(repeating: "n", count: 81) }
    refused(.invalid) { $0.handle = "-" }
    refused(.conflict) { $0.handle = "HELPER-bot" }
    refused(.invalid) { $0.avatarURL = "javascript:1" }
    refused(.invalid) { $0.scopes = ["everything"] }
    refused(.invalid) { $0.tokenName = String(repeating: "n", count: 81) }
    refused(.invalid) { $0.setupNonce = "too short" }
    #expect(try Bots.list(fixture.owner, in: fixture.workspace, fixture.writer).count == 1)
  }

  @Test func aPersonsBotIsTheirsAlone() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let bob = try fixture.member("bob")
    let draft = Bots.Draft(displayName: "Claw", ownerUserID: alice.userID)
    expectRefusal(.forbidden) { try create(fixture, bob, draft) }
    expectRefusal(.forbidden) { try create(fixture, fixture.owner, draft) }
    let (bot, token) = try create(fixture, alice, draft)
    let tokenID = try #require(token?.token.id)
    #expect(bot.ownerUserID == alice.userID)
    #expect(token?.token.ownerUserID == alice.userID)
    for caller in [fixture.owner, bob] {
      expectRefusal(.forbidden) {
        try fixture.write { try BotTokens.create(caller, bot: bot.id, in: fixture.workspace, .init(), $0) }
      }
      expectRefusal(.forbidden) {
        try fixture.write { try BotTokens.create(caller, bot: bot.id, in: nil, .init(), $0) }
      }
      expectRefusal(.forbidden) { try fixture.write { try BotTokens.revoke(caller, token: tokenID, $0) } }
      expectRefusal(.forbidden) { try fixture.write { try Bots.delete(caller, bot.id, $0) } }
      #expect(try BotTokens.list(caller, bot: bot.id, in: fixture.workspace, fixture.writer).map(\.id) == [tokenID])
      #expect(try OwnedBots.list(caller, fixture.writer).isEmpty)
    }
    let second = try fixture.write {
      try BotTokens.create(alice, bot: bot.id, in: nil, .init(name: "second", scopes: ["messages:read"]), $0)
    }
    #expect(try OwnedBots.list(alice, fixture.writer).map(\.activeTokenCount) == [2])
    #expect(try fixture.write { try BotTokens.revoke(alice, token: second.token.id, $0) }.revokedAt != nil)
    #expect(try OwnedBots.list(alice, fixture.writer).map(\.activeTokenCount) == [1])
    _ = try fixture.write { try Bots.delete(alice, bot.id, $0) }
    #expect(try OwnedBots.list(alice, fixture.writer).isEmpty)
  }

  @Test func aDeletedBotLeavesItsNameAndGivesItsHandleBack() throws {
    let fixture = try PeopleFixture()
    var draft = Bots.Draft(displayName: "Old Claw")
    draft.handle = "claw"
    let (bot, token) = try create(fixture, fixture.owner, draft)
    let alice = try fixture.member("alice")
    expectRefusal(.forbidden) { try fixture.write { try Bots.delete(alice, bot.id, $0) } }
    let tombstone = try fixture.write { try Bots.delete(fixture.owner, bot.id, $0) }
    #expect(
      String(decoding: tombstone.json, as: UTF8.self)
        == #"{"id":"\#(bot.id)","display_name":"Old Claw","former_handle":"claw","deleted_at":"\#(fixture.now.text)"}"#)
    #expect(tombstone.workspaces == [fixture.workspace])
    for invalidation: Invalidation in [
      .user(bot.id), .credentials(bot.id), .membership(fixture.workspace, bot.id),
    ] { #expect(fixture.invalidations.contains(invalidation)) }
    #expect(try fixture.resolve(try #require(token?.secret)) == nil)
    expectRefusal(.notFound) { try fixture.write { try Bots.delete(fixture.owner, bot.id, $0) } }
    #expect(try Bots.list(fixture.owner, in: fixture.workspace, fixture.writer).isEmpty)
    #expect(try create(fixture, fixture.owner, draft).bot.handle == "claw")
    let gone = try Users.require(bot.id, fixture.writer)
    #expect(gone.handle.isEmpty)
    #expect(gone.formerHandle == "claw")
    #expect(gone.deletedAt == fixture.now.text)
  }

  @Test func onlyBotsAreDeletedAndOutsidersSeeNone() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let olaf = try fixture.outsider("olaf")
    let (bot, token) = try fixture.bot()
    expectRefusal(.notFound) { try fixture.write { try Bots.delete(fixture.owner, alice.userID, $0) } }
    expectRefusal(.notFound) { try fixture.write { try Bots.delete(fixture.owner, "usr_nope", $0) } }
    expectRefusal(.notFound) { try fixture.write { try Bots.delete(olaf, bot.id, $0) } }
    expectRefusal(.notFound) { try Bots.list(olaf, in: fixture.workspace, fixture.writer) }
    expectRefusal(.notFound) { try BotTokens.list(olaf, bot: bot.id, in: nil, fixture.writer) }
    expectRefusal(.notFound) { try fixture.write { try BotTokens.revoke(olaf, token: token.token.id, $0) } }
  }

  @Test func botsManageNothing() throws {
    let fixture = try PeopleFixture()
    let (bot, token) = try fixture.bot(scopes: ["bot:admin", "agent_activity:write"])
    let caller = try #require(try fixture.resolve(token.secret))
    expectRefusal(.forbidden) { try create(fixture, caller, Bots.Draft(displayName: "x")) }
    expectRefusal(.forbidden) { try Bots.list(caller, in: fixture.workspace, fixture.writer) }
    expectRefusal(.forbidden) { try BotTokens.list(caller, bot: bot.id, in: fixture.workspace, fixture.writer) }
    expectRefusal(.forbidden) { try BotTokens.list(caller, bot: bot.id, in: nil, fixture.writer) }
    expectRefusal(.forbidden) { try fixture.write { try BotTokens.create(caller, bot: bot.id, in: nil, .init(), $0) } }
    expectRefusal(.forbidden) { try fixture.write { try BotTokens.revoke(caller, token: token.token.id, $0) } }
    expectRefusal(.forbidden) { try fixture.write { try Bots.delete(caller, bot.id, $0) } }
    expectRefusal(.forbidden) {
      try fixture.write { try Bots.removeMembership(caller, bot: bot.id, in: fixture.workspace, $0) }
    }
    expectRefusal(.forbidden) { try OwnedBots.list(caller, fixture.writer) }
  }
}
