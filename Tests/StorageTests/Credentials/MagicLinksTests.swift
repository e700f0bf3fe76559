import Testing

@testable import Storage

@Suite struct MagicLinksTests {
  private func link(
    _ fixture: PeopleFixture, _ email: String, name: String = "", lasting: Int64 = 60
  ) throws -> (link: MagicLink, token: String) {
    try fixture.write { try MagicLinks.create(email: email, displayName: name, lasting: lasting, $0) }
  }

  private func consume(_ fixture: PeopleFixture, _ token: String) throws -> (session: Session, user: User) {
    try fixture.write {
      try MagicLinks.consume(token: token, sessionSeconds: 600, from: SessionOrigin(method: "magic"), $0)
    }
  }

  @Test func aNewAddressMakesAPerson() throws {
    let fixture = try PeopleFixture()
    let made = try link(fixture, " New.User@Example.TEST ", name: " New User ")
    #expect(made.link.email == "new.user@example.test")
    #expect(!String(decoding: made.link.json, as: UTF8.self).contains(made.token))
    let (session, user) = try consume(fixture, "  \(made.token) ")
    #expect(user.displayName == "New User")
    #expect(session.userID == user.id)
    #expect(session.expiresAt == fixture.now.adding(seconds: 600))
    #expect(try fixture.resolve(session.token)?.userID == user.id)
  }

  @Test func aKnownAddressInAnySpellingKeepsItsPersonAndName() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let made = try link(fixture, "ALICE@example.test", name: "Ignored")
    let user = try consume(fixture, made.token).user
    #expect(user.id == alice.userID)
    #expect(user.displayName == "alice")
  }

  @Test func withoutANameTheAddressIsShownCutToTheLimit() throws {
    let fixture = try PeopleFixture()
    #expect(
      try consume(fixture, try link(fixture, "plain@example.test").token).user.displayName == "plain@example.test")
    let long = String(repeating: "x", count: 100) + "@example.test"
    #expect(try consume(fixture, try link(fixture, long).token).user.displayName.utf8.count == 80)
  }

  @Test func aLinkWorksOnce() throws {
    let fixture = try PeopleFixture()
    let made = try link(fixture, "a@example.test")
    _ = try consume(fixture, made.token)
    expectRefusal(.invalid) { try consume(fixture, made.token) }
  }

  @Test func aLinkExpiresAndExpiredOnesAreForgotten() throws {
    let fixture = try PeopleFixture()
    let made = try link(fixture, "a@example.test", lasting: 60)
    fixture.advance(seconds: 60)
    expectRefusal(.invalid) { try consume(fixture, made.token) }
    for index in 0..<40 { _ = try link(fixture, "u\(index)@example.test", lasting: 1) }
    fixture.advance(seconds: 2)
    for index in 0..<3 { _ = try link(fixture, "v\(index)@example.test", lasting: 600) }
    #expect(try fixture.writer.first("SELECT count(*) FROM magic_links") { $0.int(0) } == 3)
  }

  @Test func whatIsNoLinkIsRefused() throws {
    let fixture = try PeopleFixture()
    let session = try fixture.write {
      try Sessions.create(for: fixture.captain, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    for token in ["", "mgt_nope", session.token, try Token(.magicLink).text] {
      expectRefusal(.invalid) { try consume(fixture, token) }
    }
    expectRefusal(.invalid) { try link(fixture, "") }
    expectRefusal(.invalid) { try link(fixture, "a@b.c", name: String(repeating: "n", count: 81)) }
  }
}
