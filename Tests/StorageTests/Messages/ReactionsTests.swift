import Testing

@testable import Storage

@Suite struct ReactionsTests {
  let chat: MessagesFixture

  init() throws { chat = try MessagesFixture() }

  func add(_ emoji: String, to id: MessageID, as caller: Caller) throws -> Reactions.Change {
    try chat.write { try Reactions.add(caller, emoji, to: id, $0) }
  }

  @Test func countsEachPersonOnce() throws {
    let alice = try chat.member("Alice")
    let id = try chat.post("react").message.id
    #expect(try add("👍", to: id, as: chat.owner).event?.type == "reaction.added")
    let again = try add("👍", to: id, as: chat.owner)
    #expect(again.event == nil)
    #expect(again.reactions == [ReactionSummary(emoji: "👍", count: 1, reactedByMe: true)])
    _ = try add("👍", to: id, as: alice)
    _ = try add(":b:", to: id, as: alice)
    let change = try add(":a:", to: id, as: alice)
    #expect(change.reactions.map(\.emoji) == ["👍", ":a:", ":b:"])
    #expect(change.event?.payload.hasPrefix("{\"count\":1,\"emoji\":\":a:\"") == true)

    let removed = try chat.write { try Reactions.remove(chat.owner, "👍", from: id, $0) }
    #expect(removed.event?.type == "reaction.removed")
    #expect(try chat.write { try Reactions.remove(chat.owner, "👍", from: id, $0) }.event == nil)
    let message = try chat.read { try Messages.get(chat.owner, id, $0) }
    #expect(message.reactions.map(\.emoji) == [":a:", ":b:", "👍"])
    #expect(message.reactions.allSatisfy { $0.count == 1 && !$0.reactedByMe })
  }

  @Test func theLastOneTakesThemAllAway() throws {
    let id = try chat.post("react").message.id
    _ = try add("x", to: id, as: chat.owner)
    let removed = try chat.write { try Reactions.remove(chat.owner, "x", from: id, $0) }
    #expect(removed.reactions.isEmpty && removed.event?.payload.hasPrefix("{\"count\":0") == true)
    let json = try chat.read { try Messages.get(chat.owner, id, $0) }.json
    #expect(!String(decoding: json, as: UTF8.self).contains("reactions"))
  }

  @Test func emojiAreVerbatimAndBounded() throws {
    let id = try chat.post("react").message.id
    #expect(try add(" a/b ", to: id, as: chat.owner).reactions.map(\.emoji) == [" a/b "])
    // Canonically equal, yet other code points: two reactions.
    _ = try add("e\u{301}", to: id, as: chat.owner)
    let change = try add("\u{e9}", to: id, as: chat.owner)
    #expect(change.reactions.count == 3)
    #expect(refusal { try add("", to: id, as: chat.owner) } == .invalid)
    #expect(refusal { try add(String(repeating: "x", count: 257), to: id, as: chat.owner) } == .invalid)
    #expect(refusal { try add("a\0b", to: id, as: chat.owner) } == .invalid)
    for number in 3..<Reactions.emojiPerMessageMax { _ = try add("\(number)", to: id, as: chat.owner) }
    #expect(refusal { try add("one more", to: id, as: chat.owner) } == .invalid)
    // Those that are there take further people.
    let alice = try chat.member("Alice")
    #expect(try add("7", to: id, as: alice).reactions.first == ReactionSummary(emoji: "7", count: 2, reactedByMe: true))
  }

  @Test func deletedMessagesKeepTheirs() throws {
    let id = try chat.post("react").message.id
    _ = try add("x", to: id, as: chat.owner)
    _ = try chat.write { try Messages.delete(chat.owner, id, $0) }
    #expect(try chat.read { try Messages.get(chat.owner, id, $0) }.reactions.count == 1)
  }
}
