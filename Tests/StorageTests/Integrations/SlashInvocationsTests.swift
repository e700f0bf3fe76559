import Testing

@testable import Storage

@Suite struct SlashInvocationsTests {
  let fixture: MessagesFixture
  let bot: Caller
  let command: SlashCommand

  init() throws {
    let fixture = try MessagesFixture()
    let bot = try fixture.bot("deployer", scopes: [])
    command = try fixture.write { tx in
      try SlashCommands.create(
        fixture.owner, in: fixture.workspaceID,
        SlashCommands.Draft(command: " Deploy ", callbackURL: "https://example.com/d", botUserID: bot.userID), tx)
    }
    (self.fixture, self.bot) = (fixture, bot)
  }

  private func start(
    _ command: String, _ text: String, by caller: Caller? = nil, in channel: ChannelID? = nil
  ) throws -> SlashInvocations.Start {
    try fixture.write { tx in
      try SlashInvocations.start(
        caller ?? fixture.owner, in: channel ?? fixture.general, command: command, text: text, correlationID: "c", tx)
    }
  }

  private func invocation(_ command: String, _ text: String, by caller: Caller? = nil) throws -> SlashInvocation {
    guard case .registered(let invocation) = try start(command, text, by: caller) else {
      throw StoreError.notFound("invocation")
    }
    return invocation
  }

  @Test func namesAreFoundHoweverTheyAreTyped() throws {
    #expect(command.command == "/deploy")
    for name in ["/deploy", "deploy", "/DEPLOY"] {
      #expect(try invocation(name, "prod").command.id == command.id)
    }
    guard case .posted(let created) = try start("/shrug", "oh well") else {
      Issue.record("was not posted")
      return
    }
    #expect(created.message.body == "/shrug oh well")
    #expect(created.message.author.id == fixture.owner.userID)
  }

  @Test func theAppSeesWhoAskedAndForWhat() throws {
    let invocation = try invocation("/deploy", "prod \"now\"")
    let expected =
      "{\"bot_user_id\":\"\(bot.userID)\",\"channel_id\":\"\(fixture.general)\",\"command\":\"/deploy\","
      + "\"command_id\":\"\(command.id)\",\"text\":\"prod \\\"now\\\"\",\"trigger_id\":\"\(invocation.id)\","
      + "\"user_id\":\"\(fixture.owner.userID)\",\"workspace_id\":\"\(fixture.workspaceID)\"}"
    #expect(String(decoding: invocation.callbackBody, as: UTF8.self) == expected)
    #expect(!invocation.payload.contains("trigger_id"))
  }

  @Test func theAnswerIsTheBots() throws {
    let invocation = try invocation("/deploy", "")
    let created = try fixture.write {
      try SlashInvocations.post("done", answering: invocation, correlationID: "c", $0)
    }
    #expect(created.message.author.id == bot.userID)
    #expect(created.message.channelID == fixture.general)
    try fixture.write {
      try SlashInvocations.record(invocation, status: 200, body: [0xff, 0, 0x41], error: "", $0)
    }
    let stored = try fixture.read { db in
      try db.first("SELECT response_status, response_body FROM slash_invocations WHERE id = ?1", [.text(invocation.id)])
      { ($0.int(0), $0.text(1)) }
    }
    #expect(stored?.0 == 200)
    #expect(stored?.1 == "\u{fffd}A")
  }

  @Test func itTakesTheRightToWrite() throws {
    let blocked = try fixture.member("blocked")
    try fixture.execute(
      "UPDATE workspace_members SET blocked_at = 'x' WHERE user_id = ?1", [.text(blocked.userID)])
    #expect(refusal { try start("/deploy", "", by: blocked) } == .forbidden)
    let outsider = try fixture.outsider("olaf")
    #expect(refusal { try start("/deploy", "", by: outsider) } == .notFound)
    #expect(refusal { try start("/deploy", "", in: "chn_nope") } == .notFound)
  }

  @Test func everyUseCountsForGuests() throws {
    let waitingRoom = fixture.ids.make(.channel)
    try fixture.addChannel(waitingRoom, "guest")
    let guest = try fixture.member("gus", role: .guest)
    for _ in 0..<GuestBudget.postsMax { _ = try start("/deploy", "", by: guest, in: waitingRoom) }
    #expect(refusal { try start("/deploy", "", by: guest, in: waitingRoom) } == .tooMany)
    #expect(refusal { try start("/deploy", "", by: guest) } == .forbidden)
  }

  @Test func aRevokedCommandIsOrdinaryText() throws {
    _ = try fixture.write { try SlashCommands.revoke(fixture.owner, command.id, $0) }
    guard case .posted(let created) = try start("/deploy", "prod") else {
      Issue.record("was not posted")
      return
    }
    #expect(created.message.body == "/deploy prod")
  }
}
