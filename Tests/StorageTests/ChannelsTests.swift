import Testing

@testable import Storage

@Suite struct ChannelsTests {
  @Test("Unread counts messages by others after the pointer: deleted ones too, activity not")
  func unread() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    let bob = try fixture.person("Bob")
    func counts(_ caller: Caller) throws -> [Int64] {
      let channel = try #require(
        try fixture.read { try Channels.list(caller, in: fixture.workspace, $0) }.first { $0.id == fixture.general })
      return [channel.lastSeq, channel.lastReadSeq, channel.unreadCount]
    }
    let posted = try fixture.post(5, by: fixture.captain)
    #expect(try counts(alice) == [5, 0, 5])
    #expect(try counts(fixture.captain) == [5, 0, 0])
    try fixture.markRead(3, by: alice)
    #expect(try counts(alice) == [5, 3, 2])
    try fixture.post(by: alice)
    #expect(try counts(alice) == [6, 3, 2])
    #expect(try counts(bob) == [6, 0, 6])
    try fixture.post(3, by: bob, kind: .agentTool)
    #expect(try counts(alice) == [9, 3, 2])
    #expect(try counts(bob) == [9, 0, 6])
    _ = try fixture.write {
      try $0.db.execute("UPDATE messages SET deleted_at = ?2 WHERE id = ?1", [.text(posted[4]), .text($0.now.text)])
    }
    #expect(try counts(alice) == [9, 3, 2])
  }

  @Test("Unread counts agree with counting the messages, whatever was posted and read")
  func unreadModel() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix64(seed: seed)
    let fixture = try SpacesFixture()
    let people = [fixture.captain, try fixture.person("Alice"), try fixture.person("Bob")]
    for _ in 0..<60 {
      let person = people[Int.random(in: 0..<3, using: &generator)]
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: try fixture.post(.random(in: 1...3, using: &generator), by: person, kind: .agentCommentary)
      case 1: try fixture.markRead(.random(in: 0...40, using: &generator) % lastSeq(fixture), by: person)
      default: try fixture.post(.random(in: 1...3, using: &generator), by: person)
      }
      for viewer in people {
        let channel = try #require(try fixture.read { try Channels.list(viewer, in: fixture.workspace, $0) }.first)
        let expected = try fixture.read { db in
          try db.first(
            """
            SELECT count(*) FROM messages WHERE channel_id = ?1 AND kind = 'message' AND author_id <> ?2
              AND channel_seq > ?3
            """, [.text(channel.id), .text(viewer.userID), .integer(channel.lastReadSeq)]
          ) { $0.int(0) }
        }
        #expect(channel.unreadCount == expected, "seed \(seed)")
      }
    }
  }

  private func lastSeq(_ fixture: SpacesFixture) throws -> Int64 {
    let seq = try fixture.read { try $0.first("SELECT max(last_seq) FROM channels") { $0.int(0) } }
    return (seq ?? 0) + 1
  }

  @Test("Unread counts come from four index lookups per channel, sorting and scanning nothing")
  func plan() throws {
    let fixture = try SpacesFixture()
    let plan = try fixture.read { db in
      try db.all("EXPLAIN QUERY PLAN " + Channels.listing, [.text("w"), .text("u"), .text("")]) { $0.text(3) }
    }
    let lookups = plan.filter { $0.contains(" t USING INDEX messages_") }
    #expect(lookups.count == 4, "\(plan)")
    #expect(lookups.filter { $0.contains("(channel_id=? AND channel_seq=?)") }.count == 2, "\(plan)")
    #expect(lookups.filter { $0.contains("(channel_id=? AND author_id=? AND channel_seq<?)") }.count == 2, "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test("Names become slugs, once per workspace, and guest is nobody's")
  func names() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    func make(_ draft: Channels.Draft) throws -> Channel {
      try fixture.write { try Channels.create(alice, in: fixture.workspace, draft, $0).0 }
    }
    let channel = try make(.init(name: "Design Talk"))
    #expect(channel.name == "design-talk" && channel.kind == "public" && channel.routeID.hasPrefix("C"))
    #expect(try make(.init(name: "ops", kind: " announcement ")).kind == "announcement")
    expectRefusal(.conflict) { _ = try make(.init(name: "design talk")) }
    expectRefusal(.conflict) { _ = try make(.init(name: "!!!")) }
    expectRefusal(.conflict) { _ = try make(.init()) }
    expectRefusal(.invalid) { _ = try make(.init(name: "Guest")) }
    expectRefusal(.invalid) { _ = try make(.init(name: String(repeating: "n", count: 201))) }
    expectRefusal(.invalid) { _ = try make(.init(name: "x", externalURL: String(repeating: "u", count: 2_049))) }
    #expect(
      try fixture.read { try Channels.list(alice, in: fixture.workspace, $0) }.map(\.name)
        == ["design-talk", "general", "ops"])
  }

  @Test("The owner and bots change channels; members and moderators do not")
  func update() throws {
    let fixture = try SpacesFixture()
    let mona = try fixture.person("Mona", role: .moderator)
    let olaf = try fixture.person("Olaf", role: nil)
    func change(_ caller: Caller, _ draft: Channels.Draft) throws -> (Channel, Event) {
      try fixture.write { try Channels.update(caller, fixture.general, draft, $0) }
    }
    let title = String(repeating: "é", count: 199) + " x"
    let (titled, _) = try change(fixture.captain, .init(displayTitle: "  \(title)  ", externalRef: " r "))
    #expect(titled.displayTitle == String(repeating: "é", count: 199) && titled.externalRef == "r")
    let (archived, event) = try change(fixture.captain, .init(externalRef: "", archived: true))
    #expect(archived.archivedAt != nil && archived.externalRef.isEmpty && archived.displayTitle == titled.displayTitle)
    #expect(event.payload == #"{"archived":true,"channel_id":"\#(fixture.general)"}"#)
    #expect(try change(fixture.captain, .init(archived: true)).0.archivedAt == archived.archivedAt)
    #expect(try change(fixture.captain, .init(archived: false)).0.archivedAt == nil)
    #expect(try change(fixture.captain, .init(name: "!!!")).0.name == "general")
    expectRefusal(.invalid) { _ = try change(fixture.captain, .init(name: "guest")) }
    expectRefusal(.forbidden) { _ = try change(mona, .init(name: "x")) }
    expectRefusal(.notFound) { _ = try change(olaf, .init(name: "x")) }
    let bot = try fixture.write { try Bots.create(mona, in: fixture.workspace, .init(displayName: "B"), $0).bot }
    func token(_ workspace: WorkspaceID) -> Caller {
      Caller(
        userID: bot.id, isBot: true,
        credential: .botToken(id: "btok_x", workspaceID: workspace, scopes: ["channels:write"]))
    }
    #expect(try change(token(fixture.workspace), .init(name: "by-bot")).0.name == "by-bot")
    expectRefusal(.forbidden) { _ = try change(token("wsp_other"), .init(name: "x")) }
  }

  @Test("A notification preference is one member's own")
  func notifications() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    let olaf = try fixture.person("Olaf", role: nil)
    func preference(_ caller: Caller) throws -> ChannelNotifications.Preference {
      try fixture.read { try ChannelNotifications.preference(caller, for: fixture.general, $0) }
    }
    func choose(_ text: String, _ caller: Caller) throws {
      _ = try fixture.write { try ChannelNotifications.choose(text, caller, for: fixture.general, $0) }
    }
    #expect(try preference(alice) == .all)
    for text in ["mentions", "muted"] {
      try choose(text, alice)
      #expect(try preference(alice).rawValue == text)
    }
    #expect(try preference(fixture.captain) == .all)
    expectRefusal(.invalid) { try choose("never", alice) }
    expectRefusal(.notFound) { try choose("all", olaf) }
    expectRefusal(.notFound) { _ = try preference(olaf) }
  }

  @Test("Topics belong to a channel of the workspace or to all of it")
  func topics() throws {
    let fixture = try SpacesFixture()
    let captain = fixture.captain
    func make(_ name: String, _ channel: ChannelID = "") throws -> Topic {
      try fixture.write { try Topics.create(captain, in: fixture.workspace, name: name, channelID: channel, $0) }
    }
    #expect(try make("  Deploys ").name == "Deploys")
    #expect(try make("Alerts", fixture.general).channelID == fixture.general)
    _ = try make("Deploys")
    expectRefusal(.invalid) { _ = try make("  ") }
    expectRefusal(.invalid) { _ = try make(String(repeating: "n", count: 81)) }
    expectRefusal(.notFound) { _ = try make("x", "chn_nope") }
    let other = try fixture.write { try Workspaces.create(captain, name: "Two", slug: "", $0) }
    let (far, _) = try fixture.write { try Channels.create(captain, in: other.id, .init(), $0) }
    expectRefusal(.invalid) { _ = try make("x", far.id) }
    #expect(
      try fixture.read { try Topics.list(captain, in: fixture.workspace, $0) }.map(\.name)
        == ["Alerts", "Deploys", "Deploys"])
  }
}
