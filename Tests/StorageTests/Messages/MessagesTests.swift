import Testing

@testable import Storage

@Suite struct MessagesTests {
  let chat: MessagesFixture

  init() throws { chat = try MessagesFixture() }

  @Test func givesPositionsWithoutGaps() throws {
    let alice = try chat.member("Alice")
    let seqs = try (0..<5).map { try chat.post("m\($0)", as: $0 % 2 == 0 ? alice : chat.owner).message.channelSeq }
    #expect(seqs == [1, 2, 3, 4, 5])
    // A refused message takes no position.
    #expect(refusal { try chat.post("x", quoting: "msg_nope") } == .invalid)
    #expect(try chat.post("next").message.channelSeq == 6)
  }

  @Test func trimsAndValidatesBodies() throws {
    #expect(try chat.post("\u{a0}\n hello *world* \t").message.body == "hello *world*")
    for empty in ["", " \n\t ", "\u{2003}"] { #expect(refusal { try chat.post(empty) } == .invalid) }
  }

  @Test func writesTheRecordedEvent() throws {
    let created = try chat.post("hi", nonce: " n ")
    let event = try #require(created.event)
    #expect(
      event.payload
        == "{\"author_id\":\"\(chat.owner.userID)\",\"correlation_id\":\"test\",\"message_id\":\"\(created.message.id)\",\"nonce\":\"n\"}"
    )
    #expect(event.type == "message.created" && event.seq == 1 && event.audience == .channel)
    #expect(try chat.read { try Events.after("", limit: 10, $0).map(\.id) } == [event.id])
  }

  @Test func refusesThoseWhoMayNotPost() throws {
    let outsider = try chat.outsider("Olaf")
    let guest = try chat.member("Gast", role: .guest)
    let timedOut = try chat.member("Tim")
    let blocked = try chat.member("Bea")
    try chat.execute(
      "UPDATE workspace_members SET timeout_until = ?2 WHERE user_id = ?1",
      [.text(timedOut.userID), .text(Timestamp.now().adding(seconds: 60).text)])
    try chat.execute("UPDATE workspace_members SET blocked_at = 'now' WHERE user_id = ?1", [.text(blocked.userID)])
    #expect(refusal { try chat.post("x", as: outsider) } == .notFound)
    #expect(refusal { try chat.post("x", as: guest) } == .forbidden)
    #expect(refusal { try chat.post("x", as: timedOut) } == .forbidden)
    #expect(refusal { try chat.post("x", as: blocked) } == .forbidden)
    #expect(refusal { try chat.post("x", in: "chn_nope") } == .notFound)
    let elsewhere = chat.ids.make(.workspace)
    try chat.addWorkspace(elsewhere, slug: "elsewhere")
    let bot = try chat.bot("Bot", scopes: ["messages:write"], of: elsewhere)
    #expect(refusal { try chat.post("x", as: bot) } == .forbidden)
    try chat.execute("UPDATE workspace_members SET timeout_until = '2020-01-01T00:00:00Z'")
    #expect(try chat.post("again", as: timedOut).event != nil)
    try chat.execute("UPDATE workspaces SET deleted_at = 'now' WHERE id = ?1", [.text(chat.workspaceID)])
    #expect(refusal { try chat.post("x") } == .notFound)
  }

  @Test func guestsSpendTheirBudget() throws {
    let waiting = chat.ids.make(.channel)
    try chat.addChannel(waiting, "guest")
    let guest = try chat.member("Gast", role: .guest)
    let first = try chat.post("1", as: guest, in: waiting, nonce: "n1")
    try chat.reply("2", to: first.message.id, as: guest)
    try chat.post("3", as: guest, in: waiting)
    #expect(refusal { try chat.post("4", as: guest, in: waiting) } == .tooMany)
    // Sending the same again costs nothing and still works.
    #expect(try chat.post("1", as: guest, in: waiting, nonce: "n1").event == nil)
  }

  @Test func agentsWriteActivityWithTheirScopeOnly() throws {
    let agent = try chat.bot("Agent", scopes: ["messages:write", "agent_activity:write"])
    let plain = try chat.bot("Plain", scopes: ["messages:write"])
    func draft(_ kind: String?, _ turn: String?, by caller: Caller) throws -> MessageDraft {
      try MessageDraft(body: "x", kind: kind, turnID: turn, by: caller)
    }
    #expect(refusal { try draft("agent_tool", nil, by: plain) } == .forbidden)
    #expect(refusal { try draft("agent_tool", nil, by: chat.owner) } == .forbidden)
    #expect(refusal { try draft("system", nil, by: agent) } == .invalid)
    #expect(refusal { try draft(nil, "turn", by: agent) } == .invalid)
    let tool = try draft("agent_tool", "turn", by: agent)
    let created = try chat.write { try Messages.create(agent, in: chat.general, tool, correlationID: "test", $0) }
    #expect(created.message.kind == .agentTool && created.message.turnID == "turn")
    #expect(created.event?.payload.contains("\"kind\":\"agent_tool\"") == true)
  }

