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
    let log = try fixture.read { try Events.page(for: viewer, after: "", limit: 100, $0).events }
    #expect(log.count == 12)
    let sizes = log.map(\.payload.utf8.count)
    for payloadBytesMax in [1, sizes[0], sizes[0] + 1, 3 * (sizes.max() ?? 0), 1 << 20] {
      var read: [Cursor] = []
      while read.count < log.count {
        let after = read.last ?? ""
        let page = try fixture.read {
          try Events.page(for: viewer, after: after, limit: 5, payloadBytesMax: payloadBytesMax, $0).events
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

  @Test("One read looks at a bounded part of the log, however much is for others, and the parts join without a gap")
  func oneReadLooksAtABoundedPart() throws {
    let fixture = try MessagesFixture()
    let others = 3 * Events.scannedMax
    _ = try fixture.write { tx in
      func append(_ audience: Audience) throws {
        try tx.append(EventDraft(.channelUpdated, workspaceID: fixture.workspaceID, audience: audience) { _ in })
      }
      try append(.workspace)
      for _ in 0..<others { try append(.user("usr_somebody")) }
      try append(.workspace)
      for _ in 0..<others { try append(.user("usr_somebody")) }
    }
    let viewer = EventViewer(workspaceID: fixture.workspaceID, userID: fixture.owner.userID, role: .owner)
    var found: [Cursor] = []
    var next: Cursor? = ""
    var reads = 0
    while let position = next {
      let page = try fixture.read { try Events.page(for: viewer, after: position, limit: 100, $0) }
      found += page.events.map(\.cursor)
      next = page.end
      reads += 1
    }
    #expect(found.count == 2 && reads >= 2 * others / Events.scannedMax)
    let second = try #require(found.last)
    var tail = try fixture.read { try Events.tail(visibleTo: viewer, $0) }
    reads = 1
    while case .before(let cursor) = tail {
      tail = try fixture.read { try Events.tail(visibleTo: viewer, before: cursor, $0) }
      reads += 1
    }
    #expect(tail == .at(second) && reads > others / Events.scannedMax)
    let stranger = EventViewer(workspaceID: fixture.workspaceID, userID: "usr_nobody", role: .guest)
    let none = try fixture.read { try Events.tail(visibleTo: stranger, before: found.first, $0) }
    #expect(none == .none)
    let seen = try fixture.read { db in
      try found.map { cursor in
        try [viewer, stranger].map { try Events.exists(cursor, visibleTo: $0, db) }
      }
    }
    #expect(seen == [[true, false], [true, false]])
  }
}
