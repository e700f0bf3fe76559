import Testing

@testable import Storage

@Suite struct BotSetupCodesTests {
  private func make(
    _ fixture: PeopleFixture, _ bot: UserID, by caller: Caller? = nil, _ draft: BotSetupCodes.Draft = .init()
  ) throws -> BotSetupCode {
    try fixture.write { try BotSetupCodes.create(caller ?? fixture.owner, bot: bot, in: fixture.workspace, draft, $0) }
  }

  private func claim(_ fixture: PeopleFixture, _ code: String) throws -> BotSetupCodes.Claim {
    try fixture.write { try BotSetupCodes.claim(code, $0) }
  }

  @Test func aCodeWorksOnceHoweverItIsTyped() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    let shapes: [(String) -> String] = [
      { $0 }, { $0.lowercased() }, { " " + $0.replacing("-", with: " ") + "\n" }, { $0.replacing("-", with: "") },
      { $0.replacing("0", with: "o").replacing("1", with: "L") },
    ]
    for shape in shapes {
      let code = try make(fixture, bot.id).code
      #expect(code.utf8.count == 14)
      let claimed = try claim(fixture, shape(code))
      let caller = try #require(try fixture.resolve(claimed.token.secret))
      #expect(caller.userID == bot.id)
      expectRefusal(.notFound) { try claim(fixture, code) }
    }
    let actions = try AuditLog.list(fixture.owner, in: fixture.workspace, limit: 2, fixture.writer).map(\.action)
    #expect(actions == ["bot_setup_code.claimed", "bot_setup_code.created"])
  }

  @Test(arguments: [
    "", "hello", "AAAA-BBBB-CCCC", "AAAA-BBBB-CCC", "AAAA-BBBB-CCCCC", "ÄAAA-BBBB-CCCC", "UUUU-UUUU-UUUU",
  ])
  func guessesFindNothing(_ code: String) throws {
    let fixture = try PeopleFixture()
    expectRefusal(.notFound) { try claim(fixture, code) }
  }

  @Test func codesExpire() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    let code = try make(fixture, bot.id)
    fixture.advance(seconds: BotSetupCodes.lifetimeSeconds)
    expectRefusal(.notFound) { try claim(fixture, code.code) }
  }

  @Test func codesOfADemotedMakerAreWorthless() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    let mona = try fixture.member("mona", .moderator)
    let code = try make(fixture, bot.id, by: mona)
    try fixture.write { tx in
      _ = try tx.db.execute("UPDATE workspace_members SET role = 'member' WHERE user_id = ?1", [.text(mona.userID)])
    }
    expectRefusal(.notFound) { try claim(fixture, code.code) }
  }

  @Test func whoMayAndForWhat() throws {
    let fixture = try PeopleFixture()
    let (bot, _) = try fixture.bot()
    let alice = try fixture.member("alice")
    expectRefusal(.forbidden) { try make(fixture, bot.id, by: alice) }
    expectRefusal(.notFound) { try make(fixture, alice.userID) }
    expectRefusal(.invalid) { try make(fixture, bot.id, BotSetupCodes.Draft(scopes: ["x"])) }
    var defaults = SetupDefaults()
    defaults.agentActivity = true
    expectRefusal(.invalid) { try make(fixture, bot.id, BotSetupCodes.Draft(defaults: defaults)) }
    let wanted = BotSetupCodes.Draft(scopes: ["agent_activity:write"], defaults: defaults)
    #expect(try make(fixture, bot.id, wanted).scopes == ["agent_activity:write"])
    for _ in 1..<BotSetupCodes.openPerBotMax { _ = try make(fixture, bot.id) }
    expectRefusal(.conflict) { try make(fixture, bot.id) }
    fixture.advance(seconds: BotSetupCodes.lifetimeSeconds)
    _ = try make(fixture, bot.id)
  }
}