  @Test func editsOnlyByTheAuthor() throws {
    let alice = try chat.member("Alice")
    let id = try chat.post("one", as: alice).message.id
    #expect(refusal { try chat.write { try Messages.update(chat.owner, id, body: "x", $0) } } == .forbidden)
    #expect(refusal { try chat.write { try Messages.update(alice, id, body: " ", $0) } } == .invalid)
    #expect(refusal { try chat.write { try Messages.update(alice, "msg_nope", body: "x", $0) } } == .notFound)
    let (message, event) = try chat.write { try Messages.update(alice, id, body: " two ", $0) }
    #expect(message.body == "two" && message.editedAt != nil && event.mentionedUserIDs.isEmpty)
    #expect(try chat.read { try Messages.get(chat.owner, id, $0) } == message)
  }

  @Test func deletesByTheAuthorOrTheOwner() throws {
    let alice = try chat.member("Alice")
    let moderator = try chat.member("Mo", role: .moderator)
    let id = try chat.post("one", as: alice).message.id
    #expect(refusal { try chat.write { try Messages.delete(moderator, id, $0) } } == .forbidden)
    let (message, event) = try chat.write { try Messages.delete(chat.owner, id, $0) }
    #expect(message.body.isEmpty && message.deletedAt != nil && event?.type == "message.deleted")
    #expect(try chat.write { try Messages.delete(alice, id, $0) }.event == nil)
    #expect(refusal { try chat.write { try Messages.update(alice, id, body: "x", $0) } } == .invalid)
  }

  @Test func deletingUnpinsFirst() throws {
    let id = try chat.post("pinned").message.id
    _ = try chat.write { try Pins.add(chat.owner, id, in: chat.general, $0) }
    _ = try chat.write { try Messages.delete(chat.owner, id, $0) }
    #expect(try chat.eventTypes() == ["message.created", "pin.added", "pin.removed", "message.deleted"])
  }

  @Test func oneNonceOneMessage() throws {
    let alice = try chat.member("Alice")
    let first = try chat.post("once", as: alice, nonce: "n")
    let again = try chat.post(" once ", as: alice, nonce: " n ")
    #expect(again.event == nil && again.message == first.message)
    #expect(try chat.post("once", nonce: "n").event != nil, "another author's nonce is another nonce")
    #expect(refusal { try chat.post("twice", as: alice, nonce: "n") } == .conflict)
    #expect(refusal { try chat.post("once", as: alice, nonce: "n", quoting: first.message.id) } == .conflict)
    #expect(refusal { try chat.reply("once", to: first.message.id, as: alice, nonce: "n") } == .conflict)

    _ = try chat.write { try Messages.update(alice, first.message.id, body: "edited", $0) }
    #expect(refusal { try chat.post("once", as: alice, nonce: "n") } == .conflict)
    #expect(try chat.post("edited", as: alice, nonce: "n").event == nil)
    _ = try chat.write { try Messages.delete(alice, first.message.id, $0) }
    #expect(refusal { try chat.post("edited", as: alice, nonce: "n") } == .conflict)
    let found = try chat.read { try Messages.byNonce(alice, workspaceID: chat.workspaceID, nonce: "n", $0) }
    #expect(found.id == first.message.id && found.deletedAt != nil)
  }

