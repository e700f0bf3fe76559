import Testing

@testable import Storage

@Suite struct AdministrationTests {
  @Test func bootstrapHappensOnce() throws {
    let fixture = try PeopleFixture()
    let again = try fixture.write { try Bootstrap.run(name: "Nobody", email: "n@example.test", $0) }
    #expect(again == Bootstrap.Result(userID: fixture.captain, isNew: false))
    let captain = try Users.require(fixture.captain, fixture.writer)
    #expect(captain.displayName == "Local Captain")
    #expect(captain.avatarURL.hasPrefix("https://"))
    #expect(
      try fixture.writer.first("SELECT name || slug FROM workspaces") { $0.text(0) } == "ClickClackclickclack")
    #expect(try fixture.writer.all("SELECT name FROM channels") { $0.text(0) } == ["general"])
    #expect(try fixture.writer.all("SELECT role FROM workspace_members") { $0.text(0) } == ["owner"])
    #expect(try fixture.writer.all("SELECT type FROM events") { $0.text(0) } == [])
  }

  @Test func aPersonIsAddedByAddressOrIdentifierOnce() throws {
    let fixture = try PeopleFixture()
    let ari = try fixture.outsider("Ari")
    func add(
      _ person: Administration.Person, workspace: String? = nil, role: String = "member", by: UserID? = nil
    ) throws -> Administration.MemberAdded {
      try fixture.write {
        try Administration.addMember(
          workspace: workspace ?? fixture.workspace, person: person, role: role, createdBy: by, $0)
      }
    }
    #expect(try add(.email(" ari@EXAMPLE.test "), by: fixture.captain).isNew)
    #expect(fixture.invalidations == [.membership(fixture.workspace, ari.userID)])
    let again = try add(.id(ari.userID), workspace: "ClickClack", role: "moderator", by: fixture.captain)
    #expect(again == .init(workspaceID: fixture.workspace, userID: ari.userID, isNew: false))
    #expect(try Access.member(ari, of: fixture.workspace, fixture.writer).role == .member)
    let bea = try fixture.outsider("bea")
    expectRefusal(.forbidden) { try add(.id(bea.userID), by: ari.userID) }
    expectRefusal(.invalid) { try add(.id(bea.userID), role: "owner") }
    expectRefusal(.invalid) { try add(.id(bea.userID), role: "king") }
    expectRefusal(.notFound) { try add(.id("usr_nope")) }
    expectRefusal(.notFound) { try add(.email("nobody@example.test")) }
    expectRefusal(.notFound) { try add(.id(bea.userID), workspace: "wsp_nope") }
    expectRefusal(.notFound) { try add(.id(bea.userID), by: "usr_nope") }
    expectRefusal(.invalid) { try add(.id(try fixture.bot().bot.id)) }
  }

  @Test func anAmbiguousAddressNamesNobody() throws {
    let fixture = try PeopleFixture()
    for email in ["same@example.test", "SAME@example.test"] {
      _ = try fixture.write { try Administration.createUser(name: "Twin", email: email, $0) }
    }
    expectRefusal(.conflict) {
      try fixture.write {
        try Administration.addMember(workspace: fixture.workspace, person: .email("same@example.test"), $0)
      }
    }
  }

  @Test func aPersonCanStartAsAMember() throws {
    let fixture = try PeopleFixture()
    let bea = try fixture.write {
      try Administration.createUser(name: "Bea", email: nil, workspace: fixture.workspace, $0)
    }
    #expect(try Access.member(fixture.caller(bea.id), of: fixture.workspace, fixture.writer).role == .member)
    expectRefusal(.notFound) {
      try fixture.write { try Administration.createUser(name: "Cid", email: nil, workspace: "nope", $0) }
    }
    #expect(try fixture.writer.exists("SELECT 1 FROM users WHERE display_name = 'Cid'") == false)
  }

  @Test func botsAreMadeWithTheRightsOfWhoeverIsNamed() throws {
    let fixture = try PeopleFixture()
    let ari = try fixture.member("ari")
    let made = try fixture.write {
      try Administration.createBot(
        workspace: "clickclack", createdBy: ari.userID, .init(displayName: "Aris Bot", ownerUserID: ari.userID), $0)
    }
    #expect(made.bot.ownerUserID == ari.userID)
    #expect(try fixture.resolve(made.token.secret)?.userID == made.bot.id)
    expectRefusal(.forbidden) {
      try fixture.write {
        try Administration.createBot(
          workspace: "clickclack", createdBy: ari.userID, .init(displayName: "Service"), $0)
      }
    }
  }

  @Test func linksAreSecretsOfTheirKind() throws {
    let fixture = try PeopleFixture()
    let link = try fixture.write { try Administration.createMagicLink(email: "ari@example.test", lasting: 60, $0) }
    #expect(Token.kind(of: link) == .magicLink)
    #expect(
      try fixture.write {
        try MagicLinks.consume(token: link, sessionSeconds: 60, from: SessionOrigin(method: "magic"), $0)
      }.user.displayName
        == "ari@example.test")
  }
}
