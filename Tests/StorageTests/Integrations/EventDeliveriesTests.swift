import Testing

@testable import Storage

@Suite struct EventDeliveriesTests {
  let fixture: MessagesFixture

  init() throws { fixture = try MessagesFixture() }

  private func subscribe(_ types: [String]) throws -> EventSubscription {
    try fixture.write { tx in
      try EventSubscriptions.create(
        fixture.owner, in: fixture.workspaceID,
        EventSubscriptions.Draft(eventTypes: types, callbackURL: "https://example.com/"), tx)
    }
  }

  private func enqueue() throws -> EventDeliveries.Scan { try fixture.write { try EventDeliveries.enqueue($0) } }

  private func waiting(_ subscription: EventSubscription) throws -> [String] {
    try fixture.read { db in
      try db.all(
        "SELECT event_type FROM event_deliveries WHERE subscription_id = ?1 ORDER BY event_cursor",
        [.text(subscription.id)]
      ) { $0.text(0) }
    }
  }

  @Test func onlyWhatWasAskedForAndOnlyOnce() throws {
    try fixture.post("before the subscription")
    let all = try subscribe(["*"])
    let reactions = try subscribe(["reaction.added", "pin.added"])
    let message = try fixture.post("hello").message
    _ = try fixture.write { try Reactions.add(fixture.owner, "x", to: message.id, $0) }
    let scan = try enqueue()
    #expect(scan.watched == [fixture.workspaceID])
    #expect(!scan.isBehind)
    _ = try enqueue()
    #expect(try waiting(all) == ["message.created", "reaction.added"])
    #expect(try waiting(reactions) == ["reaction.added"])
  }

  @Test func whatIsPrivateStaysHere() throws {
    let alice = try fixture.member("alice")
    let all = try subscribe(["*"])
    try fixture.write { tx in
      let audiences: [Audience] = [
        .user(alice.userID), .direct([alice.userID]), .moderators(about: alice.userID), .workspace, .channel,
      ]
      for audience in audiences {
        let type: EventType = audience.isPublic ? .workspaceUpdated : .channelRead
        try tx.append(EventDraft(type, workspaceID: fixture.workspaceID, audience: audience) { _ in })
      }
    }
    _ = try enqueue()
    #expect(try waiting(all) == ["workspace.updated", "workspace.updated"])
  }

  @Test func theLogHoldsWhatDoesNotFit() throws {
    let all = try subscribe(["*"])
    let max = Int(EventDeliveries.waitingPerSubscriptionMax)
    try fixture.write { tx in
      for _ in 0...max {
        try tx.append(EventDraft(.workspaceUpdated, workspaceID: fixture.workspaceID, audience: .workspace) { _ in })
      }
    }
    while try enqueue().isBehind {
      guard try waiting(all).count < max else { break }
    }
    #expect(try waiting(all).count == max)
    #expect(try enqueue().isBehind)
    try fixture.execute("DELETE FROM event_deliveries")
    _ = try enqueue()
    #expect(try waiting(all).count == 1)
  }

  @Test func aDeliveryDoesNotWaitForAClockThatWasAhead() throws {
    let all = try subscribe(["*"])
    try fixture.post("hello")
    _ = try enqueue()
    let delivery = try #require(try fixture.read { try EventDeliveries.next(for: all.id, at: .now(), $0) })
    func due(retryAfter seconds: Int64) throws -> Bool {
      try fixture.write { tx in
        try EventDeliveries.record(
          delivery, startedAt: tx.now, status: 500, body: [], error: "no", retryAt: tx.now.adding(seconds: seconds), tx)
      }
      let due = try fixture.read { try EventDeliveries.due(at: .now(), limit: 10, $0) }
      let next = try fixture.read { try EventDeliveries.next(for: all.id, at: .now(), $0) }
      #expect((next != nil) == (due == [all.id]))
      return next != nil
    }
    #expect(try !due(retryAfter: 7 * 3_600))
    #expect(try due(retryAfter: 365 * 86_400))
  }

  @Test func pagesOfAttempts() throws {
    let all = try subscribe(["*"])
    try fixture.post("hello")
    _ = try enqueue()
    let delivery = try #require(try fixture.read { try EventDeliveries.next(for: all.id, at: .now(), $0) })
    for number in 1...3 {
      try fixture.write { tx in
        try EventDeliveries.record(
          delivery, startedAt: tx.now, status: 500 + number, body: [], error: "no", retryAt: tx.now, tx)
      }
    }
    func page(_ before: String?, _ limit: Int) throws -> DeliveryAttempts.Page {
      try fixture.read { try DeliveryAttempts.list(fixture.owner, of: all.id, before: before, limit: limit, $0) }
    }
    let first = try page(nil, 2)
    #expect(first.attempts.map(\.responseStatus) == [503, 502])
    let second = try page(first.nextCursor, 2)
    #expect(second.attempts.map(\.responseStatus) == [501])
    #expect(second.nextCursor == nil)
    #expect(try page(nil, 3).nextCursor == nil)
    #expect(refusal { try page("eda_nope", 3) } == .invalid)
    let olaf = try fixture.outsider("olaf")
    #expect(
      refusal { try fixture.read { try DeliveryAttempts.list(olaf, of: all.id, before: nil, limit: 1, $0) } }
        == .notFound)
  }

  @Test func typesAreChecked() throws {
    #expect(try subscribe([" pin.added ", "", "pin.added", "*"]).eventTypes == ["pin.added", "*"])
    for types in [[], [" "], ["typing.started"], ["message"], ["pin.added", "nope"]] {
      #expect(refusal { try subscribe(types) } == .invalid)
    }
  }
}
