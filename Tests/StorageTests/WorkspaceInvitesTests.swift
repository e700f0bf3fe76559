import Testing

@testable import Storage

@Suite struct WorkspaceInvitesTests {
  let fixture: SpacesFixture

  init() throws { fixture = try SpacesFixture() }

  func make(
    by caller: Caller? = nil, seconds: Int64? = nil, uses: Int64? = nil, role: String? = nil
  ) throws -> (invite: WorkspaceInvites.Invite, token: String) {
    try fixture.write { tx in
      try WorkspaceInvites.create(
        caller ?? fixture.captain, in: fixture.workspace,
        WorkspaceInvites.Draft(expiresInSeconds: seconds, maxUses: uses, role: role), tx)
    }
  }

  func accept(_ caller: Caller, _ token: String) throws -> Workspace {
    try fixture.write { try WorkspaceInvites.accept(caller, token, $0) }
  }

  func uses(_ id: String) throws -> Int64? {
    try fixture.read { try WorkspaceInvites.list(fixture.captain, in: fixture.workspace, $0) }
      .first { $0.id == id }?.uses
  }

  @Test("Owners and moderators make them, nobody else; what makes no sense is refused")
  func making() throws {
    let moderator = try fixture.person("Mod", role: .moderator)
    let member = try fixture.person("Member")
    let stranger = try fixture.person("Stranger", role: nil)
    let (invite, token) = try make(by: moderator)
    #expect(invite.maxUses == WorkspaceInvites.usesDefault && invite.uses == 0 && invite.role == .member)
    #expect(Token.kind(of: token) == .invite)
    expectRefusal(.forbidden) { _ = try make(by: member) }
    expectRefusal(.notFound) { _ = try make(by: stranger) }
    for seconds in [0, -1, WorkspaceInvites.secondsMax + 1, .max] {
      expectRefusal(.invalid) { _ = try make(seconds: seconds) }
    }
    for uses in [0, -1, WorkspaceInvites.usesMax + 1] { expectRefusal(.invalid) { _ = try make(uses: uses) } }
    for role in ["owner", "moderator", "bot", ""] { expectRefusal(.invalid) { _ = try make(role: role) } }
    expectRefusal(.forbidden) {
      _ = try fixture.read { try WorkspaceInvites.list(member, in: fixture.workspace, $0) }
    }
    let stored = try fixture.read { db in
      try db.first("SELECT count(*) FROM workspace_invite_links WHERE token_hash = ?1", [.blob(Token.hash(of: token))])
      {
        $0.int(0)
      }
    }
    #expect(stored == 1)
  }

  @Test("People join as the invite says, members stay what they are, and each use counts once")
  func joining() throws {
    let (invite, token) = try make(uses: 2)
    let (guests, guestToken) = try make(role: "guest")
    let first = try fixture.person("First", role: nil)
    let second = try fixture.person("Second", role: nil)
    let third = try fixture.person("Third", role: nil)
    #expect(try accept(first, token).role == .member)
    #expect(try accept(first, token).role == .member)
    #expect(try uses(invite.id) == 1)
    #expect(try accept(fixture.captain, token).role == .owner)
    #expect(try accept(second, token).role == .member)
    #expect(try uses(invite.id) == 2)
    expectRefusal(.notFound) { _ = try accept(third, token) }
    #expect(try accept(third, guestToken).role == .guest)
    #expect(try uses(guests.id) == 1)
    // A member's invite is no way up for who was made a guest.
    let (_, another) = try make()
    #expect(try accept(third, another).role == .guest)
    let bot = Caller(userID: third.userID, isBot: true, credential: .development)
    expectRefusal(.forbidden) { _ = try accept(bot, another) }
    let actions = try fixture.read { try AuditLog.list(fixture.captain, in: fixture.workspace, limit: 50, $0) }
      .map(\.action)
    #expect(actions.filter { $0 == "workspace.invite_created" }.count == 3)
    #expect(actions.filter { $0 == "workspace.invite_accepted" }.count == 3)
  }

  @Test("Whatever ended an invite, its token is answered like one that never was")
  func ending() throws {
    let moderator = try fixture.person("Mod", role: .moderator)
    let newcomer = try fixture.person("New", role: nil)
    let (revoked, revokedToken) = try make()
    _ = try fixture.write { try WorkspaceInvites.revoke(moderator, revoked.id, in: fixture.workspace, $0) }
    let again = try fixture.write { try WorkspaceInvites.revoke(moderator, revoked.id, in: fixture.workspace, $0) }
    #expect(again.revokedAt != nil)
    let (expired, expiredToken) = try make(seconds: 60)
    _ = try fixture.write { tx in
      try tx.db.execute(
        "UPDATE workspace_invite_links SET expires_at = ?2 WHERE id = ?1", [.text(expired.id), .text(tx.now.text)])
    }
    let (_, demotedToken) = try make(by: moderator)
    #expect(try fixture.read { try WorkspaceInvites.preview(demotedToken, at: .now(), $0) }.role == .member)
    try fixture.demote(moderator)
    let tokens = [
      revokedToken, expiredToken, demotedToken, "tok_x", "", "sst_\(demotedToken.dropFirst(4))",
      try Token(.invite).text,
    ]
    for token in tokens {
      var messages: Set<String> = []
      for attempt in [
        { _ = try accept(newcomer, token) },
        { _ = try fixture.read { try WorkspaceInvites.preview(token, at: .now(), $0) } },
      ] {
        do {
          try attempt()
          Issue.record("not refused")
        } catch let error as StoreError {
          messages.insert("\(error.kind) \(error.message)")
        }
      }
      #expect(messages == ["notFound the invite is unknown or works no longer"])
    }
    expectRefusal(.notFound) {
      _ = try fixture.write { try WorkspaceInvites.revoke(fixture.captain, "inv_none", in: fixture.workspace, $0) }
    }
  }

  @Test("Blocked people are refused and use nothing up")
  func blocked() throws {
    let (invite, token) = try make()
    let person = try fixture.person("Blocked")
    _ = try fixture.write { tx in
      var change = Moderation.Change()
      change.blocked = true
      return try Moderation.update(fixture.captain, member: person.userID, in: fixture.workspace, change, tx)
    }
    expectRefusal(.forbidden) { _ = try accept(person, token) }
    #expect(try uses(invite.id) == 0)
  }

  @Test("A workspace has a bounded number of them, those that work and those that ended")
  func bounds() throws {
    for _ in 0..<WorkspaceInvites.activePerWorkspaceMax { _ = try make() }
    expectRefusal(.conflict) { _ = try make() }
    for _ in 0..<3 {
      _ = try fixture.write { tx in
        try tx.db.execute("UPDATE workspace_invite_links SET revoked_at = ?1", [.text(tx.now.text)])
      }
      for _ in 0..<WorkspaceInvites.activePerWorkspaceMax { _ = try make() }
    }
    let kept = try fixture.read { try $0.first("SELECT count(*) FROM workspace_invite_links") { $0.int(0) } }
    #expect(kept == WorkspaceInvites.keptPerWorkspaceMax)
  }

  @Test("They end with their workspace")
  func deletedWorkspace() throws {
    let (_, token) = try make()
    try fixture.write { try Workspaces.delete(fixture.captain, fixture.workspace, $0) }
    expectRefusal(.notFound) { _ = try fixture.read { try WorkspaceInvites.preview(token, at: .now(), $0) } }
  }
}
