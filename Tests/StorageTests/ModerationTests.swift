import Testing

@testable import Storage

@Suite struct ModerationTests {
  private func moderate(
    _ fixture: SpacesFixture, _ actor: Caller, _ target: Caller, _ change: Moderation.Change
  ) throws -> (Moderation.Member, Event) {
    try fixture.write { try Moderation.update(actor, member: target.userID, in: fixture.workspace, change, $0) }
  }

  @Test("Rank decides who may moderate whom, and which role they may give")
  func ranks() throws {
    let fixture = try SpacesFixture()
    let captain = fixture.captain
    let mona = try fixture.person("Mona", role: .moderator)
    let mark = try fixture.person("Mark", role: .moderator)
    let alice = try fixture.person("Alice")
    let olaf = try fixture.person("Olaf", role: nil)
    #expect(try moderate(fixture, mona, alice, .init(role: "guest")).0.role == .guest)
    #expect(try moderate(fixture, mona, alice, .init(role: "member")).0.role == .member)
    expectRefusal(.forbidden) { _ = try moderate(fixture, mona, alice, .init(role: "moderator")) }
    expectRefusal(.forbidden) { _ = try moderate(fixture, mona, mark, .init(blocked: true)) }
    expectRefusal(.forbidden) { _ = try moderate(fixture, mona, captain, .init(blocked: true)) }
    expectRefusal(.forbidden) { _ = try moderate(fixture, mona, mona, .init(blocked: true)) }
    expectRefusal(.forbidden) { _ = try moderate(fixture, alice, mona, .init(blocked: true)) }
    expectRefusal(.forbidden) { _ = try moderate(fixture, captain, captain, .init(note: "me")) }
    for role in ["owner", "king", "bot"] {
      expectRefusal(.invalid) { _ = try moderate(fixture, captain, alice, .init(role: role)) }
    }
    expectRefusal(.notFound) { _ = try moderate(fixture, captain, olaf, .init(blocked: true)) }
    let bot = try fixture.write {
      try Bots.create(captain, in: fixture.workspace, Bots.Draft(displayName: "Bolt"), $0).bot
    }
    let bolt = Caller(userID: bot.id, isBot: true, credential: .development)
    expectRefusal(.forbidden) { _ = try moderate(fixture, mona, bolt, .init(blocked: true)) }
    expectRefusal(.invalid) { _ = try moderate(fixture, captain, bolt, .init(role: "member")) }
    #expect(try moderate(fixture, captain, bolt, .init(blocked: true)).0.blockedAt != nil)
  }

  @Test("A timeout or a block stops writing and leaves reading alone")
  func writing() throws {
    let fixture = try SpacesFixture()
    let captain = fixture.captain
    let bob = try fixture.person("Bob", role: .moderator)
    func write() throws {
      _ = try fixture.write { try Topics.create(bob, in: fixture.workspace, name: "t", channelID: "", $0) }
    }
    try write()
    let timedOut = try moderate(fixture, captain, bob, .init(timeoutMinutes: 30, note: "cool down")).0
    #expect(timedOut.timeoutUntil != nil && timedOut.note == "cool down" && timedOut.moderatedBy == captain.userID)
    expectRefusal(.forbidden) { try write() }
    expectRefusal(.forbidden) {
      _ = try fixture.read { try Moderation.roster(bob, in: fixture.workspace, at: .now(), $0) }
    }
    #expect(try fixture.read { try Channels.list(bob, in: fixture.workspace, $0) }.count == 1)
    let cleared = try moderate(fixture, captain, bob, .init(clearTimeout: true)).0
    #expect(cleared.timeoutUntil == nil && cleared.note == "cool down")
    try write()
    _ = try moderate(fixture, captain, bob, .init(timeoutUntil: "2020-01-01T00:00:00Z"))
    try write()
    let blocked = try moderate(fixture, captain, bob, .init(blocked: true)).0
    expectRefusal(.forbidden) { try write() }
    #expect(try fixture.read { try Channels.list(bob, in: fixture.workspace, $0) }.count == 1)
    #expect(try moderate(fixture, captain, bob, .init(note: "again")).0.blockedAt == blocked.blockedAt)
    #expect(try moderate(fixture, captain, bob, .init(blocked: false)).0.blockedAt == nil)
    try write()
    expectRefusal(.invalid) { _ = try moderate(fixture, captain, bob, .init(timeoutUntil: "tomorrow")) }
    expectRefusal(.invalid) { _ = try moderate(fixture, captain, bob, .init(timeoutMinutes: .max)) }
    expectRefusal(.invalid) {
      _ = try moderate(fixture, captain, bob, .init(note: String(repeating: "n", count: 4_001)))
    }
  }

