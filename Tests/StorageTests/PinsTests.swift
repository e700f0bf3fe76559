import Testing

@testable import Storage

@Suite struct PinsTests {
  @Test("Pins list the latest first; a message is pinned once and unpinned once")
  func pins() throws {
    let fixture = try SpacesFixture()
    let alice = try fixture.person("Alice")
    let posted = try fixture.post(3, by: fixture.captain)
    func pin(_ caller: Caller, _ message: MessageID) throws -> (Pins.Pin, Event) {
      try fixture.write { try Pins.add(caller, message, in: fixture.general, $0) }
    }
    func unpin(_ caller: Caller, _ message: MessageID) throws -> Event {
      try fixture.write { try Pins.remove(caller, message, in: fixture.general, $0) }
    }
    func pinned(limit: Int = 100) throws -> [MessageID] {
      try fixture.read { try Pins.list(alice, in: fixture.general, limit: limit, $0) }.map(\.id)
    }
    let (first, event) = try pin(alice, posted[0])
    #expect(first.pinnedBy == alice.userID && event.seq == 1 && event.type == "pin.added")
    expectRefusal(.conflict) { _ = try pin(fixture.captain, posted[0]) }
    _ = try pin(fixture.captain, posted[2])
    #expect(try pinned() == [posted[2], posted[0]])
    #expect(try pinned(limit: 1) == [posted[2]])
    let removed = try unpin(fixture.captain, posted[0])
    #expect(removed.type == "pin.removed" && removed.seq == 1)
    #expect(removed.payload.contains(#""pinned_by":"\#(fixture.captain.userID)""#))
    expectRefusal(.notFound) { _ = try unpin(fixture.captain, posted[0]) }
    expectRefusal(.invalid) { _ = try pin(alice, "") }
    expectRefusal(.notFound) { _ = try pin(alice, "msg_nope") }
    _ = try fixture.write {
      try $0.db.execute("UPDATE messages SET deleted_at = ?2 WHERE id = ?1", [.text(posted[1]), .text($0.now.text)])
    }
    expectRefusal(.invalid) { _ = try pin(alice, posted[1]) }
    _ = try fixture.write {
      try Moderation.update(fixture.captain, member: alice.userID, in: fixture.workspace, .init(blocked: true), $0)
    }
    expectRefusal(.forbidden) { _ = try pin(alice, posted[0]) }
    #expect(try pinned() == [posted[2]])
  }

  @Test("A channel holds a hundred pins, and makes room when one goes")
  func limit() throws {
    let fixture = try SpacesFixture()
    let captain = fixture.captain
    let posted = try fixture.post(101, by: captain)
    try fixture.write { tx in
      for message in posted.prefix(100) { _ = try Pins.add(captain, message, in: fixture.general, tx) }
    }
    expectRefusal(.conflict) { _ = try fixture.write { try Pins.add(captain, posted[100], in: fixture.general, $0) } }
    try fixture.write { tx in
      _ = try Pins.remove(captain, posted[7], in: fixture.general, tx)
      _ = try Pins.add(captain, posted[100], in: fixture.general, tx)
    }
    #expect(try fixture.read { try Pins.list(captain, in: fixture.general, limit: 500, $0) }.count == 100)
  }
}
