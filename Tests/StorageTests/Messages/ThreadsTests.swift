import Testing

@testable import Storage

@Suite struct ThreadsTests {
  let chat: MessagesFixture

  init() throws { chat = try MessagesFixture() }

  func thread(_ id: MessageID, as caller: Caller? = nil, limit: Int = 100, latest: Bool = false) throws -> Threads.Page
  {
    try chat.read { try Threads.page(caller ?? chat.owner, id, limit: limit, latest: latest, $0) }
  }

  @Test func countsRepliesAndRemembersWhoWroteLast() throws {
    let people = try ["Ann", "Ben", "Cem", "Dee"].map { try chat.member($0) }
    let root = try chat.post("root").message
    #expect(root.routeID == nil)
    for (index, person) in (people + [people[2]]).enumerated() {
      let reply = try chat.reply("r\(index)", to: root.id, as: person)
      #expect(reply.message.threadSeq == Int64(index + 1) && reply.state.replyCount == Int64(index + 1))
      #expect(reply.events.map(\.type) == ["thread.reply_created", "thread.state_updated"])
    }
    let page = try thread(root.id)
    #expect(page.root.threadState?.lastReplyAuthorIDs == [people[2], people[3], people[1]].map(\.userID))
    #expect(page.root.routeID?.first == "M" && page.root.routeID?.count == 17)
    #expect(page.replies.map(\.body) == ["r0", "r1", "r2", "r3", "r4"])
    #expect(try thread(root.id, limit: 2).replies.map(\.body) == ["r0", "r1"])
    #expect(try thread(root.id, limit: 2, latest: true).replies.map(\.body) == ["r3", "r4"])
  }

  @Test func positionsAreNeverReused() throws {
    let root = try chat.post("root").message.id
    let first = try chat.reply("one", to: root).message.id
    _ = try chat.write { try Messages.delete(chat.owner, first, $0) }
    let second = try chat.reply("two", to: root)
    #expect(second.message.threadSeq == 2 && second.state.replyCount == 2)
  }

  @Test func deletedRootsTakeReplies() throws {
    let root = try chat.post("root").message.id
    _ = try chat.write { try Messages.delete(chat.owner, root, $0) }
    #expect(try chat.reply("still", to: root).state.replyCount == 1)
  }

  @Test func threadsAreFlat() throws {
    let root = try chat.post("root").message.id
    let reply = try chat.reply("one", to: root).message.id
    #expect(refusal { try chat.reply("two", to: reply) } == .invalid)
    #expect(refusal { try thread(reply) } == .notFound)
    #expect(refusal { try chat.write { try Threads.ensureRoute(chat.owner, reply, $0) } } == .notFound)
  }

  @Test func repliesAreWrittenOnceByNonce() throws {
    let root = try chat.post("root").message.id
    let first = try chat.reply("one", to: root, nonce: "n")
    let again = try chat.reply("one", to: root, nonce: "n")
    #expect(again.events.isEmpty && again.message == first.message && again.state == first.state)
    #expect(refusal { try chat.post("one", nonce: "n") } == .conflict)
    let other = try chat.post("other").message.id
    #expect(refusal { try chat.reply("one", to: other, nonce: "n") } == .conflict)
  }

  @Test func routesAreGivenOnce() throws {
    let alice = try chat.member("Alice")
    let outsider = try chat.outsider("Olaf")
    let root = try chat.post("root").message.id
    let route = try chat.write { try Threads.ensureRoute(chat.owner, root, $0) }.routeID
    #expect(route != nil)
    #expect(try chat.write { try Threads.ensureRoute(alice, root, $0) }.routeID == route)
    try chat.reply("re", to: root)
    #expect(try thread(root).root.routeID == route)
    #expect(refusal { try chat.write { try Threads.ensureRoute(outsider, root, $0) } } == .notFound)
  }
}
