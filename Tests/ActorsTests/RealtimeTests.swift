import Runtime
@testable import Storage
import SeededRandom
import Testing

@testable import Actors

@Suite struct RealtimeTests {
  /// Subscribers come at random moments with random cursors, from memory and from the database, on every loop, while
  /// messages are written: each gets the log from its cursor on.
  @Test(arguments: (0..<3).map { _ in UInt64.random(in: 0...UInt64.max) })
  func joiningAtAnyMomentLosesAndDoublesNothing(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var limits = Realtime.Limits()
    limits.ringEventsMax = 24
    limits.replayPageEvents = 7
    limits.replaysMax = 2
    let live = try await LiveFixture(limits: limits)
    var early: [Cursor] = []
    for index in 0..<40 { early.append(try await live.actors.post("early \(index)")) }
    let writers = (0..<3).map { writer in
      Task { for index in 0..<80 { try await live.actors.post("w\(writer)n\(index)") } }
    }
    var subscribers: [(start: Cursor?, subscriber: LiveSubscriber)] = []
    for _ in 0..<24 {
      let log = try live.actors.log()
      let start =
        [nil, early.randomElement(using: &random), log.suffix(10).randomElement(using: &random)]
        .randomElement(using: &random) ?? nil
      subscribers.append((start, try await live.subscribe(live.actors.alice, after: start)))
    }
    for writer in writers { try await writer.value }
    for (_, subscriber) in subscribers { try await subscriber.settled() }
    let last = try await live.actors.post("last")
    let log = try live.actors.log()
    for (start, subscriber) in subscribers {
      let expected = start.map { start in log.filter { $0 > start } } ?? log
      #expect(try await subscriber.lines(through: last) == expected, "seed \(seed), from \(start ?? "the beginning")")
      #expect(subscriber.ending == nil)
    }
    await live.close()
  }

  @Test func aRoleThatWasTakenAwayHidesTheEventsOfTheSameCommit() async throws {
    let live = try await LiveFixture()
    let subscriber = try await live.subscribe(live.actors.alice)
    try await subscriber.settled()
    let before = try await live.actors.post("seen")
    let (captain, alice, workspace, general) = (
      live.actors.captain, live.actors.alice.userID, live.actors.workspace, live.actors.general
    )
    let draft = try MessageDraft(body: "hidden", by: captain)
    let moderation = try await live.actors.database.write { tx in
      let event = try Moderation.update(
        captain, member: alice, in: workspace, Moderation.Change(role: "guest"), tx
      ).1
      _ = try Messages.create(captain, in: general, draft, correlationID: "", tx)
      return event.cursor
    }
    let promotion = try await live.actors.database.write { tx in
      try Moderation.update(captain, member: alice, in: workspace, Moderation.Change(role: "member"), tx).1.cursor
    }
    let after = try await live.actors.post("seen again")
    #expect(try await subscriber.lines(through: after) == [before, moderation, promotion, after])
    await live.close()
  }

  @Test func aRoleThatChangedSinceItWasReadIsReadAgainBeforeAnythingIsSent() async throws {
    let live = try await LiveFixture()
    let mark = live.realtime.membershipGeneration
    let (captain, alice, workspace) = (live.actors.captain, live.actors.alice.userID, live.actors.workspace)
    let moderation = try await live.actors.database.write { tx in
      try Moderation.update(captain, member: alice, in: workspace, Moderation.Change(role: "guest"), tx).1.cursor
    }
    try await live.actors.post("not for guests")
    let subscriber = try await live.subscribe(live.actors.alice, role: .member, generation: mark)
    try await subscriber.settled()
    let promotion = try await live.actors.database.write { tx in
      try Moderation.update(captain, member: alice, in: workspace, Moderation.Change(role: "member"), tx).1.cursor
    }
    #expect(try await subscriber.lines(through: promotion) == [moderation, promotion])
    await live.close()
  }

