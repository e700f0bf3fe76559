import Testing

@testable import Storage

@Suite struct ConnectedAccountsTests {
  private func connect(
    _ fixture: PeopleFixture, _ user: Caller, _ account: String = "42", by caller: Caller? = nil
  ) throws -> ConnectedAccount {
    try fixture.write { tx in
      try ConnectedAccounts.create(
        caller ?? fixture.owner, in: fixture.workspace,
        ConnectedAccounts.Draft(userID: user.userID, provider: "Git Hub", providerAccountID: account), tx)
    }
  }

  private func audited(_ fixture: PeopleFixture) throws -> [String] {
    try AuditLog.list(fixture.owner, in: fixture.workspace, limit: 100, fixture.writer).map(\.action)
  }

  @Test func anAccountIsConnectedOnceAtATime() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let account = try connect(fixture, alice)
    #expect(account.provider == "git-hub")
    expectRefusal(.conflict) { try connect(fixture, fixture.owner) }
    for _ in 1...2 {
      let revoked = try fixture.write { try ConnectedAccounts.revoke(alice, account.id, $0) }
      #expect(revoked.revokedAt != nil)
    }
    #expect(try audited(fixture) == ["connected_account.revoked", "connected_account.created"])
    #expect(try connect(fixture, alice).id != account.id)
  }

  @Test func whoMay() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let bob = try fixture.member("bob")
    let olaf = try fixture.outsider("olaf")
    let mona = try fixture.member("mona", .moderator)
    let account = try connect(fixture, alice)
    expectRefusal(.forbidden) { try connect(fixture, bob, "1", by: bob) }
    expectRefusal(.notFound) { try connect(fixture, olaf) }
    expectRefusal(.forbidden) { try fixture.write { try ConnectedAccounts.revoke(bob, account.id, $0) } }
    expectRefusal(.notFound) { try fixture.write { try ConnectedAccounts.revoke(olaf, account.id, $0) } }
    #expect(try ConnectedAccounts.list(bob, in: fixture.workspace, fixture.writer).map(\.id) == [account.id])
    _ = try fixture.write { try ConnectedAccounts.revoke(mona, account.id, $0) }
    #expect(try ConnectedAccounts.list(bob, in: fixture.workspace, fixture.writer).isEmpty)
  }
}
