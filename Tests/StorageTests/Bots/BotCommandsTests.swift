import Testing

@testable import Storage

@Suite struct BotCommandsTests {
  let fixture: PeopleFixture
  let bot: Caller

  init() throws {
    fixture = try PeopleFixture()
    let made = try fixture.bot(scopes: ["bot:write"])
    bot = try #require(try fixture.resolve(made.token.secret))
  }

  private func set(_ commands: [(String, String)], by caller: Caller? = nil) throws -> [BotCommand] {
    try fixture.write { tx in
      try BotCommands.replace(
        caller ?? bot, commands.map { BotCommands.Draft(command: $0.0, description: $0.1) }, tx
      ).commands
    }
  }

  private func offered() throws -> [String] {
    try BotCommands.list(fixture.owner, in: fixture.workspace, fixture.writer).map(\.command.command)
  }

  @Test func theMenuIsReplacedAndWhatStaysKeepsItsIdentity() throws {
    let first = try set([(" /Status ", " Shows "), ("deploy", "Ships")])
    #expect(first.map(\.command) == ["/deploy", "/status"])
    #expect(first[1].description == "Shows")
    fixture.advance(seconds: 1)
    let second = try set([("/status", "Tells"), ("new", "New")])
    #expect(second.map(\.command) == ["/new", "/status"])
    #expect(second[1].id == first[1].id)
    #expect(second[1].createdAt == first[1].createdAt)
    #expect(second[1].updatedAt > first[1].updatedAt)
    #expect(try offered() == ["/new", "/status"])
    #expect(try set([]).isEmpty)
  }

  @Test func aRefusedMenuChangesNothing() throws {
    _ = try set([("keep", "Kept")])
    let long = String(repeating: "d", count: 101)
    let many = (0...BotCommands.perBotMax).map { ("c\($0)", "d") }
    let menus: [[(String, String)]] = [
      [("x", "")], [("x", long)], [("", "d")], [("a b", "d")], [("x", "d"), ("/X", "d")], many,
    ]
    for menu in menus { expectRefusal(.invalid) { try set([("fine", "Fine")] + menu) } }
    expectRefusal(.forbidden) { try set([], by: fixture.owner) }
    #expect(try offered() == ["/keep"])
  }

  @Test func leavingTakesTheMenuAlong() throws {
    _ = try set([("x", "X")])
    try fixture.write { try Bots.removeMembership(fixture.owner, bot: bot.userID, in: fixture.workspace, $0) }
    #expect(try offered().isEmpty)
    #expect(try fixture.writer.exists("SELECT 1 FROM bot_commands") == false)
  }
}
