import Testing

@testable import Storage

@Suite struct PrivateChannelsTests {
  let fixture: SpacesFixture
  let maker: Caller
  let member: Caller
  let outsider: Caller
  let channel: ChannelID

  init() throws {
    let fixture = try SpacesFixture()
    self.fixture = fixture
    let maker = try fixture.person("Maker")
    let member = try fixture.person("Member")
    self.maker = maker
    self.member = member
    outsider = try fixture.person("Outsider")
    let channel = try fixture.write { try Self.make("plans", by: maker, fixture, $0).id }
    self.channel = channel
    _ = try fixture.write { try ChannelMembers.add(maker, member.userID, to: channel, $0) }
  }

  static func make(
    _ name: String, by caller: Caller, _ fixture: SpacesFixture, isPrivate: Bool = true, _ tx: Transaction
  ) throws -> Channel {
    var draft = Channels.Draft()
    draft.name = name
    draft.isPrivate = isPrivate
    return try Channels.create(caller, in: fixture.workspace, draft, tx).0
  }

  func remove(_ user: Caller, by caller: Caller) throws {
    try fixture.write { try ChannelMembers.remove(caller, user.userID, from: channel, $0) }
  }

  func channels(of caller: Caller) throws -> [Channel] {
    try fixture.read { try Channels.list(caller, in: fixture.workspace, $0) }
  }

