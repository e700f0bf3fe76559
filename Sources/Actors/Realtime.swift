import Runtime
import Storage
import Synchronization

/// Live delivery: finds the `WorkspaceActor` of each workspace and hands it what the writer committed.
public final class Realtime: CommitObserver {
  /// Bounds of the memory that live delivery takes.
  public struct Limits: Sendable {
    /// Recent events kept per active workspace.
    public var ringEventsMax = 1_024
    /// Bytes of recent events kept per active workspace.
    public var ringBytesMax = 4 << 20
    /// Bytes of recent events kept for all workspaces together.
    public var ringsBytesMax = 256 << 20
    /// Events replayed on one connection; beyond it the client is told to resync.
    public var replayEventsMax = 5_000
    /// Events read from the database at a time during a replay.
    public var replayPageEvents = 48
    /// Bytes of their payloads, passed by the last of them at most.
    public var replayPageBytes = 16 << 10
    /// Replays from the database at a time; others wait for their turn.
    public var replaysMax = 256
    /// Those of one person, and no more than half of all.
    public var replaysPerPersonMax = 64
    /// How long a replay may wait for its connection to take what was written, in milliseconds.
    public var replayStallMilliseconds: UInt64 = 60_000
    /// The same while other replays wait for their turn.
    public var replayStallMillisecondsWhenAwaited: UInt64 = 5_000
    /// The defaults.
    public init() {}
  }

  /// What every workspace needs.
  struct Context: Sendable {
    let store: any Store
    let encoder: any EventEncoder
    let limits: Limits
    let report: @Sendable (String) -> Void
    let counters: RealtimeCounters
    let rings: EventRingBudget
    /// Marks of what subscribers must have been read after.
    let standings = StandingMarks()
  }

  private struct Directory {
    var workspaces: [WorkspaceID: WorkspaceActor] = [:]
    var idleSince: [WorkspaceID: UInt64] = [:]
    // Set when everybody is sent away, which includes those who come later.
    var ending: SubscriptionEnd?
  }

  private let loops: [EventLoop]
  private let context: Context
  private let directory = Mutex(Directory())
  private let replayTurns: ReplayTurns

  /// Makes the directory of live workspaces.
  /// - Parameters:
  ///   - loops: The event loops to which workspaces are pinned.
  ///   - store: Where the log is read from.
  ///   - encoder: Turns events into frames.
  ///   - report: Takes a line for the log.
  public init(
    loops: [EventLoop], store: any Store, encoder: any EventEncoder, limits: Limits = Limits(),
    fanOut: @escaping @Sendable (Duration) -> Void = { _ in }, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.loops = loops
    replayTurns = ReplayTurns(countMax: limits.replaysMax, perPersonMax: limits.replaysPerPersonMax)
    context = Context(
      store: store, encoder: encoder, limits: limits, report: report, counters: RealtimeCounters(fanOut: fanOut),
      rings: EventRingBudget(bytesMax: limits.ringsBytesMax))
  }

  /// Takes over what a group commit changed. Runs on the writer's thread and only queues.
  public func committed(_ batch: CommitBatch) {
    // Facts go ahead of the events of the same commit: a role that was taken away must not see them.
    var order: [WorkspaceID] = []
    var items: [WorkspaceID: [WorkspaceActor.Item]] = [:]
    func add(_ item: WorkspaceActor.Item, to workspaceID: WorkspaceID) {
      if items[workspaceID] == nil { order.append(workspaceID) }
      items[workspaceID, default: []].append(item)
    }
    for fact in batch.channels { add(.channel(fact), to: fact.workspaceID) }
    for fact in batch.memberships { add(.membership(fact.userID, fact.role), to: fact.workspaceID) }
    for event in batch.events { add(.event(event), to: event.workspaceID) }
    let everywhere = batch.credentials.map { WorkspaceActor.Item.credentials($0.userID, valid: $0.valid) }
    for invalidation in batch.invalidations {
      switch invalidation {
      case .workspace(let workspaceID): add(.reload, to: workspaceID)
      case .user, .credentials, .membership, .channel: break
      }
    }
    if !batch.memberships.isEmpty || !batch.invalidations.isEmpty { context.standings.change() }
    let workspaces = directory.withLock { $0.workspaces }
    for workspaceID in order {
      if let workspace = workspaces[workspaceID], let items = items[workspaceID] { workspace.post(items) }
    }
    if !everywhere.isEmpty {
      for workspace in workspaces.values { workspace.post(everywhere) }
    }
  }