  @Test("The event of a moderation is for moderators and the member concerned")
  func privacy() throws {
    let fixture = try SpacesFixture()
    let bob = try fixture.person("Bob")
    let cara = try fixture.person("Cara")
    let event = try moderate(fixture, fixture.captain, bob, .init(role: "guest")).1
    #expect(event.payload == #"{"role":"guest","user_id":"\#(bob.userID)"}"#)
    func cursors(_ caller: Caller, _ role: Role) throws -> [Cursor] {
      let viewer = EventViewer(workspaceID: fixture.workspace, userID: caller.userID, role: role)
      return try fixture.read { try Events.page(for: viewer, after: "", limit: 10, $0).events }.map(\.cursor)
    }
    #expect(try cursors(fixture.captain, .owner) == [event.cursor])
    #expect(try cursors(bob, .guest) == [event.cursor])
    #expect(try cursors(cara, .member).isEmpty)
  }

  @Test("The roster lists by rank and name, with the guests' budget")
  func roster() throws {
    let fixture = try SpacesFixture()
    let bob = try fixture.person("Bob")
    _ = try fixture.person("alice")
    _ = try fixture.person("Zoe", role: .moderator)
    try fixture.demote(bob)
    try fixture.write { try GuestBudget.spend(bob.userID, fixture.workspace, $0) }
    let roster = try fixture.read { try Moderation.roster(fixture.captain, in: fixture.workspace, at: .now(), $0) }
    #expect(roster.map(\.user.displayName) == ["Local Captain", "Zoe", "alice", "Bob"])
    #expect(roster.map(\.postLimit) == [0, 0, 0, 3] && roster.map(\.postsRemaining) == [0, 0, 0, 2])
  }

  @Test("A guest's fourth post within 24 hours is one too many, wherever midnight falls")
  func budget() throws {
    let fixture = try SpacesFixture()
    let gus = try fixture.person("Gus", role: .guest)
    let (user, workspace) = (gus.userID, fixture.workspace)
    let first = try #require(Timestamp(rfc3339: "2026-03-01T23:59:00Z"))
    let connection = try fixture.engine.openWriter()
    func spend(at now: Timestamp) throws {
      try GuestBudget.spend(user, workspace, Transaction(connection: connection, ids: fixture.ids, now: now))
    }
    for seconds: Int64 in [0, 1, 2] { try spend(at: first.adding(seconds: seconds)) }
    #expect(try GuestBudget.remaining(user, workspace, at: first.adding(seconds: 3), connection) == 0)
    expectRefusal(.tooMany) { try spend(at: first.adding(seconds: 120)) }
    expectRefusal(.tooMany) { try spend(at: first.adding(seconds: 86_399)) }
    try spend(at: first.adding(seconds: 86_400))
    expectRefusal(.tooMany) { try spend(at: first.adding(seconds: 86_400)) }
    #expect(try connection.first("SELECT count(*) FROM guest_posts") { $0.int(0) } == 3)
    // All that was while the clock was a year ahead; set back by seconds it has forgotten nothing.
    expectRefusal(.tooMany) { try spend(at: first.adding(seconds: 86_000)) }
    let before = first.adding(seconds: -365 * 86_400)
    #expect(try GuestBudget.remaining(user, workspace, at: before, connection) == 3)
    try spend(at: before)
    #expect(try connection.first("SELECT count(*) FROM guest_posts") { $0.int(0) } == 1)
  }

  @Test("A guest sees the waiting room only, and nothing where there is none")
  func waitingRoom() throws {
    let fixture = try SpacesFixture()
    let gus = try fixture.person("Gus")
    try fixture.demote(gus)
    #expect(try fixture.read { try Channels.list(gus, in: fixture.workspace, $0) }.isEmpty)
    expectRefusal(.forbidden) { _ = try fixture.read { try Access.channel(gus, fixture.general, $0) } }
    let room = try fixture.write { try WaitingRoom.ensure(in: fixture.workspace, $0) }
    #expect(try fixture.write { try WaitingRoom.ensure(in: fixture.workspace, $0) }.id == room.id)
    #expect(try fixture.read { try Channels.list(gus, in: fixture.workspace, $0) }.map(\.name) == ["guest"])
    _ = try fixture.read { try Access.channel(gus, room.id, $0) }
    expectRefusal(.invalid) {
      _ = try fixture.write { try Channels.update(fixture.captain, room.id, .init(name: "lobby"), $0) }
    }
    expectRefusal(.forbidden) {
      _ = try fixture.write { try Channels.create(gus, in: fixture.workspace, .init(name: "x"), $0) }
    }
    expectRefusal(.forbidden) {
      _ = try fixture.write { try Topics.create(gus, in: fixture.workspace, name: "x", channelID: "", $0) }
    }
    let topic = try fixture.write { try Topics.create(gus, in: fixture.workspace, name: "x", channelID: room.id, $0) }
    _ = try fixture.write {
      try Topics.create(fixture.captain, in: fixture.workspace, name: "y", channelID: fixture.general, $0)
    }
    #expect(try fixture.read { try Topics.list(gus, in: fixture.workspace, $0) }.map(\.id) == [topic.id])
    for _ in 0..<3 { try fixture.write { try GuestBudget.spend(gus.userID, fixture.workspace, $0) } }
    expectRefusal(.tooMany) {
      _ = try fixture.write { try Topics.create(gus, in: fixture.workspace, name: "z", channelID: room.id, $0) }
    }
  }
}