  func json(_ channel: Channel) -> String {
    var json = JSONWriter(capacity: 256)
    channel.write(to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test("Members see it under its name, in order; others do not see it; only private ones carry the key")
  func listing() throws {
    #expect(try channels(of: member).map(\.name) == ["general", "plans"])
    #expect(try channels(of: fixture.captain).map(\.name) == ["general"])
    #expect(try channels(of: outsider).map(\.name) == ["general"])
    _ = try fixture.write { try Self.make("aardvarks", by: maker, fixture, $0) }
    #expect(try channels(of: maker).map(\.name) == ["aardvarks", "general", "plans"])
    let listed = try channels(of: maker)
    #expect(json(listed[0]).contains("\"private\":true"))
    #expect(!json(listed[1]).contains("private"))
  }

  @Test("A name is taken only for who can see the channel that has it")
  func names() throws {
    let public1 = try fixture.write { try Self.make("plans", by: outsider, fixture, isPrivate: false, $0) }
    #expect(public1.name == "plans")
    expectRefusal(.conflict) { _ = try fixture.write { try Self.make("plans", by: member, fixture, $0) } }
    let other = try fixture.write { try Self.make("secrets", by: outsider, fixture, $0) }
    let same = try fixture.write { try Self.make("secrets", by: maker, fixture, $0) }
    #expect(other.id != same.id && same.name == "secrets")
    expectRefusal(.conflict) {
      _ = try fixture.write { try Self.make("secrets", by: maker, fixture, isPrivate: false, $0) }
    }
    // A renamed one keeps taking no name away.
    var rename = Channels.Draft()
    rename.name = "other plans"
    let (renamed, _) = try fixture.write { try Channels.update(maker, channel, rename, $0) }
    #expect(renamed.name == "other-plans" && renamed.isPrivate)
    _ = try fixture.write { try Self.make("other-plans", by: outsider, fixture, isPrivate: false, $0) }
    expectRefusal(.invalid) { _ = try fixture.write { try Self.make("guest", by: maker, fixture, $0) } }
  }

  @Test("What is private stays so, and what is not, too; the kind is only a label")
  func forGood() throws {
    var draft = Channels.Draft()
    draft.isPrivate = false
    expectRefusal(.invalid) { _ = try fixture.write { try Channels.update(maker, channel, draft, $0) } }
    draft.isPrivate = true
    _ = try fixture.write { try Channels.update(maker, channel, draft, $0) }
    expectRefusal(.invalid) {
      _ = try fixture.write { try Channels.update(fixture.captain, fixture.general, draft, $0) }
    }
    draft.name = "labelled"
    draft.isPrivate = nil
    draft.kind = "private"
    let (labelled, _) = try fixture.write { try Channels.create(maker, in: fixture.workspace, draft, $0) }
    #expect(!labelled.isPrivate)
    #expect(try channels(of: outsider).contains { $0.id == labelled.id })
  }

  @Test("Its maker and the owner as a member change it; others who belong may not; strangers find nothing")
  func changing() throws {
    var draft = Channels.Draft()
    draft.displayTitle = "Plans"
    expectRefusal(.forbidden) { _ = try fixture.write { try Channels.update(member, channel, draft, $0) } }
    expectRefusal(.notFound) { _ = try fixture.write { try Channels.update(fixture.captain, channel, draft, $0) } }
    let (_, event) = try fixture.write { try Channels.update(maker, channel, draft, $0) }
    #expect(event.audience == .channelMembers)
    _ = try fixture.write { try ChannelMembers.add(member, fixture.captain.userID, to: channel, $0) }
    _ = try fixture.write { try Channels.update(fixture.captain, channel, draft, $0) }
  }

  @Test("Members add members of the workspace who are neither guests nor blocked; adding twice changes nothing")
  func adding() throws {
    let stranger = try fixture.person("Stranger", role: nil)
    let guest = try fixture.person("Guest", role: .guest)
    let blocked = try fixture.person("Blocked")
    _ = try fixture.write { tx in
      var change = Moderation.Change()
      change.blocked = true
      return try Moderation.update(fixture.captain, member: blocked.userID, in: fixture.workspace, change, tx)
    }
    func add(_ user: UserID, by caller: Caller) throws -> Bool {
      try fixture.write { try ChannelMembers.add(caller, user, to: channel, $0).isNew }
    }
    expectRefusal(.notFound) { _ = try add(stranger.userID, by: maker) }
    expectRefusal(.notFound) { _ = try add("usr_none", by: maker) }
    expectRefusal(.forbidden) { _ = try add(guest.userID, by: maker) }
    expectRefusal(.forbidden) { _ = try add(blocked.userID, by: maker) }
    expectRefusal(.notFound) { _ = try add(outsider.userID, by: fixture.captain) }
    #expect(try add(outsider.userID, by: member))
    #expect(try !add(outsider.userID, by: member))
    let names = try fixture.read { try ChannelMembers.list(outsider, of: channel, $0) }.map(\.displayName)
    #expect(names == ["Maker", "Member", "Outsider"])
    expectRefusal(.conflict) { _ = try fixture.read { try ChannelMembers.list(maker, of: fixture.general, $0) } }
    expectRefusal(.notFound) { _ = try fixture.read { try ChannelMembers.list(fixture.captain, of: channel, $0) } }
  }

  @Test("Members leave; maker and owner remove others; the last to leave archives it")
  func leaving() throws {
    expectRefusal(.forbidden) { try remove(maker, by: member) }
    expectRefusal(.notFound) { try remove(member, by: fixture.captain) }
    expectRefusal(.notFound) { try remove(outsider, by: maker) }
    try remove(member, by: maker)
    expectRefusal(.notFound) { try remove(member, by: member) }
    #expect(try channels(of: member).map(\.name) == ["general"])
    try remove(maker, by: maker)
    let isArchived = try fixture.read { db in
      try db.exists("SELECT 1 FROM channels WHERE id = ?1 AND archived_at IS NOT NULL", [.text(channel)])
    }
    #expect(isArchived)
    expectRefusal(.notFound) { _ = try fixture.read { try Access.channel(maker, channel, $0) } }
  }

  @Test("Who is demoted to guest, blocked or taken out of the workspace leaves its private channels", arguments: 0..<2)
  func losingTheWorkspace(kind: Int) throws {
    var change = Moderation.Change()
    if kind == 0 { change.role = "guest" } else { change.blocked = true }
    let moderation = change
    let events = try fixture.write { tx in
      _ = try Moderation.update(fixture.captain, member: member.userID, in: fixture.workspace, moderation, tx)
      #expect(tx.invalidations.contains(.channel(fixture.workspace, channel)))
      return tx.events
    }
    #expect(events.contains { $0.channelID == channel && $0.audience == .user(member.userID) })
    #expect(try fixture.read { try ChannelMembers.ids(of: channel, $0) } == [maker.userID])
    _ = try fixture.write { tx in
      try Moderation.update(
        fixture.captain, member: member.userID, in: fixture.workspace, Moderation.Change(role: "member"), tx)
    }
    expectRefusal(.notFound) { _ = try fixture.read { try Access.channel(member, channel, $0) } }
  }

  @Test("Bots belong only if they were added, and leave with the workspace")
  func bots() throws {
    let bot = try fixture.write { tx in
      try Bots.create(
        maker, in: fixture.workspace, Bots.Draft(displayName: "Helper", ownerUserID: maker.userID), tx
      ).bot
    }
    let caller = Caller(
      userID: bot.id, isBot: true,
      credential: .botToken(id: "btok_test", workspaceID: fixture.workspace, scopes: ["messages:read"]))
    expectRefusal(.notFound) { _ = try fixture.read { try Access.channel(caller, channel, $0) } }
    _ = try fixture.write { try ChannelMembers.add(maker, bot.id, to: channel, $0) }
    #expect(try fixture.read { try Access.channel(caller, channel, $0) }.isPrivate)
    try fixture.write { try Bots.removeMembership(maker, bot: bot.id, in: fixture.workspace, $0) }
    #expect(try !fixture.read { try ChannelMembers.ids(of: channel, $0) }.contains(bot.id))
  }

  @Test("A mention means members of the channel only, one by one and many at once")
  func mentions() throws {
    try fixture.write { tx in
      for (caller, handle) in [(member, "member"), (outsider, "outsider"), (fixture.captain, "boss")] {
        try tx.db.execute("UPDATE users SET handle = ?2 WHERE id = ?1", [.text(caller.userID), .text(handle)])
      }
    }
    let few = "@member @outsider @boss"
    let many = few + (0..<Mentions.singleLookupsMax).map { " @nobody\($0)" }.joined()
    for body in [few, many] {
      let draft = try MessageDraft(body: body, by: maker)
      let created = try fixture.write { try Messages.create(maker, in: channel, draft, correlationID: "", $0) }
      #expect(created.event?.mentionedUserIDs == [member.userID])
      #expect(created.event?.audience == .channelMembers)
      let reply = try fixture.write {
        try Threads.reply(maker, to: created.message.id, draft, correlationID: "", $0)
      }
      #expect(reply.events.map(\.mentionedUserIDs) == [[member.userID], []])
      #expect(reply.events.allSatisfy { $0.audience == .channelMembers })
    }
  }

  @Test("A quote stays in its channel, and is refused like an unknown message elsewhere")
  func quotes() throws {
    let secret = try #require(try fixture.post(by: maker, in: channel).first)
    func quote(_ id: MessageID, in place: ChannelID) throws {
      let draft = try MessageDraft(body: "see", quotedMessageID: id, by: member)
      _ = try fixture.write { try Messages.create(member, in: place, draft, correlationID: "", $0) }
    }
    try quote(secret, in: channel)
    expectRefusal(.invalid) { try quote(secret, in: fixture.general) }
    expectRefusal(.invalid) { try quote("msg_none", in: fixture.general) }
  }

  @Test("Who left finds neither messages, nor their own by nonce, nor attachments, nor topics, nor search results")
  func everythingElse() throws {
    let draft = try MessageDraft(body: "hush needle", nonce: "n1", by: member)
    let message = try fixture.write { tx in
      let message = try Messages.create(member, in: channel, draft, correlationID: "", tx).message
      try SearchIndex.catchUp(tx.db)
      return message
    }
    let upload = try fixture.write { tx in
      let file = UploadDraft(blob: "blob", byteSize: 1, filename: "a.txt", contentType: "text/plain")
      let upload = try Uploads.create(member, in: fixture.workspace, file, tx).upload
      let event = try Attachments.attach(member, upload.id, to: message.id, tx)
      #expect(event?.audience == .channelMembers)
      return upload
    }
    _ = try fixture.write { try Topics.create(member, in: fixture.workspace, name: "t", channelID: channel, $0) }
    let query = try SearchQuery("needle")
    func found(_ caller: Caller) throws -> [Int] {
      try fixture.read { db in
        let page = try Search.find(
          query, in: fixture.workspace, scope: .workspace, order: .relevance, cursor: nil, limit: 10, for: caller, db)
        #expect(page.results.allSatisfy { $0.channelName == "plans" })
        return [page.results.count, try Topics.list(caller, in: fixture.workspace, db).count]
      }
    }
    #expect(try found(maker) == [1, 1])
    #expect(try fixture.read { try Uploads.readable(maker, upload.id, $0) }.id == upload.id)
    #expect(try found(fixture.captain) == [0, 0])
    expectRefusal(.notFound) { _ = try fixture.read { try Uploads.readable(fixture.captain, upload.id, $0) } }
    try remove(member, by: maker)
    #expect(try found(member) == [0, 0])
    expectRefusal(.notFound) { _ = try fixture.read { try Messages.get(member, message.id, $0) } }
    expectRefusal(.notFound) {
      _ = try fixture.read { try Messages.byNonce(member, workspaceID: fixture.workspace, nonce: "n1", $0) }
    }
  }

  @Test("A slash command whose bot does not belong is refused before its app is told of the channel")
  func slashCommands() throws {
    let bot = try fixture.write { tx in
      try Bots.create(fixture.captain, in: fixture.workspace, Bots.Draft(displayName: "Slash"), tx).bot
    }
    _ = try fixture.write { tx in
      try tx.db.execute(
        """
        INSERT INTO slash_commands (id, workspace_id, command, description, callback_url, signing_secret, bot_user_id,
          created_by, created_at)
        VALUES ('cmd_1', ?1, '/deploy', '', 'https://example.test/', 'ccs_x', ?2, ?3, ?4)
        """, [.text(fixture.workspace), .text(bot.id), .text(fixture.captain.userID), .text(tx.now.text)])
    }
    func run() throws -> SlashInvocations.Start {
      try fixture.write { tx in
        try SlashInvocations.start(maker, in: channel, command: "/deploy", text: "now", correlationID: "", tx)
      }
    }
    expectRefusal(.forbidden) { _ = try run() }
    #expect(try !fixture.read { try $0.exists("SELECT 1 FROM slash_invocations") })
    _ = try fixture.write { try ChannelMembers.add(maker, bot.id, to: channel, $0) }
    guard case .registered = try run() else {
      Issue.record("not run")
      return
    }
  }

  @Test("Apps are never told of its events, whatever they subscribed to")
  func eventDeliveries() throws {
    _ = try fixture.write { tx in
      try EventSubscriptions.create(
        fixture.captain, in: fixture.workspace,
        EventSubscriptions.Draft(eventTypes: ["*"], callbackURL: "https://example.test/"), tx)
    }
    try fixture.post(by: maker, in: channel)
    try remove(member, by: maker)
    try fixture.post(by: maker, in: fixture.general)
    _ = try fixture.write { try EventDeliveries.enqueue($0) }
    let requests = try fixture.read { try $0.all("SELECT request FROM event_deliveries") { $0.text(0) } }
    #expect(requests.count == 1)
    #expect(requests.allSatisfy { !$0.contains(channel) })
  }

  @Test("Limits of the workspace do not count private channels and their topics")
  func limitsTellNothing() throws {
    try fixture.write { tx in
      for index in 0..<Channels.privatePerMemberMax - 1 {
        try Channels.insert(
          Channel(
            id: "chn_\(index)", routeID: "C\(index)", workspaceID: fixture.workspace, name: "p\(index)",
            isPrivate: true, kind: "public", createdAt: tx.now.text), by: maker.userID, tx)
      }
    }
    expectRefusal(.conflict) { _ = try fixture.write { try Self.make("more", by: maker, fixture, $0) } }
    _ = try fixture.write { try Self.make("more", by: maker, fixture, isPrivate: false, $0) }
    _ = try fixture.write { try Self.make("mine", by: member, fixture, $0) }
    try fixture.write { tx in
      for index in 0..<Topics.perPrivateChannelMax {
        try tx.db.execute(
          "INSERT INTO topics (id, workspace_id, channel_id, name, created_at) VALUES (?1, ?2, ?3, 't', ?4)",
          [.text("top_\(index)"), .text(fixture.workspace), .text(channel), .text(tx.now.text)])
      }
    }
    expectRefusal(.conflict) {
      _ = try fixture.write { try Topics.create(maker, in: fixture.workspace, name: "t", channelID: channel, $0) }
    }
    _ = try fixture.write {
      try Topics.create(maker, in: fixture.workspace, name: "t", channelID: fixture.general, $0)
    }
  }

  @Test("Handing the workspace over changes nobody's private channels")
  func transfer() throws {
    _ = try fixture.write { try Workspaces.transfer(fixture.captain, fixture.workspace, to: outsider.userID, $0) }
    expectRefusal(.notFound) { _ = try fixture.read { try Access.channel(outsider, channel, $0) } }
    #expect(try fixture.read { try ChannelMembers.ids(of: channel, $0) } == [maker.userID, member.userID])
  }

  @Test("The memory of members is what the table says")
  func memory() throws {
    let restricted = try fixture.read { try Memberships.restrictedChannels(of: fixture.workspace, $0) }
    #expect(restricted.members == [channel: [maker.userID, member.userID]])
  }
}