  /// Another process changed the database: every subscriber's standing is read again.
  public func changedByAnotherProcess() {
    context.standings.change()
    for workspace in directory.withLock({ Array($0.workspaces.values) }) { workspace.post([.reload]) }
  }

  /// Publishes an event that is not stored, such as typing, to the live subscribers who may see it.
  public func publish(ephemeral event: Event) {
    let workspace = directory.withLock { $0.workspaces[event.workspaceID] }
    workspace?.post([.ephemeral(event)])
  }

  /// A mark to take before a subscriber's role is read; see `subscribe`.
  public var membershipGeneration: UInt64 { context.standings.now }

  /// Reads what the first subscriber of a workspace needs. To be called before a client is told that it is connected: what
  /// it causes from then on, such as typing, shall not be published while the ring is still read.
  public func prepare(_ workspaceID: WorkspaceID) async {
    do {
      try await workspace(workspaceID).load()
    } catch {
      context.report("can't read the log of \(workspaceID): \(error)")
    }
  }

  /// Replays what a subscriber missed, then keeps it live, without gap or duplicate. Runs on the connection's loop and
  /// returns when the subscriber is live or has been ended.
  /// - Parameters:
  ///   - cursor: The last event that the client has; nil for the whole visible log.
  ///   - generation: The mark taken before the role was read.
  public func subscribe(_ subscription: Subscription, after cursor: Cursor?, generation: UInt64) async {
    await subscription.watchExpiry()
    await join(subscription, after: cursor, generation: generation)
    // Who registers while everybody is sent away may have come too late to be told with the others.
    if let reason = directory.withLock({ $0.ending }) { await subscription.end(reason) }
    if await subscription.registered() { await unsubscribe(subscription) }
  }

  private func join(_ subscription: Subscription, after cursor: Cursor?, generation: UInt64) async {
    do {
      var generation = generation
      for _ in 0..<Self.subscribeAttemptsMax {
        let workspace = workspace(subscription.workspaceID)
        let replay = try await workspace.subscribe(subscription, after: cursor ?? "", generation: generation)
        switch replay {
        case .retired:
          forget(workspace)
          continue
        case .stale:
          generation = membershipGeneration
          guard try await readStanding(of: subscription) else { return }
          continue
        case .served: break
        case .resync: await subscription.end(.resyncRequired)
        case .database(let tail):
          try await replayFromDatabase(subscription, after: cursor ?? "", through: tail)
        }
        return
      }
      context.report("can't subscribe to \(subscription.workspaceID): its members change all the time")
      await subscription.end(.failed)
    } catch {
      context.report("can't replay the log of \(subscription.workspaceID): \(error)")
      await subscription.end(.failed)
    }
  }

  // Members come and go one by one; only a bulk change makes a role stale several times in a row.
  private static let subscribeAttemptsMax = 100

  /// A membership or a credential changed since they were read, maybe this one: reads them again.
  /// - Returns: Whether the subscriber may still listen; if not, the subscription has ended.
  private func readStanding(of subscription: Subscription) async throws -> Bool {
    let caller = subscription.caller
    let workspaceID = subscription.workspaceID
    let role = try await context.store.read { db -> Role? in
      guard try Credentials.isValid(caller, at: .now(), db) else { return nil }
      return try Memberships.activeRole(of: caller.userID, in: workspaceID, db)
    }
    await subscription.update(role: role)
    return role != nil
  }

  /// Forgets a subscriber. To be called once for every `subscribe`, after it returned, when the connection is closed:
  /// `Subscription.connectionClosed` does.
  public func unsubscribe(_ subscription: Subscription) async {
    if await subscription.stopped() == .slowConsumer { context.counters.countSlowConsumer() }
    let workspace = directory.withLock { $0.workspaces[subscription.workspaceID] }
    await workspace?.unsubscribe(subscription)
  }

  /// Whether somebody follows a workspace right now.
  public func isConnected(_ userID: UserID, to workspaceID: WorkspaceID) async -> Bool {
    guard let workspace = directory.withLock({ $0.workspaces[workspaceID] }) else { return false }
    return await workspace.isConnected(userID)
  }

  /// Ends every subscription, also those that are about to begin, such as for a restart.
  public func endAll(_ reason: SubscriptionEnd) {
    let workspaces = directory.withLock { directory in
      directory.ending = reason
      return Array(directory.workspaces.values)
    }
    for workspace in workspaces { workspace.post([.ended(reason)]) }
  }

