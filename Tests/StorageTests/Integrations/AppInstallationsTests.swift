import Testing

@testable import Storage

@Suite struct AppInstallationsTests {
  private func install(
    _ fixture: PeopleFixture, _ caller: Caller? = nil, _ slug: String = "claw", bot: UserID, nonce: String? = nil
  ) throws -> AppInstallation {
    try fixture.write { tx in
      try AppInstallations.create(
        caller ?? fixture.owner, in: fixture.workspace,
        AppInstallations.Draft(appSlug: slug, botUserID: bot, setupNonce: nonce), tx)
    }
  }

  private func command(
    _ fixture: PeopleFixture, _ name: String, bot: UserID, of installation: AppInstallation? = nil
  ) throws -> SlashCommand {
    try fixture.write { tx in
      try SlashCommands.create(
        fixture.owner, in: fixture.workspace,
        SlashCommands.Draft(
          command: name, callbackURL: "https://example.com/", botUserID: bot, appInstallationID: installation?.id), tx)
    }
  }

  private func subscribe(_ fixture: PeopleFixture, of installation: AppInstallation) throws -> EventSubscription {
    try fixture.write { tx in
      try EventSubscriptions.create(
        fixture.owner, in: fixture.workspace,
        EventSubscriptions.Draft(
          eventTypes: ["*"], callbackURL: "https://example.com/", appInstallationID: installation.id), tx)
    }
  }

  private func revoke(
    _ fixture: PeopleFixture, _ installation: AppInstallation, _ removal: AppInstallations.Removal,
    by caller: Caller? = nil
  ) throws -> AppInstallations.Removed {
    try fixture.write { try AppInstallations.revoke(caller ?? fixture.owner, installation.id, removal, $0) }
  }

  @Test func aNonceInstallsOnce() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    let (other, _) = try fixture.bot("Other")
    let nonce = "0123456789abcdef"
    let first = try install(fixture, bot: bot.id, nonce: nonce)
    #expect(try install(fixture, bot: bot.id, nonce: nonce).id == first.id)
    #expect(try install(fixture, bot: bot.id).id != first.id)
    expectRefusal(.conflict) { try install(fixture, bot: other.id, nonce: nonce) }
    expectRefusal(.conflict) { try install(fixture, nil, "else", bot: bot.id, nonce: nonce) }
    expectRefusal(.invalid) { try install(fixture, bot: bot.id, nonce: "too short") }
    _ = try revoke(fixture, first, AppInstallations.Removal())
    expectRefusal(.conflict) { try install(fixture, bot: bot.id, nonce: nonce) }
  }

  @Test func onlyThoseWhoRunTheWorkspaceInstall() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    let mona = try fixture.member("mona", .moderator)
    let installation = try install(fixture, mona, bot: bot.id)
    let alice = try fixture.member("alice")
    let olaf = try fixture.outsider("olaf")
    expectRefusal(.forbidden) { try install(fixture, alice, bot: bot.id) }
    expectRefusal(.notFound) { try install(fixture, olaf, bot: bot.id) }
    expectRefusal(.forbidden) { try revoke(fixture, installation, AppInstallations.Removal(), by: alice) }
    expectRefusal(.notFound) { try revoke(fixture, installation, AppInstallations.Removal(), by: olaf) }
    #expect(try AppInstallations.list(alice, in: fixture.workspace, fixture.writer).map(\.id) == [installation.id])
    expectRefusal(.invalid) { try install(fixture, bot: alice.userID) }
    expectRefusal(.notFound) { try install(fixture, bot: olaf.userID) }
  }

  @Test func whatIsAttachedGoesUnlessItShallStay() throws {
    let fixture = try PeopleFixture()
    let (bot, token) = try fixture.bot()
    let kept = try install(fixture, bot: bot.id)
    _ = try command(fixture, "kept", bot: bot.id, of: kept)
    _ = try subscribe(fixture, of: kept)
    let nothing = try revoke(
      fixture, kept,
      AppInstallations.Removal(slashCommands: false, eventSubscriptions: false, botTokens: false, deletesBot: false))
    #expect(nothing.slashCommands == 0)
    #expect(nothing.eventSubscriptions == 0)
    #expect(nothing.installation.revokedAt != nil)

    let gone = try install(fixture, bot: bot.id)
    _ = try command(fixture, "gone", bot: bot.id, of: gone)
    _ = try subscribe(fixture, of: gone)
    _ = try command(fixture, "free", bot: bot.id)
    let removed = try revoke(fixture, gone, AppInstallations.Removal())
    #expect(removed.slashCommands == 1)
    #expect(removed.eventSubscriptions == 1)
    #expect(removed.botTokens == 0)
    let names = try SlashCommands.list(fixture.owner, in: fixture.workspace, fixture.writer).map(\.command)
    #expect(names == ["/kept", "/free"])
    #expect(try fixture.resolve(token.secret) != nil)
    let again = try revoke(fixture, gone, AppInstallations.Removal())
    #expect(again.slashCommands == 0)
    expectRefusal(.notFound) { try command(fixture, "late", bot: bot.id, of: gone) }
  }

  @Test func anotherPersonsBotIsNotTouched() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let (bot, made) = try fixture.write { tx in
      try Bots.create(alice, in: fixture.workspace, Bots.Draft(displayName: "Mine", ownerUserID: alice.userID), tx)
    }
    let token = try #require(made)
    let installation = try install(fixture, bot: bot.id)
    _ = try command(fixture, "hers", bot: bot.id, of: installation)
    for (tokens, deletes) in [(true, false), (false, true)] {
      expectRefusal(.forbidden) {
        try revoke(
          fixture, installation,
          AppInstallations.Removal(
            slashCommands: true, eventSubscriptions: true, botTokens: tokens, deletesBot: deletes))
      }
    }
    #expect(try AppInstallations.list(alice, in: fixture.workspace, fixture.writer).count == 1)
    #expect(try SlashCommands.list(alice, in: fixture.workspace, fixture.writer).count == 1)
    #expect(try fixture.resolve(token.secret) != nil)
  }

  @Test func aDeletedBotLeavesNoBinding() throws {
    let fixture = try PeopleFixture()
    let (bot, token) = try fixture.bot(scopes: ["bot:write"])
    let installation = try install(fixture, bot: bot.id)
    _ = try command(fixture, "free", bot: bot.id)
    _ = try subscribe(fixture, of: installation)
    let caller = try #require(try fixture.resolve(token.secret))
    _ = try fixture.write {
      try BotCommands.replace(caller, [BotCommands.Draft(command: "x", description: "X")], $0)
    }
    let code = try fixture.write {
      try BotSetupCodes.create(fixture.owner, bot: bot.id, in: fixture.workspace, BotSetupCodes.Draft(), $0)
    }
    let removed = try revoke(
      fixture, installation,
      AppInstallations.Removal(slashCommands: true, eventSubscriptions: true, botTokens: true, deletesBot: true))
    #expect(removed.botTokens == 1)
    #expect(removed.eventSubscriptions == 1)
    #expect(removed.deletedBot?.bot.id == bot.id)
    let (workspace, db) = (fixture.workspace, fixture.writer)
    #expect(try SlashCommands.list(fixture.owner, in: workspace, db).isEmpty)
    #expect(try EventSubscriptions.list(fixture.owner, in: workspace, db).isEmpty)
    #expect(try BotCommands.list(fixture.owner, in: workspace, db).isEmpty)
    expectRefusal(.notFound) { try fixture.write { try BotSetupCodes.claim(code.code, $0) } }
  }
}
