import Testing

@testable import Storage

@Suite struct DirectConversationsTests {
  let chat: MessagesFixture
  let alice: Caller
  let bob: Caller

  init() throws {
    chat = try MessagesFixture()
    alice = try chat.member("Alice", handle: "alice")
    bob = try chat.member("Bob", handle: "bob")
  }

  func open(_ caller: Caller, with others: [UserID]) throws -> DirectConversation {
    try chat.write { try DirectConversations.open(caller, in: chat.workspaceID, with: others, $0) }
  }

  func list(_ caller: Caller) throws -> [DirectConversation] {
    try chat.read { try DirectConversations.list(caller, in: chat.workspaceID, $0) }
  }

  @Test func pairsExistOnceAndGroupsDoNot() throws {
    let pair = try open(chat.owner, with: [alice.userID])
    #expect(try open(alice, with: [chat.owner.userID]).id == pair.id)
    #expect(try open(chat.owner, with: [alice.userID, " \(alice.userID) ", chat.owner.userID, ""]).id == pair.id)
    #expect(pair.members.map(\.displayName) == ["Alice", "Captain"])
    let group = try open(chat.owner, with: [alice.userID, bob.userID])
    #expect(try open(chat.owner, with: [alice.userID, bob.userID]).id != group.id)
    #expect(try chat.eventTypes() == [])
    #expect(try list(bob).count == 2 && list(alice).first?.id == pair.id)
  }

  @Test func refusesOddMembers() throws {
    let outsider = try chat.outsider("Olaf")
    let guest = try chat.member("Gast", role: .guest)
    #expect(refusal { try open(chat.owner, with: []) } == .invalid)
    #expect(refusal { try open(chat.owner, with: [chat.owner.userID]) } == .invalid)
    #expect(refusal { try open(chat.owner, with: (0..<32).map { "usr_\($0)" }) } == .invalid)
    #expect(refusal { try open(chat.owner, with: ["usr_nope"]) } == .notFound)
    #expect(refusal { try open(chat.owner, with: [outsider.userID]) } == .notFound)
    #expect(refusal { try open(chat.owner, with: [guest.userID]) } == .forbidden)
    #expect(refusal { try open(guest, with: [chat.owner.userID]) } == .forbidden)
    #expect(refusal { try open(outsider, with: [chat.owner.userID]) } == .notFound)
    #expect(try list(guest).isEmpty)
  }

  @Test func onlyMembersSeeAnything() throws {
    let dm = try open(alice, with: [bob.userID])
    let secret = try chat.whisper("secret @bob", as: alice, in: dm.id, nonce: "n")
    #expect(secret.event?.audience == .direct([alice.userID, bob.userID].sorted()))
    #expect(secret.event?.channelID == nil && secret.event?.mentionedUserIDs == [])
    let id = secret.message.id
    let owner = chat.owner
    #expect(refusal { try chat.read { try Messages.get(owner, id, $0) } } == .notFound)
    #expect(refusal { try chat.read { try Threads.page(owner, id, limit: 1, latest: false, $0) } } == .notFound)
    #expect(refusal { try chat.write { try Messages.delete(owner, id, $0) } } == .notFound)
    #expect(refusal { try chat.write { try Messages.update(owner, id, body: "x", $0) } } == .notFound)
    #expect(refusal { try chat.write { try Reactions.add(owner, "x", to: id, $0) } } == .notFound)
    #expect(refusal { try chat.reply("x", to: id, as: owner) } == .notFound)
    #expect(refusal { try chat.whisper("x", as: owner, in: dm.id) } == .notFound)
    #expect(refusal { try chat.read { try DirectConversations.get(owner, dm.id, $0) } } == .notFound)
    #expect(refusal { try chat.write { try DirectConversations.hide(owner, dm.id, $0) } } == .notFound)
    #expect(
      refusal { try chat.read { try Messages.byNonce(owner, workspaceID: chat.workspaceID, nonce: "n", $0) } }
        == .notFound)
    // The other member reads, but does not delete.
    #expect(try chat.read { try Messages.get(bob, id, $0) }.body == "secret @bob")
    #expect(refusal { try chat.write { try Messages.delete(bob, id, $0) } } == .forbidden)
    #expect(refusal { try chat.write { try Threads.ensureRoute(bob, id, $0) } } == .notFound)
    let reply = try chat.reply("re", to: id, as: bob)
    #expect(reply.events.allSatisfy { $0.audience == secret.event?.audience })
    #expect(try chat.read { try Messages.get(alice, id, $0) }.routeID == nil)
  }

  @Test func botsNeedTheScopeForDirectMessages() throws {
    let bot = try chat.bot("Bot", scopes: ["messages:read", "messages:write", "threads:write"])
    let dm = try open(alice, with: [bot.userID])
    let id = try chat.whisper("hi", as: alice, in: dm.id).message.id
    #expect(refusal { try chat.read { try Messages.get(bot, id, $0) } } == .forbidden)
    #expect(refusal { try chat.write { try Reactions.add(bot, "x", to: id, $0) } } == .forbidden)
    #expect(refusal { try chat.reply("x", to: id, as: bot) } == .forbidden)
  }

  @Test func aRootMessageReopensAReplyDoesNot() throws {
    let dm = try open(alice, with: [bob.userID])
    let root = try chat.whisper("one", as: alice, in: dm.id).message.id
    func hide() throws { try chat.write { try DirectConversations.hide(bob, dm.id, $0) } }
    try hide()
    #expect(try list(bob).isEmpty && list(alice).count == 1)
    #expect(try chat.read { try DirectConversations.get(bob, dm.id, $0) }.id == dm.id)
    try chat.reply("re", to: root, as: alice)
    #expect(try list(bob).isEmpty)
    try chat.whisper("two", as: alice, in: dm.id)
    #expect(try list(bob).map(\.unreadCount) == [2])
    try hide()
    #expect(try chat.write { try DirectConversations.reopen(bob, dm.id, $0) }.id == dm.id)
    #expect(try list(bob).count == 1)
    try hide()
    #expect(try open(bob, with: [alice.userID]).id == dm.id)
    #expect(try list(bob).count == 1)
  }

  @Test func activityOfAgentsIsNotUnread() throws {
    let agent = try chat.bot("Agent", scopes: ["dms:write", "agent_activity:write"])
    let dm = try open(alice, with: [agent.userID])
    let thinking = try MessageDraft(body: "hm", kind: "agent_commentary", by: agent)
    _ = try chat.write { try Messages.create(agent, inDirect: dm.id, thinking, correlationID: "test", $0) }
    try chat.whisper("mine", as: alice, in: dm.id)
    #expect(try list(alice).map(\.unreadCount) == [0])
    try chat.whisper("done", as: agent, in: dm.id)
    #expect(try list(alice).map(\.unreadCount) == [1])
  }

  @Test func nobodyWritesToNobody() throws {
    let dm = try open(alice, with: [bob.userID])
    try chat.execute("UPDATE users SET deleted_at = 'now' WHERE id = ?1", [.text(bob.userID)])
    #expect(try list(alice).map(\.canSend) == [false])
    #expect(refusal { try chat.whisper("anyone?", as: alice, in: dm.id) } == .forbidden)
  }

  @Test func noncesAreSharedWithChannels() throws {
    let dm = try open(alice, with: [bob.userID])
    try chat.whisper("x", as: alice, in: dm.id, nonce: "n")
    #expect(try chat.whisper("x", as: alice, in: dm.id, nonce: "n").event == nil)
    #expect(refusal { try chat.post("x", as: alice, nonce: "n") } == .conflict)
  }
}
