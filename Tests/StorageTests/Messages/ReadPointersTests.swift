import Testing

@testable import Storage

@Suite struct ReadPointersTests {
  let chat: MessagesFixture

  init() throws { chat = try MessagesFixture() }

  @Test func pointersMoveForwardOnly() throws {
    let alice = try chat.member("Alice")
    for index in 1...5 { try chat.post("m\(index)") }
    func mark(_ seq: Int64) throws -> Int64 {
      try chat.write { try ReadPointers.mark(alice, channel: chat.general, seq: seq, $0) }.lastReadSeq
    }
    let never = try chat.write { try ReadPointers.mark(alice, channel: chat.general, seq: 0, $0) }
    #expect(never.lastReadSeq == 0 && never.lastReadAt.isEmpty)
    #expect(try [3, 1, 999, 5].map(mark) == [3, 3, 5, 5])
    #expect(refusal { try mark(-1) } == .invalid)
    let events = try chat.read { try Events.after("", limit: 100, $0) }.filter { $0.type == "channel.read" }
    #expect(events.map(\.seq) == [3, 5])
    #expect(events.allSatisfy { $0.audience == .user(alice.userID) })
  }

  @Test func directPointersToo() throws {
    let alice = try chat.member("Alice")
    let dm = try chat.write {
      try DirectConversations.open(chat.owner, in: chat.workspaceID, with: [alice.userID], $0)
    }
    try chat.whisper("one", as: chat.owner, in: dm.id)
    let receipt = try chat.write { try ReadPointers.mark(alice, direct: dm.id, seq: 7, $0) }
    #expect(receipt.lastReadSeq == 1 && receipt.scopeID == dm.id)
    let stranger = try chat.member("Bob")
    #expect(refusal { try chat.write { try ReadPointers.mark(stranger, direct: dm.id, seq: 1, $0) } } == .notFound)
  }
}