  @Test func aRoleThatIsTakenAwayDuringAReplayHidesItsLaterPages() async throws {
    var limits = Realtime.Limits()
    limits.ringEventsMax = 1
    limits.replayPageEvents = 1
    let demote = Shared<(@Sendable () async throws -> Void)?>(nil)
    let live = try await LiveFixture(loops: 1, limits: limits) { store in
      PagedStore(store) { if $0 == 2 { try await demote.value?() } }
    }
    let (captain, alice, workspace) = (live.actors.captain, live.actors.alice.userID, live.actors.workspace)
    let set = { @Sendable (role: String) in
      try await live.actors.database.write { tx in
        try Moderation.update(captain, member: alice, in: workspace, Moderation.Change(role: role), tx).1.cursor
      }
    }
    let demotion = Shared<Cursor>("")
    var log: [Cursor] = []
    for index in 0..<6 { log.append(try await live.actors.post("m\(index)")) }
    demote.update {
      $0 = {
        let cursor = try await set("guest")
        demotion.update { $0 = cursor }
        for loop in live.loops { await Task(executorPreference: loop) {}.value }
      }
    }
    let subscriber = try await live.subscribe(live.actors.alice, after: log[0])
    try await subscriber.settled()
    let promotion = try await set("member")
    // The page that was asked for before may still come.
    #expect(try await subscriber.lines(through: promotion) == [log[1], log[2], demotion.value, promotion])
    await live.close()
  }

