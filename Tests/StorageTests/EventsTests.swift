import Testing

@testable import Storage

@Suite struct EventsTests {
  @Test("A page of the log ends with the event that makes it large enough, and the next one follows it without a gap")
  func pagesAreBoundedInBytes() throws {
    let fixture = try MessagesFixture()
    for number in 0..<12 {
      let draft = try MessageDraft(body: "m\(number)", by: fixture.owner)
      _ = try fixture.write { try Messages.create(fixture.owner, in: fixture.general, draft, correlationID: "", $0) }
    }
    let viewer = EventViewer(workspaceID: fixture.workspaceID, userID: fixture.owner.userID, role: .owner)
    let log = try fixture.read { try Events.visible(to: viewer, after: "", limit: 100, $0) }
    #expect(log.count == 12)
    let sizes = log.map(\.payload.utf8.count)
    for payloadBytesMax in [1, sizes[0], sizes[0] + 1, 3 * (sizes.max() ?? 0), 1 << 20] {
      var read: [Cursor] = []
      while read.count < log.count {
        let after = read.last ?? ""
        let page = try fixture.read {
          try Events.visible(to: viewer, after: after, limit: 5, payloadBytesMax: payloadBytesMax, $0)
        }
        try #require((1...5).contains(page.count))
        #expect(page.dropLast().reduce(0) { $0 + $1.payload.utf8.count } < payloadBytesMax)
        read += page.map(\.cursor)
      }
      #expect(read == log.map(\.cursor), "\(payloadBytesMax)")
    }
  }

  @Test("What pruning leaves is the end of the log, without a gap, also where the clock was set while it was written")
  func pruningLeavesNoGap() throws {
    let fixture = try MessagesFixture()
    func day(_ number: Int64) -> Timestamp { Timestamp.now().adding(seconds: number * 86_400) }
    // Old; of a clock that was ahead; old again; recent; of a clock that was behind; recent.
    let days: [Int64] = [-90, 400, -80, -1, -4_000, 0]
    for _ in days { try fixture.post("m") }
    let cursors = try fixture.read { try Events.after("", limit: 100, $0).map(\.cursor) }
    for (cursor, number) in zip(cursors.suffix(days.count), days) {
      try fixture.execute(
        "UPDATE events SET created_at = ?2 WHERE cursor = ?1", [.text(cursor), .text(day(number).text)])
    }
    for limit in [1, 2, 100] {
      while try fixture.write({ try Events.prune(before: day(-30), limit: limit, $0) }) > 0 {}
      let left = try fixture.read { try Events.after("", limit: 100, $0).map(\.cursor) }
      #expect(left == Array(cursors.suffix(3)), "\(limit)")
    }
  }
}
