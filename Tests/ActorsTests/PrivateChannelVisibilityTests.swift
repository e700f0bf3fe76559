import Runtime
import SeededRandom
import Synchronization
import Testing

@testable import Actors
@testable import Storage

@Suite struct PrivateChannelVisibilityTests {
  private static func makeChannel(_ live: LiveFixture, _ name: String) async throws -> (id: ChannelID, events: [Event])
  {
    let (captain, workspace) = (live.actors.captain, live.actors.workspace)
    var draft = Channels.Draft()
    draft.name = name
    draft.isPrivate = true
    return try await live.actors.database.write { [draft] tx in
      (try Channels.create(captain, in: workspace, draft, tx).0.id, tx.events)
    }
  }

  private static func set(_ live: LiveFixture, _ channel: ChannelID, hasAlice: Bool) async throws -> [Event] {
    let (captain, alice) = (live.actors.captain, live.actors.alice.userID)
    return try await live.actors.database.write { tx in
      if hasAlice {
        _ = try ChannelMembers.add(captain, alice, to: channel, tx)
      } else {
        try ChannelMembers.remove(captain, alice, from: channel, tx)
      }
      return tx.events
    }
  }

  private static func post(_ live: LiveFixture, _ channel: ChannelID) async throws -> [Event] {
    let captain = live.actors.captain
    let draft = try MessageDraft(body: "text", by: captain)
    return try await live.actors.database.write { tx in
      _ = try Messages.create(captain, in: channel, draft, correlationID: "", tx)
      return tx.events
    }
  }

  /// A removal is in the mailbox, so that it may be acknowledged by now, and its turn comes after a registration that was
  /// queued before: the replay from memory must not bring what the channel said.
  @Test func aRemovalThatWasPostedBeforeARegistrationCountsInIt() async throws {
    let live = try await LiveFixture(loops: 1)
    let (captain, workspaceID) = (live.actors.captain, live.actors.workspace)
    let channel = try await Self.makeChannel(live, "one").id
    _ = try await Self.set(live, channel, hasAlice: true)
    let secret = try #require(try await Self.post(live, channel).last).cursor
    let last = try await live.actors.post("for everybody")
    let (client, server) = try await live.connect()
    let (workspace, subscription) = Self.make(live, server)
    try await workspace.load()
    let removal = CommitBatch.ChannelFact(
      workspaceID: workspaceID, channelID: channel, members: [captain.userID], guestChannelID: nil)
    // As a session does: with the loop as the executor of its task it reaches an actor of the same loop without a turn.
    try await Task(executorPreference: server.loop) {
      try await Self.post(removal, to: workspace, thenRegister: subscription)
    }.value
    try await eventually("the replay arrives") { client.lines.contains(last) }
    #expect(!client.lines.contains(secret))
    await live.close()
  }

  /// The ring may hold events of a commit of which nobody was told yet, and which took away the role that was read before.
  @Test func whoWasReadBeforeTheRingIsReadAgain() async throws {
    let live = try await LiveFixture(loops: 1)
    let (workspace, subscription) = Self.make(live, try await live.connect().server)
    try #require(try await workspace.subscribe(subscription, after: "", generation: 0) == .stale)
    #expect(try await workspace.subscribe(subscription, after: "", generation: .max) == .served)
    await live.close()
  }

  private static func make(_ live: LiveFixture, _ server: TCPConnection) -> (WorkspaceActor, Subscription) {
    let (alice, workspaceID) = (live.actors.alice, live.actors.workspace)
    let context = Realtime.Context(
      store: live.actors.database, encoder: LineEncoder(), limits: Realtime.Limits(), report: { Issue.record("\($0)") },
      counters: RealtimeCounters(fanOut: { _ in }), rings: EventRingBudget(bytesMax: 1 << 20))
    let subscription = Subscription(
      connection: server, format: .webSocket, caller: alice,
      viewer: EventViewer(workspaceID: workspaceID, userID: alice.userID, role: .member), ended: { _ in })
    return (WorkspaceActor(workspaceID: workspaceID, loop: server.loop, context: context), subscription)
  }

  private static func post(
    _ fact: CommitBatch.ChannelFact, to workspace: isolated WorkspaceActor, thenRegister subscription: Subscription
  ) async throws {
    let hadTurn = Shared(false)
    workspace.loop.submit { hadTurn.update { $0 = true } }
    workspace.post([.channel(fact)])
    let replay = try await workspace.subscribe(subscription, after: "", generation: .max)
    #expect(replay == .served)
    // Otherwise the mailbox was emptied before the registration, and nothing is tested.
    #expect(!hadTurn.value)
  }