  @Test func aSessionThatWasRevokedSinceItWasReadIsRefused() async throws {
    let live = try await LiveFixture()
    let alice = live.actors.alice.userID
    let session = try await live.actors.database.write {
      try Sessions.create(for: alice, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    let caller = Caller(userID: alice, isBot: false, credential: .session(id: session.id))
    let mark = live.realtime.membershipGeneration
    #expect(try await live.actors.database.write { try Sessions.revoke(session.id, of: alice, $0) })
    try await live.actors.post("not for her")
    let subscriber = try await live.subscribe(caller, generation: mark)
    try await subscriber.settled()
    #expect(subscriber.ending == .noLongerAllowed)
    try await eventually("the connection closes") {
      subscriber.client.isClosed.load(ordering: .sequentiallyConsistent) || subscriber.client.lines.isEmpty
    }
    #expect(subscriber.client.lines.isEmpty)
    await live.close()
  }

  @Test func revocationEndsTheSubscriptionsOfThatSessionAndNoOthers() async throws {
    let live = try await LiveFixture()
    let alice = live.actors.alice.userID
    let session = try await live.actors.database.write {
      try Sessions.create(for: alice, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    let other = try await live.actors.database.write {
      try Sessions.create(for: alice, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    let hers = try await live.subscribe(Caller(userID: alice, isBot: false, credential: .session(id: session.id)))
    let herOther = try await live.subscribe(Caller(userID: alice, isBot: false, credential: .session(id: other.id)))
    let captains = try await live.subscribe(live.actors.captain, role: .owner)
    for subscriber in [hers, herOther, captains] { try await subscriber.settled() }
    #expect(try await live.actors.database.write { try Sessions.revoke(session.id, of: alice, $0) })
    let after = try await live.actors.post("after")
    for subscriber in [captains, herOther] { #expect(try await subscriber.lines(through: after) == [after]) }
    try await eventually("hers has ended") { hers.ending == .noLongerAllowed }
    #expect(hers.client.lines.isEmpty)
    await live.close()
  }

  @Test func aRevocationByAnotherProcessEndsTheSubscription() async throws {
    let live = try await LiveFixture()
    let alice = live.actors.alice.userID
    let (session, other) = try await live.actors.database.write { tx in
      (
        try Sessions.create(for: alice, lasting: 60, from: SessionOrigin(method: "magic"), tx),
        try Sessions.create(for: alice, lasting: 60, from: SessionOrigin(method: "magic"), tx)
      )
    }
    let hers = try await live.subscribe(Caller(userID: alice, isBot: false, credential: .session(id: session.id)))
    let herOther = try await live.subscribe(Caller(userID: alice, isBot: false, credential: .session(id: other.id)))
    for subscriber in [hers, herOther] { try await subscriber.settled() }
    _ = try live.actors.engine.writeOnce(ids: IDGenerator()) { try Sessions.revoke(session.id, of: alice, $0) }
    try await live.actors.database.writer.lookForOtherProcesses()
    try await eventually("hers has ended") { hers.ending == .noLongerAllowed }
    let after = try await live.actors.post("after")
    #expect(try await herOther.lines(through: after) == [after])
    #expect(hers.client.lines.isEmpty)
    await live.close()
  }

  @Test func aSubscriptionEndsWhenItsCredentialExpires() async throws {
    let live = try await LiveFixture()
    func caller(expiresAt: Timestamp?) -> Caller {
      Caller(
        userID: live.actors.alice.userID, isBot: false, credential: .impersonation, expiresAt: expiresAt)
    }
    let late = try await live.subscribe(caller(expiresAt: Timestamp.now().adding(seconds: -1)))
    let expiresAt = Timestamp.now().adding(seconds: 1)
    let soon = try await live.subscribe(caller(expiresAt: expiresAt))
    let never = try await live.subscribe(caller(expiresAt: Timestamp.now().adding(seconds: 60)))
    for subscriber in [late, soon, never] { try await subscriber.settled() }
    try await eventually("it is over") { late.ending == .noLongerAllowed && soon.ending == .noLongerAllowed }
    #expect(Timestamp.now() >= expiresAt)
    #expect(never.ending == nil)
    await live.close()
  }

  @Test func positionsThatLeadNowhereAskForAResync() async throws {
    var limits = Realtime.Limits()
    limits.ringEventsMax = 4
    limits.replayEventsMax = 10
    let live = try await LiveFixture(limits: limits)
    var log: [Cursor] = []
    for index in 0..<12 { log.append(try await live.actors.post("m\(index)")) }
    for cursor in ["cur_nowhere", "", nil] {
      let subscriber = try await live.subscribe(live.actors.alice, after: cursor)
      try await eventually("\(cursor ?? "nil") is refused") { subscriber.ending == .resyncRequired }
    }
    let subscriber = try await live.subscribe(live.actors.alice, after: log[1])
    #expect(try await subscriber.lines(through: log[11]) == Array(log[2...]))
    await live.close()
  }

  /// A cursor of what a client may not see, or no longer, is known as long as there is something for it after it on disk,
  /// though it was not announced yet.
  @Test func aPositionBeforeWhatIsNotAnnouncedYetIsKnown() async throws {
    let live = try await LiveFixture()
    let (alice, captain, workspace) = (live.actors.alice, live.actors.captain.userID, live.actors.workspace)
    try await live.actors.post("for everybody")
    try await live.subscribe(live.actors.captain, role: .owner).settled()
    let hidden = try await live.actors.database.write { tx in
      try tx.append(EventDraft(.channelUpdated, workspaceID: workspace, audience: .user(captain)) { _ in }).cursor
    }
    let beyond = try await live.subscribe(alice, after: hidden)
    try await eventually("it is refused") { beyond.ending == .resyncRequired }
    let unannounced = try live.actors.engine.writeOnce(ids: IDGenerator()) { tx in
      try tx.append(EventDraft(.channelUpdated, workspaceID: workspace, audience: .workspace) { _ in }).cursor
    }
    let subscriber = try await live.subscribe(alice, after: hidden)
    try await subscriber.settled()
    #expect(subscriber.ending == nil)
    try await live.actors.database.writer.lookForOtherProcesses()
    #expect(try await subscriber.lines(through: unannounced) == [unannounced])
    await live.close()
  }

  @Test func typingOfWhoeverLeavesStops() async throws {
    let live = try await LiveFixture()
    let watcher = try await live.subscribe(live.actors.captain, role: .owner)
    let typist = try await live.subscribe(live.actors.alice)
    for subscriber in [watcher, typist] { try await subscriber.settled() }
    live.realtime.publish(
      ephemeral: .ephemeral(
        id: "eph_1", type: "typing.started", workspaceID: live.actors.workspace, channelID: live.actors.general,
        directConversationID: nil, payload: "{}", audience: .channel, actorID: live.actors.alice.userID))
    _ = try await watcher.lines(through: "typing.started")
    let subscription = try #require(typist.session.subscription.withLock { $0 })
    await live.realtime.unsubscribe(subscription)
    #expect(try await watcher.lines(through: "typing.stopped") == ["typing.started", "typing.stopped"])
    await live.close()
  }

  @Test func everySubscriptionIsToldOfARestart() async throws {
    let live = try await LiveFixture()
    var subscribers: [LiveSubscriber] = []
    for _ in 0..<6 { subscribers.append(try await live.subscribe(live.actors.alice)) }
    for subscriber in subscribers { try await subscriber.settled() }
    live.realtime.endAll(.serviceRestart)
    for subscriber in subscribers {
      try await eventually("a subscription is told") { subscriber.ending == .serviceRestart }
    }
    let late = try await live.subscribe(live.actors.alice)
    try await eventually("one that comes too late is told") { late.ending == .serviceRestart }
    await live.close()
  }

  @Test func anIdleWorkspaceIsLetGoAndComesBackComplete() async throws {
    let live = try await LiveFixture()
    let first = try await live.subscribe(live.actors.alice)
    try await first.settled()
    var log = [try await live.actors.post("one")]
    _ = try await first.lines(through: log[0])
    #expect(live.realtime.workspaceCount == 1)
    await live.realtime.releaseIdle(now: 0, idle: 10)
    await live.realtime.releaseIdle(now: 100, idle: 10)
    #expect(live.realtime.workspaceCount == 1, "someone listens")
    let subscription = try #require(first.session.subscription.withLock { $0 })
    await live.realtime.unsubscribe(subscription)
    await live.realtime.releaseIdle(now: 200, idle: 10)
    await live.realtime.releaseIdle(now: 205, idle: 10)
    #expect(live.realtime.workspaceCount == 1, "not idle for long enough")
    await live.realtime.releaseIdle(now: 300, idle: 10)
    #expect(live.realtime.workspaceCount == 0)
    log.append(try await live.actors.post("two"))
    let second = try await live.subscribe(live.actors.alice, after: log[0])
    try await second.settled()
    log.append(try await live.actors.post("three"))
    #expect(try await second.lines(through: log[2]) == Array(log[1...]))
    await live.close()
  }

  /// However many workspaces are live, their rings take no more together than one bound, and who comes back misses nothing.
  @Test func theRingsOfAllWorkspacesAreBoundedTogether() async throws {
    var limits = Realtime.Limits()
    limits.ringsBytesMax = 40_000
    // What one event takes: every ring keeps its newest one.
    let newest = 2_000
    let live = try await LiveFixture(limits: limits)
    let captain = live.actors.captain
    var places: [(workspace: WorkspaceID, channel: ChannelID, subscriber: LiveSubscriber, log: [Cursor])] = []
    for number in 0..<8 {
      let (workspace, channel) = try await live.actors.database.write { tx in
        let id = try Workspaces.create(captain, name: "Team \(number)", slug: "", tx).id
        return (id, try Channels.create(captain, in: id, .init(name: "talk"), tx).0.id)
      }
      let first = try await live.actors.post("before", in: channel)
      let subscriber = try await live.subscribe(captain, role: .owner, to: workspace, after: first)
      try await subscriber.settled()
      places.append((workspace, channel, subscriber, [first]))
    }
    for round in 0..<20 {
      for place in places.indices {
        places[place].log.append(try await live.actors.post("\(round)", in: places[place].channel))
      }
      for place in places { _ = try await place.subscriber.lines(through: place.log[round + 1]) }
      #expect(live.realtime.ringBytes <= 40_000 + 8 * newest)
    }
    #expect(live.realtime.ringBytes > 30_000, "what there is room for is kept")
    // The first ring has grown, and the others take their turns.
    await live.realtime.releaseIdle(now: 0)
    #expect(live.realtime.ringBytes <= 20_000 + 8 * newest)
    for place in places {
      #expect(try await place.subscriber.lines(through: place.log[20]) == Array(place.log[1...]))
      for start in [0, 10, 19] {
        let back = try await live.subscribe(captain, role: .owner, to: place.workspace, after: place.log[start])
        try await back.settled()
        #expect(try await back.lines(through: place.log[20]) == Array(place.log[(start + 1)...]))
        let subscription = try #require(back.session.subscription.withLock { $0 })
        await live.realtime.unsubscribe(subscription)
      }
      let subscription = try #require(place.subscriber.session.subscription.withLock { $0 })
      await live.realtime.unsubscribe(subscription)
    }
    await live.realtime.releaseIdle(now: 100, idle: 10)
    await live.realtime.releaseIdle(now: 200, idle: 10)
    #expect(live.realtime.workspaceCount == 0)
    #expect(live.realtime.ringBytes == 0, "workspaces that are let go take nothing")
    await live.close()
  }
}