  /// Lets go of the memory of workspaces that nobody has listened to for a while, and shares what there is among the
  /// others. Called from a timer.
  /// - Parameters:
  ///   - now: Monotonic milliseconds.
  ///   - idle: How long a workspace may be idle, in milliseconds.
  public func releaseIdle(now: UInt64, idle: UInt64 = 60_000) async {
    for (id, workspace) in directory.withLock({ $0.workspaces }) {
      guard await workspace.subscriberCount == 0 else {
        directory.withLock { $0.idleSince[id] = nil }
        continue
      }
      let since = directory.withLock { directory -> UInt64 in
        let since = directory.idleSince[id] ?? now
        directory.idleSince[id] = since
        return since
      }
      guard now - since >= idle, await workspace.retire() else { continue }
      forget(workspace)
    }
    guard context.rings.isCrowded else { return }
    let share = context.rings.share
    for workspace in directory.withLock({ Array($0.workspaces.values) }) { await workspace.shrinkRing(toBytes: share) }
  }

  // Also done by a subscriber that meets it first: trying again before it is gone would use up the attempts.
  private func forget(_ retired: WorkspaceActor) {
    directory.withLock { directory in
      guard directory.workspaces[retired.workspaceID] === retired else { return }
      directory.workspaces[retired.workspaceID] = nil
      directory.idleSince[retired.workspaceID] = nil
    }
  }

  /// What was delivered to whom, in numbers.
  public var counters: RealtimeCounters { context.counters }

  /// Bytes of recent events that are kept in memory.
  public var ringBytes: Int { context.rings.used }

  /// Live workspaces now.
  public var workspaceCount: Int { directory.withLock { $0.workspaces.count } }

  private func workspace(_ id: WorkspaceID) -> WorkspaceActor {
    directory.withLock { directory in
      if let workspace = directory.workspaces[id] { return workspace }
      // FNV-1a: the same workspace lands on the same loop in every run, which makes measurements repeatable.
      let hash = id.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      let workspace = WorkspaceActor(
        workspaceID: id, loop: loops[Int(hash % UInt64(loops.count))], context: context)
      directory.workspaces[id] = workspace
      return workspace
    }
  }

  private func replayFromDatabase(
    _ subscription: Subscription, after cursor: Cursor, through tail: Cursor
  ) async throws {
    let ticket = await subscription.wait(for: replayTurns)
    defer { replayTurns.leave(ticket) }
    if await subscription.isEnded { return }
    var next: Cursor? = cursor
    var sent = 0
    // A client knows the events that it may see, so there must be something for it at its cursor or after it. What is
    // committed and was not announced yet, beyond the tail, counts too; it comes with the live events.
    var isPlaced = cursor.isEmpty
    while let position = next {
      // The role may have changed since the last page.
      let viewer = await subscription.viewer
      guard let step = try await replayStep(of: viewer, after: position, isPlaced: isPlaced) else {
        return await subscription.end(.resyncRequired)
      }
      let events = step.page.events.prefix { $0.cursor <= tail }
      sent += events.count
      guard sent <= context.limits.replayEventsMax else { return await subscription.end(.resyncRequired) }
      isPlaced = isPlaced || step.isPlaced || !step.page.events.isEmpty
      for event in events {
        let frame = context.encoder.encode(event.json, of: event, as: subscription.format)
        await subscription.replay(frame)
      }
      await subscription.waitUntilDrained(replayTurns, ticket, context.limits)
      if await subscription.isEnded { return }
      next = step.page.end.flatMap { $0 < tail || !isPlaced ? $0 : nil }
    }
    guard isPlaced else { return await subscription.end(.resyncRequired) }
    await subscription.goLive()
  }

  /// The next events of a replay, and whether the viewer may see the one before them, unless that is known; nil when they
  /// can't be told, since the position is no event, or the log was shortened beyond it, maybe since the page before.
  private func replayStep(
    of viewer: EventViewer, after position: Cursor, isPlaced: Bool
  ) async throws -> (page: Events.Page, isPlaced: Bool)? {
    let limits = context.limits
    return try await context.store.read(for: viewer.userID) { db in
      guard try position.isEmpty || Events.exists(position, in: viewer.workspaceID, db) else { return nil }
      let page = try Events.page(
        for: viewer, after: position, limit: limits.replayPageEvents, payloadBytesMax: limits.replayPageBytes, db)
      return (page, try isPlaced || Events.exists(position, visibleTo: viewer, db))
    }
  }
}