  /// Alice is added to and removed from private channels at random while messages are written. Live she gets what the
  /// channels she belongs to then bring; a replay, from memory or from the database, what those bring to which she
  /// belongs now; and the log says the same.
  @Test(arguments: [8, 4_096].map { ($0, UInt64.random(in: 0...UInt64.max)) })
  func membersSeeAndOthersDoNot(ring: Int, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var limits = Realtime.Limits()
    limits.ringEventsMax = ring
    limits.replayPageEvents = 7
    let live = try await LiveFixture(limits: limits)
    let alice = live.actors.alice
    let aliceLive = try await live.subscribe(alice)
    let captainLive = try await live.subscribe(live.actors.captain)
    try await aliceLive.settled()
    try await captainLive.settled()
    var channels: [ChannelID] = []
    var log: [Event] = []
    var joined: Set<ChannelID> = []
    var aliceSaw: [Cursor] = []
    var captainSaw: [Cursor] = []
    func sees(_ event: Event) -> Bool {
      switch event.audience {
      case .channelMembers: joined.contains(event.channelID ?? "")
      case .user(let user): user == alice.userID
      default: true
      }
    }
    func note(_ events: [Event]) {
      log += events
      aliceSaw += events.filter { sees($0) }.map(\.cursor)
      captainSaw += events.filter { $0.audience != .user(alice.userID) }.map(\.cursor)
    }
    for name in ["one", "two"] {
      let made = try await Self.makeChannel(live, name)
      channels.append(made.id)
      note(made.events)
    }
    for round in 0..<120 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1:
        let channel = try #require(channels.randomElement(using: &random))
        let hasAlice = !joined.contains(channel)
        let events = try await Self.set(live, channel, hasAlice: hasAlice)
        if hasAlice { joined.insert(channel) } else { joined.remove(channel) }
        note(events)
      case 2: note(try await Self.post(live, live.actors.general))
      default: note(try await Self.post(live, try #require(channels.randomElement(using: &random))))
      }
      guard round % 12 == 11 else { continue }
      let visible = log.filter { sees($0) }.map(\.cursor)
      let viewer = EventViewer(workspaceID: live.actors.workspace, userID: alice.userID, role: .member)
      let stored = try live.actors.engine.readOnce { try Events.page(for: viewer, after: "", limit: 10_000, $0).events }
      #expect(stored.map(\.cursor) == visible, "log, seed \(seed)")
      let start = try #require(visible.randomElement(using: &random))
      let replayed = try await live.subscribe(alice, after: start)
      let last = try await Self.post(live, live.actors.general)
      note(last)
      let end = try #require(last.last?.cursor)
      let expected = visible.filter { $0 > start } + [end]
      #expect(try await replayed.lines(through: end) == expected, "replay, seed \(seed), ring \(ring)")
    }
    let end = try await Self.post(live, live.actors.general)
    note(end)
    let last = try #require(end.last?.cursor)
    #expect(try await aliceLive.lines(through: last) == aliceSaw, "live, seed \(seed)")
    #expect(try await captainLive.lines(through: last) == captainSaw, "live, seed \(seed)")
    await live.close()
  }

  /// Whoever was removed gets nothing more of the channel once the removal is acknowledged: neither on a socket that
  /// is open, nor in a replay that begins right then, while others go on writing there.
  @Test func aRemovalActsAtOnceWhileOthersWrite() async throws {
    let live = try await LiveFixture()
    let channel = try await Self.makeChannel(live, "busy").id
    let start = try await live.actors.post("start")
    let secret = Mutex<Set<Cursor>>([])
    let isOver = Atomic<Bool>(false)
    let writer = Task {
      while !isOver.load(ordering: .relaxed) {
        let cursors = try await Self.post(live, channel).map(\.cursor)
        secret.withLock { $0.formUnion(cursors) }
      }
    }
    for _ in 0..<12 {
      _ = try await Self.set(live, channel, hasAlice: true)
      let open = try await live.subscribe(live.actors.alice, after: start)
      try await open.settled()
      let removal = try #require(try await Self.set(live, channel, hasAlice: false).last?.cursor)
      let replay = try await live.subscribe(live.actors.alice, after: start)
      let end = try await live.actors.post("end")
      let replayed = try await replay.lines(through: end)
      let seen = try await open.lines(through: end)
      let hidden = secret.withLock { $0 }
      #expect(replayed.allSatisfy { !hidden.contains($0) })
      #expect(seen.allSatisfy { !hidden.contains($0) || $0 < removal })
    }
    isOver.store(true, ordering: .relaxed)
    try await writer.value
    await live.close()
  }

  /// While roles and members are read again, events wait: none is judged by what was known before.
  @Test func eventsWaitForWhatAnotherProcessChanged() async throws {
    let live = try await LiveFixture()
    let channel = try await Self.makeChannel(live, "foreign").id
    _ = try await Self.set(live, channel, hasAlice: true)
    let subscriber = try await live.subscribe(live.actors.alice)
    try await subscriber.settled()
    let seen = try #require(try await Self.post(live, channel).last?.cursor)
    // Another process takes Alice out and says so in no event.
    _ = try live.actors.engine.writeOnce(ids: IDGenerator()) { tx in
      try tx.db.execute("DELETE FROM channel_members WHERE user_id = ?1", [.text(live.actors.alice.userID)])
    }
    let hidden = try #require(try await Self.post(live, channel).last?.cursor)
    let end = try await live.actors.post("end")
    let lines = try await subscriber.lines(through: end)
    #expect(lines.contains(seen))
    #expect(!lines.contains(hidden))
    await live.close()
  }
}
