import Testing

@testable import Storage

@Suite struct WorkspacesTests {
  @Test("Slugs keep letters and digits of ASCII and join them by single hyphens")
  func slugs() {
    #expect(Names.slug("  My Team!  ") == "my-team")
    #expect(Names.slug("--A__b..C--") == "a-b-c")
    #expect(Names.slug("Über: Cool__Stuff!!") == "ber-cool-stuff")
    #expect(Names.slug("???") == "")
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      let scalars = (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 1...0x2fff, using: &generator))
      }
      let text = String(String.UnicodeScalarView(scalars))
      let slug = Names.slug(text)
      #expect(slug.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }, "\(text) of seed \(seed)")
      #expect(!slug.hasPrefix("-") && !slug.hasSuffix("-") && !slug.contains("--"), "\(text) of seed \(seed)")
      #expect(Names.slug(slug) == slug, "\(text) of seed \(seed)")
    }
  }

  @Test("A new workspace has a name, a free slug, an owner and no channels")
  func create() throws {
    let fixture = try SpacesFixture()
    let olaf = try fixture.person("Olaf", role: nil)
    let made = try fixture.write { try Workspaces.create(olaf, name: "  My Team!  ", slug: "", $0) }
    #expect(made.name == "My Team!" && made.slug == "my-team" && made.role == .owner && made.routeID.hasPrefix("T"))
    #expect(try fixture.read { try Channels.list(olaf, in: made.id, $0) }.isEmpty)
    let untitled = try fixture.write { try Workspaces.create(olaf, name: " ", slug: "", $0) }
    #expect(untitled.name == "Untitled" && untitled.slug == "untitled")
    let symbols = try fixture.write { try Workspaces.create(olaf, name: "!!!", slug: "", $0) }
    #expect(!symbols.slug.isEmpty)
    for (name, slug) in [("my team", ""), ("x", "My-Team")] {
      expectRefusal(.conflict) { _ = try fixture.write { try Workspaces.create(olaf, name: name, slug: slug, $0) } }
    }
    for (name, slug) in [("ClickClack", ""), ("x", "Guests"), (String(repeating: "n", count: 81), "")] {
      expectRefusal(.invalid) { _ = try fixture.write { try Workspaces.create(olaf, name: name, slug: slug, $0) } }
    }
    #expect(try fixture.read { try Workspaces.list(olaf, $0) }.map(\.slug).prefix(2) == ["my-team", "untitled"])
  }

  @Test("Guests can't make workspaces until they are more than guests somewhere")
  func guestsCreate() throws {
    let fixture = try SpacesFixture()
    let gus = try fixture.person("Gus", role: .guest)
    expectRefusal(.forbidden) { _ = try fixture.write { try Workspaces.create(gus, name: "x", slug: "", $0) } }
    let bot = Caller(userID: gus.userID, isBot: true, credential: .development)
    expectRefusal(.forbidden) { _ = try fixture.write { try Workspaces.create(bot, name: "x", slug: "", $0) } }
  }

  @Test("Owners and moderators change a workspace; a reserved slug survives only where it is")
  func update() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    let captain = fixture.captain
    let id = fixture.workspace
    func change(_ caller: Caller, _ change: Workspaces.Change) throws -> (Workspace, Event) {
      try fixture.write { try Workspaces.update(caller, id, change, $0) }
    }
    let (renamed, event) = try change(captain, .init(name: " Renamed ", slug: "ClickClack"))
    #expect(renamed.name == "Renamed" && renamed.slug == "clickclack")
    #expect(event.type == "workspace.updated" && event.payload == #"{"workspace_id":"\#(id)"}"#)
    expectRefusal(.invalid) { _ = try change(captain, .init()) }
    expectRefusal(.invalid) { _ = try change(captain, .init(name: "  ")) }
    expectRefusal(.invalid) { _ = try change(captain, .init(slug: "!!!")) }
    expectRefusal(.invalid) { _ = try change(captain, .init(slug: "guests")) }
    expectRefusal(.invalid) { _ = try change(captain, .init(iconURL: "https://example.com/x.png")) }
    expectRefusal(.forbidden) { _ = try change(alice, .init(name: "Mine")) }
    let outsider = try fixture.person("Olaf", role: nil)
    expectRefusal(.notFound) { _ = try change(outsider, .init(name: "Mine")) }
    let entries = try fixture.read { try AuditLog.list(alice, in: id, limit: 100, $0) }
    #expect(entries.map(\.action) == ["workspace.updated"])
    #expect(entries[0].metadata == #"{"name":"Renamed","slug":"clickclack","icon_url":""}"#)
  }

  @Test("Ownership goes to a person in the workspace, and there is one owner at every moment")
  func transfer() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    let gus = try fixture.person("Gus", role: .guest)
    let olaf = try fixture.person("Olaf", role: nil)
    let (captain, id) = (fixture.captain, fixture.workspace)
    func hand(_ caller: Caller, to user: UserID) throws -> (Workspace, Event) {
      try fixture.write { try Workspaces.transfer(caller, id, to: user, $0) }
    }
    expectRefusal(.forbidden) { _ = try hand(alice, to: alice.userID) }
    for user in ["", captain.userID, olaf.userID, gus.userID] {
      expectRefusal(.invalid) { _ = try hand(captain, to: user) }
    }
    _ = try fixture.write { try Moderation.update(captain, member: alice.userID, in: id, .init(blocked: true), $0) }
    expectRefusal(.invalid) { _ = try hand(captain, to: alice.userID) }
    _ = try fixture.write { try Moderation.update(captain, member: alice.userID, in: id, .init(blocked: false), $0) }
    let (workspace, event) = try hand(captain, to: alice.userID)
    #expect(workspace.role == .moderator)
    #expect(event.payload == #"{"new_owner_user_id":"\#(alice.userID)","workspace_id":"\#(id)"}"#)
    #expect(try fixture.read { try Workspaces.get(alice, id, $0) }.role == .owner)
    expectRefusal(.forbidden) { _ = try hand(captain, to: alice.userID) }
  }

  @Test("A deleted workspace is gone for everybody and its slug is free")
  func delete() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    let captain = fixture.captain
    let doomed = try fixture.write { try Workspaces.create(captain, name: "Doomed", slug: "", $0) }
    let (channel, _) = try fixture.write {
      try Channels.create(captain, in: doomed.id, .init(name: "stuff"), $0)
    }
    var draft = Bots.Draft(displayName: "Worker")
    draft.handle = "worker"
    let service = try fixture.write { [draft] in try Bots.create(captain, in: doomed.id, draft, $0) }
    expectRefusal(.forbidden) { try fixture.write { try Workspaces.delete(alice, doomed.id, $0) } }
    expectRefusal(.forbidden) { try fixture.write { try Workspaces.delete(alice, fixture.workspace, $0) } }
    let invalidations = try fixture.write { tx in
      try Workspaces.delete(captain, doomed.id, tx)
      return tx.invalidations
    }
    #expect(invalidations.contains(.workspace(doomed.id)))
    #expect(invalidations.contains(.credentials(service.bot.id)))
    expectRefusal(.notFound) { _ = try fixture.read { try Workspaces.get(captain, doomed.id, $0) } }
    expectRefusal(.notFound) { _ = try fixture.read { try Channels.list(captain, in: doomed.id, $0) } }
    expectRefusal(.notFound) { _ = try fixture.read { try Access.channel(captain, channel.id, $0) } }
    #expect(try fixture.read { try Workspaces.list(captain, $0) }.map(\.id) == [fixture.workspace])
    #expect(try !fixture.read { try $0.exists("SELECT 1 FROM bot_tokens WHERE revoked_at IS NULL") })
    #expect(try !fixture.read { try $0.exists("SELECT 1 FROM users WHERE handle = 'worker'") })
    expectRefusal(.notFound) { try fixture.write { try Workspaces.delete(captain, doomed.id, $0) } }
    #expect(try fixture.write { try Workspaces.create(captain, name: "Doomed", slug: "", $0) }.slug == "doomed")
  }
}