  @Test func noncesAreFoundInTheirWorkspaceOnly() throws {
    try chat.post("x", nonce: "n")
    let elsewhere = chat.ids.make(.workspace)
    try chat.addWorkspace(elsewhere, slug: "elsewhere")
    #expect(
      refusal { try chat.read { try Messages.byNonce(chat.owner, workspaceID: elsewhere, nonce: "n", $0) } }
        == .notFound)
    try chat.addMember(chat.owner.userID, role: .owner, in: elsewhere)
    #expect(
      refusal { try chat.read { try Messages.byNonce(chat.owner, workspaceID: elsewhere, nonce: "n", $0) } }
        == .conflict)
  }

  @Test(arguments: [(128, true), (129, false)])
  func noncesHaveALength(_ length: Int, _ fits: Bool) throws {
    let nonce = String(repeating: "ü", count: length)
    #expect((refusal { try MessageText.nonce(nonce) } == nil) == fits)
  }

  @Test func quotesKeepTheWordsAsTheyWere() throws {
    let long = String(repeating: "ü", count: 300)
    let quoted = try chat.post(long).message
    let quoting = try chat.post("I agree", quoting: quoted.id).message
    #expect(quoting.quote?.bodySnapshot == String(repeating: "ü", count: 280))
    #expect(quoting.quote?.author?.displayName == "Captain")
    _ = try chat.write { try Messages.delete(chat.owner, quoted.id, $0) }
    #expect(try chat.read { try Messages.get(chat.owner, quoting.id, $0) } == quoting)
    #expect(refusal { try chat.post("again", quoting: quoted.id) } == .invalid)
  }

  @Test func quotesStayInTheirPlace() throws {
    let other = chat.ids.make(.channel)
    try chat.addChannel(other, "other")
    let root = try chat.post("root").message.id
    let reply = try chat.reply("reply", to: root).message.id
    #expect(refusal { try chat.post("x", in: other, quoting: root) } == .invalid)
    #expect(refusal { try chat.post("x", quoting: reply) } == .invalid)
    let second = try chat.post("second").message.id
    #expect(refusal { try chat.reply("x", to: second, quoting: reply) } == .invalid)
    #expect(try chat.reply("x", to: root, quoting: reply).message.quote?.messageID == reply)
    #expect(try chat.reply("x", to: root, quoting: root).message.quote?.messageID == root)
  }

  @Test func mentionsMembersWhoMaySeeTheChannel() throws {
    let alice = try chat.member("Alice", handle: "alice")
    let guest = try chat.member("Gast", handle: "gast", role: .guest)
    _ = try chat.outsider("Olaf", handle: "olaf")
    #expect(try chat.post("@Alice @gast @olaf @nobody").event?.mentionedUserIDs == [alice.userID])
    let waiting = chat.ids.make(.channel)
    try chat.addChannel(waiting, "guest")
    #expect(try chat.post("@gast", in: waiting).event?.mentionedUserIDs == [guest.userID])
    // More handles than are looked up one by one.
    let crowd = (0..<100).map { "@nobody\($0)" }.joined(separator: " ")
    #expect(try chat.post("\(crowd) @alice @gast").event?.mentionedUserIDs == [alice.userID])
    let root = try chat.post("root").message.id
    let reply = try chat.reply("@alice", to: root)
    #expect(reply.events.map(\.mentionedUserIDs) == [[alice.userID], []])
  }

  @Test func filesUnderTopicsThatFit() throws {
    let other = chat.ids.make(.channel)
    try chat.addChannel(other, "other")
    for (id, channel) in [("top_all", nil), ("top_general", chat.general), ("top_other", other)] {
      try chat.execute(
        "INSERT INTO topics (id, workspace_id, channel_id, name, created_at) VALUES (?1, ?2, ?3, ?1, 'now')",
        [.text(id), .text(chat.workspaceID), .optional(channel)])
    }
    #expect(try chat.post("x", topic: "top_all").message.topicID == "top_all")
    #expect(try chat.post("x", topic: "top_general").message.topicID == "top_general")
    #expect(refusal { try chat.post("x", topic: "top_other") } == .notFound)
    #expect(refusal { try chat.post("x", topic: "top_nope") } == .notFound)
  }

  @Test func indexFollowsEveryChange() throws {
    let first = try chat.post("needle in general").message.id
    let second = try chat.post("another Nadel").message.id
    let reply = try chat.reply("needle in a thread", to: first).message.id
    #expect(try chat.search("needle") == [first, reply])
    _ = try chat.write { try Messages.update(chat.owner, first, body: "haystack", $0) }
    #expect(try chat.search("needle") == [reply] && chat.search("haystack") == [first])
    _ = try chat.write { try Messages.delete(chat.owner, second, $0) }
    #expect(try chat.search("nadel") == [])
    // Written, edited and deleted in one transaction, before the index has seen the message.
    let fleeting = try chat.write { tx in
      let draft = try MessageDraft(body: "ephemeral", by: chat.owner)
      let id = try Messages.create(chat.owner, in: chat.general, draft, correlationID: "test", tx).message.id
      _ = try Messages.update(chat.owner, id, body: "transient", tx)
      _ = try Messages.delete(chat.owner, id, tx)
      return id
    }
    #expect(try chat.search("ephemeral OR transient") == [])
    try chat.post("last")
    #expect(try chat.read { try Messages.load(ids: [fleeting], viewer: "", $0) }.first?.deletedAt != nil)
    // FTS5 compares the index with the table word by word (sqlite.org/fts5.html, 6.5).
    try chat.execute("INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1)")
  }

  @Test func refusedWritesLeaveNothing() throws {
    try chat.post("one")
    #expect(
      refusal {
        try chat.write { tx in
          let draft = try MessageDraft(body: "two", by: chat.owner)
          _ = try Messages.create(chat.owner, in: chat.general, draft, correlationID: "test", tx)
          throw StoreError.conflict("no")
        }
      } == .conflict)
    #expect(try chat.search("two") == [] && chat.eventTypes() == ["message.created"])
    #expect(try chat.post("three").message.channelSeq == 2)
  }
}
