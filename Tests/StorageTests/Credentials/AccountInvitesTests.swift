import Testing

@testable import Storage

@Suite struct AccountInvitesTests {
  let fixture: PeopleFixture

  init() throws { fixture = try PeopleFixture() }

  private func invite(
    name: String = "", role: String = "member", by creator: UserID? = nil, seconds: Int64 = 3_600
  ) throws -> (invite: AccountInvite, token: String) {
    var draft = AccountInvites.Draft(workspace: fixture.workspace, createdBy: creator, seconds: seconds)
    draft.displayName = name
    draft.role = role
    return try fixture.write { [draft] in try AccountInvites.create(draft, $0) }
  }

  private func accept(_ token: String, name: String = "", _ credential: UInt8 = 1) throws -> User {
    try fixture.write {
      try AccountInvites.accept(
        token, displayName: name, passkeyDraft(credential), passkeyName: "", sessionSeconds: 60,
        from: SessionOrigin(method: "invite"), $0
      ).user
    }
  }

  private func state(_ id: String) throws -> AccountInvite.State? {
    try AccountInvites.list(workspace: nil, at: fixture.now, fixture.writer).first { $0.id == id }?.state
  }

  private func people() throws -> Int64 {
    try fixture.writer.first("SELECT count(*) FROM users") { $0.int(0) } ?? 0
  }

  @Test func makesAPersonWithAPasskeyWhoJoins() throws {
    let (made, token) = try invite(name: " Ada ")
    #expect(Token.kind(of: token) == .invite)
    #expect(made.displayName == "Ada" && made.role == .member && made.state == .open)
    #expect(try AccountInvites.open(" \(token) ", at: fixture.now, fixture.writer) == made)
    let ada = try accept(token)
    #expect(ada.displayName == "Ada")
    #expect(try Memberships.activeRole(of: ada.id, in: fixture.workspace, fixture.writer) == .member)
    #expect(try Passkeys.list(fixture.caller(ada.id), fixture.writer).count == 1)
    #expect(fixture.invalidations.contains(.membership(fixture.workspace, ada.id)))
    #expect(try state(made.id) == .used)
    expectRefusal(.invalid) { _ = try accept(token, name: "Eve", 2) }
    #expect(try accept(try invite(name: "Ada").token, name: "Grace", 2).displayName == "Grace")
  }

  /// A refusal leaves nothing behind, and the invitation can be used by who does it right.
  @Test func happensAsAWholeOrNotAtAll() throws {
    let (_, token) = try invite()
    let before = try people()
    expectRefusal(.invalid) { _ = try accept(token) }
    _ = try accept(try invite(name: "Ada").token, 1)
    expectRefusal(.conflict) { _ = try accept(token, name: "Eve", 1) }
    #expect(try people() == before + 1)
    _ = try accept(token, name: "Bob", 2)
  }

  @Test func worksUntilItExpiresOrIsRevoked() throws {
    let (expiring, first) = try invite(name: "A", seconds: 60)
    let (revoked, second) = try invite(name: "B")
    let (_, third) = try invite(name: "C")
    try fixture.write { try AccountInvites.revoke(revoked.id, $0) }
    fixture.now = fixture.now.adding(seconds: 60)
    #expect(try state(expiring.id) == .expired)
    #expect(try state(revoked.id) == .revoked)
    for token in [first, second, "tok_unknown", "", third + "x"] {
      expectRefusal(.invalid) { _ = try accept(token) }
    }
    let used = try accept(third)
    #expect(used.displayName == "C")
    let newest = try #require(try AccountInvites.list(workspace: nil, at: fixture.now, fixture.writer).first)
    expectRefusal(.conflict) { try fixture.write { try AccountInvites.revoke(newest.id, $0) } }
    expectRefusal(.notFound) { try fixture.write { try AccountInvites.revoke("inv_unknown", $0) } }
  }

  @Test func dieWithTheirWorkspace() throws {
    let (_, token) = try invite(name: "A")
    let owner = fixture.owner
    try fixture.write { try Workspaces.delete(owner, fixture.workspace, $0) }
    expectRefusal(.invalid) { _ = try accept(token) }
  }

  @Test func onlyWhoMayLetsPeopleIn() throws {
    let member = try fixture.member("alice")
    let moderator = try fixture.member("mo", .moderator)
    expectRefusal(.forbidden) { _ = try invite(by: member.userID) }
    expectRefusal(.forbidden) { _ = try invite(role: "moderator", by: moderator.userID) }
    expectRefusal(.invalid) { _ = try invite(role: "owner") }
    _ = try invite(role: "guest", by: moderator.userID)
    let (_, token) = try invite(name: "Gus", role: "guest", by: fixture.captain)
    let guest = try accept(token)
    #expect(try Memberships.activeRole(of: guest.id, in: fixture.workspace, fixture.writer) == .guest)
    #expect(try Memberships.guestChannel(of: fixture.workspace, fixture.writer) != nil)
  }
}
