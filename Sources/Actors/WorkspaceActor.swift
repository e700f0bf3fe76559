import Runtime
import Storage
import Synchronization

/// Owns everything live of one workspace: its subscribers (grouped by loop), the ring of recent events, who is typing.
///
/// Pinned to one event loop. Commits reach it through a mailbox in commit order; one drain job takes what has gathered,
/// encodes each event once and hands every loop one batch. Order never depends on unstructured tasks.
actor WorkspaceActor {
  /// What arrives in the mailbox.
  enum Item: Sendable {
    case event(Event)
    case ephemeral(Event)
    case membership(UserID, Role?)
    case channel(CommitBatch.ChannelFact)
    case credentials(UserID, valid: Set<String>)
    case ended(SubscriptionEnd)
    case reload
  }

  private struct Mailbox {
    var items: [Item] = []
    var draining = false
  }

  nonisolated let workspaceID: WorkspaceID
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let mailbox = Mutex(Mailbox())
  private nonisolated let context: Realtime.Context
  // One for each loop with subscribers, in the order of their arrival, so that runs with the same order are the same.
  private var groups: [SubscriberGroup] = []
  private var counts = [Int](repeating: 0, count: WireFormat.allCases.count)
  private var connections: [UserID: Int] = [:]
  private var registered: Set<ObjectIdentifier> = []
  private var ring: EventRing
  // What all rings together were told of this one.
  private var ringBytes: Int?
  private var lastCursor: Cursor = ""
  private var channels = RestrictedChannels()
  private var typing: [UserID: [Event]] = [:]
  private var loading: Task<Void, any Error>?
  private var isLoaded = false
  // The ring may hold what was committed and is not announced yet, such as what a member may not see whom the same commit
  // removed: whoever is to see it must have been read later.
  private var loadedAt: UInt64 = 0
  private var isRetired = false
  // Items that arrive while something is read from the database wait here: none is lost or doubled, and no fact that is
  // older than what was read comes after it.
  private var beforeLoad: [Item] = []

  init(workspaceID: WorkspaceID, loop: EventLoop, context: Realtime.Context) {
    self.workspaceID = workspaceID
    self.loop = loop
    self.context = context
    ring = EventRing(eventsMax: context.limits.ringEventsMax, bytesMax: context.limits.ringBytesMax, isWhole: false)
  }

  /// Queues items, in the order of the calls, from any thread.
  nonisolated func post(_ items: [Item]) {
    let wake = mailbox.withLock { mailbox -> Bool in
      mailbox.items.append(contentsOf: items)
      defer { mailbox.draining = true }
      return !mailbox.draining
    }
    if wake { loop.submit { self.assumeIsolated { $0.drain() } } }
  }

  /// Registers a subscriber and answers from where the log must be replayed for it.
  ///
  /// When the cursor is in the ring the replay is sent here and now and the subscription is live on return. Otherwise
  /// live events are held from this instant and the caller replays the database up to the returned tail.
  ///
  /// - Parameter generation: The mark taken before the subscriber's role was read. That it is up to date is asked in the
  ///   same go as the registration: whatever changes later reaches the mailbox, and so the subscriber.
  func subscribe(
    _ subscription: Subscription, after cursor: Cursor, generation: UInt64
  ) async throws -> Replay {
    if isRetired { return .retired }
    try await load()
    let viewer = await subscription.viewer
    if isRetired { return .retired }
    // What was committed and acknowledged before this counts here: who was taken out of a channel gets no more of it.
    drain()
    guard isLoaded, generation >= loadedAt, context.standings.isCurrent(generation) else { return .stale }
    // The registration and the ring are read in one go: no commit can come between.
    let group = group(on: subscription.connection.loop)
    registered.insert(ObjectIdentifier(subscription))
    context.counters.countSubscribers(1, subscription.format)
    counts[subscription.format.rawValue] += 1
    connections[subscription.caller.userID, default: 0] += 1
    let channels = channels
    let tail = lastCursor
    if let start = ring.start(after: cursor), isVisible(cursor, start, viewer) {
      var frames: [Frame] = []
      ring.forEach(from: start, as: subscription.format, context.encoder) { encoded in
        if viewer.mayView(encoded.event, in: channels), let frame = encoded.frame(subscription.format) {
          frames.append(frame)
        }
      }
      settleRing()
      if frames.count > context.limits.replayEventsMax { return .resync }
      let replay = frames
      perform(on: group) { group in
        group.add(subscription)
        subscription.assumeIsolated { subscription in
          subscription.update(role: viewer.role)
          for frame in replay { subscription.replay(frame) }
          subscription.goLive()
        }
      }
      return .served
    }
    perform(on: group) { group in
      group.add(subscription)
      subscription.assumeIsolated { subscription in
        subscription.update(role: viewer.role)
        if cursor > tail { subscription.skip(through: cursor) }
      }
    }
    return .database(through: tail)
  }

  /// How a new subscriber catches up.
  enum Replay: Sendable, Equatable {
    /// From memory; it is live.
    case served
    /// By pages from the database up to a cursor; live events are held meanwhile.
    case database(through: Cursor)
    /// It can't: the client must reload.
    case resync
    /// The subscriber's role must be read again.
    case stale
    /// This actor was let go; ask the directory for the present one.
    case retired
  }

  /// Forgets a subscriber whose connection closed.
  func unsubscribe(_ subscription: Subscription) {
    if let group = groups.first(where: { $0.loop === subscription.connection.loop }) {
      perform(on: group) { $0.remove(subscription) }
    }
    release(subscription)
  }

  /// Lets go of everything, unless there are subscribers. A retired actor takes no more.
  func retire() -> Bool {
    guard subscriberCount == 0, loading == nil else { return false }
    isRetired = true
    if let ringBytes { context.rings.add(bytes: -ringBytes, rings: -1) }
    ringBytes = nil
    return true
  }

  /// Lets the oldest recent events go, so that other workspaces have room for theirs.
  func shrinkRing(toBytes most: Int) {
    ring.shrink(toBytes: most)
    settleRing()
  }

  // Tells what the ring takes. When all rings take too much, it is the one that grew that gives way.
  private func settleRing() {
    guard let known = ringBytes else { return }
    let excess = context.rings.add(bytes: ring.bytes - known)
    let grown = ring.bytes
    if excess > 0 {
      ring.keep(bytes: grown - excess)
      context.rings.add(bytes: ring.bytes - grown)
    }
    ringBytes = ring.bytes
  }

  /// Whether somebody is among the subscribers.
  func isConnected(_ userID: UserID) -> Bool { connections[userID] != nil }

  /// Subscribers now.
  var subscriberCount: Int { counts.reduce(0, +) }

  private func release(_ subscription: Subscription) {
    guard registered.remove(ObjectIdentifier(subscription)) != nil else { return }
    context.counters.countSubscribers(-1, subscription.format)
    counts[subscription.format.rawValue] -= 1
    let user = subscription.caller.userID
    let rest = (connections[user] ?? 1) - 1
    connections[user] = rest > 0 ? rest : nil
    guard rest <= 0, let unfinished = typing.removeValue(forKey: user) else { return }
    // Whoever leaves while typing would seem to type for ever.
    post(unfinished.map { .ephemeral($0.typingStopped(id: "\($0.id)_stop")) })
  }

  private func group(on loop: EventLoop) -> SubscriberGroup {
    if let group = groups.first(where: { $0.loop === loop }) { return group }
    let group = SubscriberGroup(loop: loop, counters: context.counters)
    groups.append(group)
    return group
  }

  // A cursor must not lie beyond the last event that the caller may see.
  private func isVisible(_ cursor: Cursor, _ start: Int, _ viewer: EventViewer) -> Bool {
    cursor.isEmpty || ring.contains(from: start - 1) { viewer.mayView($0, in: channels) }
  }

  /// Reads the ring, if that has not been done. Events that are not stored and come meanwhile reach nobody.
  func load() async throws {
    if isLoaded { return }
    if let loading { return try await loading.value }
    let task = Task(executorPreference: loop) { try await self.readRing() }
    loading = task
    do {
      try await task.value
    } catch {
      if loading == task { loading = nil }
      throw error
    }
  }

  private func readRing() async throws {
    // Left over from an attempt that failed; it is all in the database by now.
    beforeLoad = []
    // No more than there will be room for.
    let room = min(context.limits.ringBytesMax, context.rings.share)
    let limit = min(context.limits.ringEventsMax, max(1, room / EncodedEvent.overheadBytes))
    let workspaceID = workspaceID
    let (events, channels, isWhole) = try await context.store.read { db in
      let events = try Events.recent(of: workspaceID, limit: limit + 1, db)
      return (events.suffix(limit), try Memberships.restrictedChannels(of: workspaceID, db), events.count <= limit)
    }
    ring = EventRing(
      eventsMax: context.limits.ringEventsMax, bytesMax: context.limits.ringBytesMax, isWhole: isWhole)
    for event in events { ring.append(EncodedEvent(event, formats: [], encoder: context.encoder)) }
    if ringBytes == nil, !isRetired {
      context.rings.add(bytes: 0, rings: 1)
      ringBytes = 0
    }
    settleRing()
    lastCursor = events.last?.cursor ?? ""
    self.channels = channels
    loadedAt = context.standings.mark()
    resume()
  }

  // What was read is in place: what waited meanwhile follows.
  private func resume() {
    isLoaded = true
    loading = nil
    let waiting = beforeLoad
    beforeLoad = []
    deliver(waiting)
  }

  private func drain() {
    let items = mailbox.withLock { mailbox -> [Item] in
      defer { mailbox = Mailbox() }
      return mailbox.items
    }
    if isLoaded {
      deliver(items)
    } else if loading != nil {
      beforeLoad.append(contentsOf: items)
    }
    // Otherwise nobody listens, and what was committed so far is in the database when the ring is read.
  }

  private func deliver(_ items: [Item]) {
    let formats = WireFormat.allCases.filter { counts[$0.rawValue] > 0 }
    var batch: [EncodedEvent] = []
    func flush() {
      guard !batch.isEmpty else { return }
      let broadcast = Broadcast(batch, in: channels, formats: formats)
      context.counters.countPublished(batch.count)
      batch = []
      for group in groups {
        let isAway = group.loop !== loop
        perform(on: group) { $0.deliver(isAway ? broadcast.copied() : broadcast) }
      }
    }
    for (index, item) in items.enumerated() {
      switch item {
      case .event(let event):
        // Read from the database already, while the ring was loaded.
        guard event.cursor > lastCursor else { continue }
        lastCursor = event.cursor
        let encoded = EncodedEvent(event, formats: formats, encoder: context.encoder)
        ring.append(encoded)
        settleRing()
        batch.append(encoded)
      case .ephemeral(let event):
        remember(typing: event)
        batch.append(EncodedEvent(event, formats: formats, encoder: context.encoder))
      case .membership(let user, let role):
        flush()
        everywhere { if $0.caller.userID == user { $0.update(role: role) } }
      case .channel(let fact):
        flush()
        channels.guestChannelID = fact.guestChannelID
        channels.members[fact.channelID] = fact.members.isEmpty ? nil : fact.members
      case .credentials(let user, let valid):
        flush()
        everywhere { if $0.caller.userID == user { $0.update(validCredentials: valid) } }
      case .ended(let reason):
        flush()
        everywhere { $0.end(reason) }
      case .reload:
        flush()
        reload(Array(connections.keys))
        beforeLoad = Array(items[(index + 1)...])
        return
      }
    }
    flush()
  }

  private func everywhere(_ body: @escaping @Sendable (isolated Subscription) -> Void) {
    for group in groups { perform(on: group) { $0.forEach(body) } }
  }

  // All work on a group goes through here, so that each group gets it in the order of the calls. Work that is queued on
  // this very loop would be overtaken by work that is done at once: a new subscriber would miss a commit in between.
  private func perform(on group: SubscriberGroup, _ work: @escaping @Sendable (isolated SubscriberGroup) -> Void) {
    if group.loop === loop { group.assumeIsolated { work($0) } } else { group.submit(work) }
  }

  // Roles, credentials and members of channels may have changed without notice: they are read again, and whatever arrives
  // meanwhile waits for it.
  private func reload(_ users: [UserID]) {
    isLoaded = false
    loading = Task(executorPreference: loop) {
      do {
        try await self.readStanding(of: users)
      } catch {
        self.context.report("can't read the members of \(self.workspaceID): \(error)")
        await self.giveUp()
        throw error
      }
    }
  }

  private struct Standing {
    let role: Role?
    let validCredentials: Set<String>
  }

  private func readStanding(of users: [UserID]) async throws {
    let workspaceID = workspaceID
    let (standings, channels) = try await context.store.read { db in
      (
        try users.reduce(into: [UserID: Standing]()) { standings, user in
          standings[user] = Standing(
            role: try Memberships.activeRole(of: user, in: workspaceID, db),
            validCredentials: try Credentials.valid(of: user, now: .now(), db))
        },
        try Memberships.restrictedChannels(of: workspaceID, db)
      )
    }
    self.channels = channels
    everywhere { subscription in
      let standing = standings[subscription.caller.userID]
      subscription.update(validCredentials: standing?.validCredentials ?? [])
      subscription.update(role: standing?.role)
    }
    resume()
  }

  // Nothing that is known can be trusted: the next subscriber makes it be read afresh.
  private func giveUp() {
    loading = nil
    beforeLoad = []
    everywhere { $0.end(.failed) }
  }

  private func remember(typing event: Event) {
    guard event.type == "typing.started" || event.type == "typing.stopped",
      let user = event.actorID
    else { return }
    var current = typing[user] ?? []
    current.removeAll { $0.channelID == event.channelID && $0.directConversationID == event.directConversationID }
    if event.type == "typing.started", connections[user] != nil, current.count < 8 { current.append(event) }
    typing[user] = current.isEmpty ? nil : current
  }
}
