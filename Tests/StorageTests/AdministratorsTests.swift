import Testing

@testable import Storage

@Suite struct AdministratorsTests {
  let fixture: PeopleFixture

  init() throws { fixture = try PeopleFixture() }

  private func names() throws -> [UserID] { try Administrators.list(fixture.writer).map(\.id) }

  @Test func theFirstUserIsOneAndStaysOne() throws {
    try Administrators.require(fixture.owner, fixture.writer)
    #expect(try names() == [fixture.captain])
    #expect(try !fixture.write { try Administrators.add(.id(fixture.captain), $0) }.isNew)
    expectRefusal(.conflict) { try fixture.write { try Administrators.remove(.id(fixture.captain), $0) } }
  }

  @Test func othersAreNamedAndDismissed() throws {
    let alice = try fixture.member("alice", .moderator)
    expectRefusal(.forbidden) { try Administrators.require(alice, fixture.writer) }
    #expect(try fixture.write { try Administrators.add(.email("ALICE@example.test"), $0) }.isNew)
    #expect(try !fixture.write { try Administrators.add(.id(alice.userID), $0) }.isNew)
    try Administrators.require(alice, fixture.writer)
    #expect(try names() == [fixture.captain, alice.userID])
    #expect(try fixture.write { try Administrators.remove(.id(alice.userID), $0) }.wasOne)
    #expect(try !fixture.write { try Administrators.remove(.id(alice.userID), $0) }.wasOne)
    expectRefusal(.forbidden) { try Administrators.require(alice, fixture.writer) }
    expectRefusal(.notFound) { try fixture.write { try Administrators.add(.id("usr_nope"), $0) } }
  }

  @Test func botsAndTheDeletedAreNone() throws {
    let bot = Caller(userID: fixture.captain, isBot: true, credential: .development)
    expectRefusal(.forbidden) { try Administrators.require(bot, fixture.writer) }
    let alice = try fixture.member("alice")
    _ = try fixture.write { try Administrators.add(.id(alice.userID), $0) }
    _ = try fixture.write {
      try $0.db.execute("UPDATE users SET deleted_at = 'x' WHERE id = ?1", [.text(alice.userID)])
    }
    expectRefusal(.forbidden) { try Administrators.require(alice, fixture.writer) }
    #expect(try names() == [fixture.captain])
  }
}
