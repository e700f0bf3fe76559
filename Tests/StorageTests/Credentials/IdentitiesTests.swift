import Testing

@testable import Storage

@Suite struct IdentitiesTests {
  let fixture: RealtimeFixture

  init() throws { fixture = try RealtimeFixture() }

  private func identity(
    _ subject: String, email: String = "ada@example.test", name: String = "Ada", isModerator: Bool = false,
    issuer: String = "https://id.example"
  ) -> VerifiedIdentity {
    VerifiedIdentity(issuer: issuer, subject: subject, email: email, displayName: name, isModerator: isModerator)
  }

  private func signIn(_ identity: VerifiedIdentity, _ rule: JoinRule = JoinRule()) throws -> User {
    try fixture.write { try Identities.signIn(identity, rule, $0) }
  }

  private func role(_ user: User) throws -> Role? {
    try fixture.read { try Memberships.activeRole(of: user.id, in: fixture.workspace, $0) }
  }

  @Test func makesAPersonOnceAndKnowsThemAgain() throws {
    let user = try signIn(identity("1"))
    #expect(user.displayName == "Ada")
    // The subject counts: an address may change.
    #expect(try signIn(identity("1", email: "ada@new.example", name: "Other")).id == user.id)
    #expect(try fixture.read { try Identities.user(issuer: "https://id.example", subject: "1", $0) } == user.id)
    // The same subject elsewhere is somebody else.
    #expect(try signIn(identity("1", email: "b@example.test", issuer: "https://other.example")).id != user.id)
  }

  @Test func linksToThePersonWithTheAddressInAnySpelling() throws {
    let known = try fixture.write { try Users.create(displayName: "Known", email: "Ada@Example.Test", $0) }
    #expect(try signIn(identity("1", email: "aDA@eXAMPLE.tEST")).id == known.id)
    #expect(try signIn(identity("9", issuer: "https://github.com")).id == known.id)
  }

  @Test func newPeopleJoinByTheRule() throws {
    #expect(try role(signIn(identity("1", email: "1@example.test"))) == nil)
    #expect(try role(signIn(identity("2", email: "2@example.test"), JoinRule(role: .guest))) == .guest)
    let waiting = try fixture.read { try Memberships.guestChannel(of: fixture.workspace, $0) }
    #expect(waiting != nil)
    let rule = JoinRule(workspace: fixture.workspace, role: .member)
    #expect(try role(signIn(identity("3", email: "3@example.test"), rule)) == .member)
    #expect(try role(signIn(identity("4", email: "4@example.test", isModerator: true), rule)) == .moderator)
  }

  @Test func knownPeopleJoinNothing() throws {
    let known = try fixture.write { try Users.create(displayName: "Known", email: "ada@example.test", $0) }
    _ = try signIn(identity("1", isModerator: true), JoinRule(role: .member))
    #expect(try role(known) == nil)
  }

  @Test func refusesAWorkspaceThatIsNotThere() throws {
    let error = try #require(throws: StoreError.self) {
      try signIn(identity("1"), JoinRule(workspace: "x", role: .member))
    }
    #expect(error.kind == .unavailable)
    #expect(try fixture.read { try Users.withEmail("ada@example.test", $0) }.isEmpty)
  }

  @Test func refusesADeletedPersonAndTooManyAccounts() throws {
    let user = try signIn(identity("0"))
    for number in 1..<Identities.perUserMax { _ = try signIn(identity("\(number)")) }
    #expect(throws: StoreError.self) { try signIn(identity("x")) }
    try fixture.write { tx in
      _ = try tx.db.execute("UPDATE users SET deleted_at = ?2 WHERE id = ?1", [.text(user.id), .text(tx.now.text)])
    }
    #expect(throws: StoreError.self) { try signIn(identity("0")) }
    #expect(try fixture.read { try Identities.user(issuer: "https://id.example", subject: "0", $0) } == nil)
  }

  @Test func longAndEmptyNamesBecomeUsable() throws {
    let long = try signIn(identity("1", name: String(repeating: "é", count: 100)))
    #expect(long.displayName.utf8.count == DisplayName.bytesMax)
    #expect(try signIn(identity("2", email: "n@example.test", name: "  ")).displayName == "n@example.test")
  }
}
