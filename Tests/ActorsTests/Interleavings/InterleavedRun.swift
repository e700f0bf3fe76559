import Glibc
import Storage

@testable import Actors
@testable import Runtime

/// What a seed decides before anything runs.
struct RunPlan {
  var loops: Int
  var readers: Int
  var publishers: Int
  var writesPerPublisher: Int
  var clients: Int
  var turnsPerClient: Int
  var earlyEvents: Int
  var realtime = Realtime.Limits()
  var writer = DatabaseWriter.Limits()
  var heldMax: Int
  var backlogBytesMax: Int?
  var commitsPerFailure: Int
  var expires: Bool
  var preemptionsPer64: UInt64

  init(_ random: inout SeededGenerator) {
    func pick<T>(_ choices: T...) -> T { choices[Int(random.next() % UInt64(choices.count))] }
    loops = pick(1, 2, 3)
    readers = pick(1, 2)
    publishers = pick(1, 2, 4)
    writesPerPublisher = pick(2, 4, 8)
    clients = pick(1, 3, 5)
    turnsPerClient = pick(10, 30, 60)
    earlyEvents = pick(0, 1, 6, 12)
    realtime.ringEventsMax = pick(1, 3, 8, 1_000)
    realtime.replayEventsMax = pick(4, 12, 1_000, 1_000)
    realtime.replayPageEvents = pick(1, 2, 5)
    writer.groupRequestsMax = pick(1, 3, 256)
    writer.waitingRequestsMax = pick(1, 3, 1_000, 1_000)
    // Requests gather by the order of the run, not by the clock.
    writer.gatherMicrosecondsMax = 0
    writer.waitMillisecondsMax = 0
    heldMax = pick(1, 4, 1_000, 1_000)
    backlogBytesMax = pick(nil, nil, 70)
    commitsPerFailure = pick(0, 0, 6)
    expires = pick(false, false, true)
    preemptionsPer64 = pick(0, 4, 16, 40)
  }

  /// Whether a request may be refused although nothing is wrong with it.
  var mayRefuse: Bool { commitsPerFailure > 0 || expires || writer.waitingRequestsMax < 1_000 }
  /// Whether a client may be too slow.
  var maySlow: Bool { backlogBytesMax != nil || heldMax < 1_000 }
}

/// One run: publishers, clients, the pruner and another process on one database, in the order of a seed.
final class InterleavedRun: Sendable {
  /// People who are there in every run.
  struct People: Sendable {
    let workspace: WorkspaceID
    let owner: Caller
    let member: Caller
    let removable: Caller
    let guest: Caller
  }

  let plan: RunPlan
  let schedule: SeededSchedule
  let history = History()
  let database: Database
  let realtime: Realtime
  let loops: [EventLoop]
  private let people: People
  private let ids = IDGenerator()
  private let outside: OtherProcess
  private let publishersLeft: Shared<Int>
  private let loopsAreOpen: Shared<Bool>
  private let chores: Shared<[String]>

  init(seed: UInt64, on base: SQLiteEngine, outside: OtherProcess, people: People, tellsStory: Bool) throws {
    var random = SeededGenerator(seed: seed)
    let plan = RunPlan(&random)
    self.plan = plan
    self.people = people
    self.outside = outside
    let schedule = SeededSchedule(
      seed: random.next(), preemptionsPer64: plan.preemptionsPer64, tellsStory: tellsStory)
    self.schedule = schedule
    func weight() -> Int { [1, 4, 16][Int(random.next() % 3)] }
    let loopsAreOpen = Shared(true)
    self.loopsAreOpen = loopsAreOpen
    loops = try (0..<plan.loops).map { try EventLoop(index: $0, schedule: schedule) }
    for loop in loops {
      schedule.add(lane: "loop \(loop.index)", for: loop, weight: weight())
      schedule.add(lane: "sockets of loop \(loop.index)", weight: weight()) {
        if loopsAreOpen.value { loop.turn() }
        return .idled
      }
    }
    let threads = (0...plan.readers).map { _ in DedicatedThread(schedule: schedule) }
    for (index, thread) in threads.enumerated() {
      schedule.add(lane: index == 0 ? "writer" : "reader \(index)", for: thread, weight: weight())
    }
    let engine = ObservedEngine(
      base: base, schedule: schedule, history: history, commitsPerFailure: plan.commitsPerFailure)
    database = Database(
      engine: engine, writer: DatabaseWriter(engine: engine, ids: ids, limits: plan.writer, thread: threads[0]),
      readers: ReaderPool(threads: Array(threads[1...])))
    let history = history
    realtime = Realtime(
      loops: loops, store: database, encoder: ObservedEncoder(schedule: schedule), limits: plan.realtime,
      report: { history.fail("reported: \($0)") })
    publishersLeft = Shared(plan.publishers)
    var chores = (0..<Int(random.next() % 3)).map { _ in "prune" }
    chores += (0..<Int(random.next() % 3)).map { _ in "foreign" }
    chores += (0..<Int(random.next() % 3)).map { _ in "release" }
    if random.next() % 2 == 0 { chores.append("remove") }
    if plan.expires { chores += ["expire", "expire"] }
    self.chores = Shared(chores.shuffled(using: &random))
  }

  /// Plays the run to its end and compares everything with the history.
  func play() throws {
    try prepare()
    let clients = makeClients()
    let observer = ObservedCommits(base: realtime, schedule: schedule, history: history)
    let isOpen = Shared(false)
    start(on: loops[0]) { run in
      try await run.database.open(observer: observer)
      isOpen.update { $0 = true }
    }
    schedule.settle()
    guard isOpen.value else { return history.fail("the database does not open") }
    for client in clients {
      schedule.add(lane: client.name, weight: [1, 4][schedule.random(below: 2)]) { client.turn() }
    }
    schedule.add(lane: "chores", weight: 1) { self.chore() }
    for number in 0..<plan.publishers {
      start(on: loops[schedule.random(below: loops.count)]) { run in await run.publish(as: "p\(number)") }
    }
    schedule.run { publishersLeft.value == 0 && clients.allSatisfy(\.isDone) && chores.value.isEmpty }
    for client in clients { client.settle() }
    start(on: loops[0]) { run in try await run.database.writer.lookForOtherProcesses() }
    schedule.settle()
    if let failure = schedule.failure { history.fail(failure) }
    try outside.read { try history.checkWrites($0) }
    for client in clients { check(client) }
    close(clients)
  }

  /// A pair of connected sockets with small buffers.
  func socketPair() -> (client: Int32, server: Int32)? {
    var pair: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &pair) == 0 else {
      history.fail("no sockets: \(errno)")
      return nil
    }
    if plan.backlogBytesMax != nil {
      var bytes: Int32 = 1
      setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    return (pair[0], pair[1])
  }

  /// Takes a client's connection in, on one of the loops.
  func accept(_ socket: Int32, _ caller: Caller, after cursor: Cursor, _ settled: Following.Settled) {
    let loop = loops[schedule.random(below: loops.count)]
    loop.submit { [self] in
      do {
        let connection = try TCPConnection(
          descriptor: socket, peerAddress: SocketAddress(unixPath: ""), loop: loop, census: nil)
        if let backlogBytesMax = plan.backlogBytesMax { connection.backlogBytesMax = backlogBytesMax }
        let session = ObservedSession(connection, realtime)
        session.assumeIsolated { session in
          session.start(
            caller, in: people.workspace, after: cursor, heldMax: plan.heldMax, store: database,
            settled: { [history] in settled.ephemerals.withLock { $0 = history.ephemerals } })
        }
      } catch {
        history.fail("can't take a connection: \(error)")
      }
    }
  }

  /// An empty log with a few old events, and everybody a member.
  private func prepare() throws {
    let people = people
    let count = plan.earlyEvents
    try outside.write(ids: ids) { tx in
      try tx.db.execute("DELETE FROM events")
      try tx.db.execute(
        "INSERT OR IGNORE INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, 'member', '')",
        [.text(people.workspace), .text(people.removable.userID)])
      for index in 0..<count { try tx.append(Self.draft("early \(index)", audience(index), in: people.workspace)) }
    }
    try outside.read { history.committed($0) }
    // What was there before is announced to nobody.
    let early = history.log
    history.announced(try outside.read { try Events.after("", limit: early.count, $0) })
  }

  private func makeClients() -> [ObservedClient] {
    let kinds = [
      ("owner", people.owner, 2), ("member", people.member, 1), ("removable", people.removable, 1),
      ("guest", people.guest, 0), ("member again", people.member, 1),
    ]
    return kinds.prefix(plan.clients).map { name, caller, rank in
      ObservedClient(name, caller, rank: rank, turns: plan.turnsPerClient, in: self)
    }
  }

  private func start(on loop: EventLoop, _ body: @escaping @Sendable (InterleavedRun) async throws -> Void) {
    Task(executorPreference: loop) {
      do { try await body(self) } catch { self.history.fail("unexpected: \(error)") }
    }
  }

  // MARK: Publishers

  private struct Planned: Error {}

  private enum Intent: CaseIterable { case store, storeSeveral, refuseAtOnce, failHalfWay, breakConstraint }

  private func publish(as name: String) async {
    for number in 0..<plan.writesPerPublisher {
      if schedule.random(below: 4) == 0 { publishEphemeral(as: name) }
      let intent = Intent.allCases[schedule.random(below: Intent.allCases.count)]
      let count = intent == .storeSeveral ? 3 : 1
      let drafts = (0..<count).map { part in
        Self.draft("\(name) \(number) \(part)", audience(schedule.random(below: 6)), in: people.workspace)
      }
      await write(drafts, intent)
    }
    publishersLeft.update { $0 -= 1 }
  }

  private func write(_ drafts: [EventDraft], _ intent: Intent) async {
    let schedule = schedule
    let outcome = await Awaiting.result {
      try await database.write { tx in
        schedule.point("request")
        if intent == .refuseAtOnce { throw Planned() }
        let events = try drafts.map { try tx.append($0) }
        if intent == .failHalfWay { throw Planned() }
        if intent == .breakConstraint { try tx.db.execute("INSERT INTO events (cursor) VALUES (NULL)") }
        return events.map { (cursor: $0.cursor, payload: $0.payload) }
      }
    }
    switch outcome {
    case .success(let events):
      schedule.tell("acknowledged: \(events.map(\.payload))")
      if intent != .store, intent != .storeSeveral { history.fail("\(drafts) should have been refused") }
      history.acknowledged(events)
    case .failure(let error):
      schedule.tell("refused: \(drafts.map(\.payload))")
      history.refused(drafts.map(\.payload))
      switch (intent, error) {
      case (.refuseAtOnce, is Planned), (.failHalfWay, is Planned): break
      case (.breakConstraint, let error as SQLError) where error.kind == .constraint: break
      case (_, let error as StoreError) where error.kind == .unavailable && plan.mayRefuse: break
      default: history.fail("\(drafts.map(\.payload)) failed: \(error)")
      }
    }
  }

  private func publishEphemeral(as name: String) {
    let id = history.nextEphemeral(of: name)
    schedule.tell("ephemeral \(id)")
    realtime.publish(
      ephemeral: Event(
        id: id, cursor: "", type: "probe", workspaceID: people.workspace, channelID: nil, directConversationID: nil,
        seq: nil, createdAt: "", payload: "{}", mentionedUserIDs: [], audience: .workspace))
  }

  private func audience(_ number: Int) -> Audience {
    switch number {
    case 3: .user(people.guest.userID)
    case 4: .moderators(about: people.member.userID)
    case 5: .user(people.owner.userID)
    default: .workspace
    }
  }

  private static func draft(_ name: String, _ audience: Audience, in workspace: WorkspaceID) -> EventDraft {
    EventDraft(.messageCreated, workspaceID: workspace, audience: audience) { $0.field("name", name) }
  }

  // MARK: Chores

  private func chore() -> SeededSchedule.Turn {
    guard schedule.random(below: 4) == 0, let chore = chores.value.last else { return .idled }
    let people = people
    switch chore {
    case "prune":
      let count = 1 + schedule.random(below: 6)
      start(on: loops[0]) { run in
        _ = await Awaiting.result {
          try await run.database.write { tx in
            // What is pruned is old, so the newest event, after which other processes continue, is none of it.
            let all = try tx.db.first("SELECT count(*) FROM events", []) { Int($0.int(0)) } ?? 0
            if all > 1 { _ = try Events.prune(before: tx.now, limit: min(count, all - 1), tx) }
          }
        }
      }
    case "remove":
      let draft = Self.draft("removal", .workspace, in: people.workspace)
      start(on: loops[0]) { run in
        let outcome = await Awaiting.result {
          try await run.database.write { tx in
            try tx.db.execute(
              "DELETE FROM workspace_members WHERE user_id = ?1", [.text(people.removable.userID)])
            tx.invalidate(.membership(people.workspace, people.removable.userID))
            let event = try tx.append(draft)
            return [(cursor: event.cursor, payload: event.payload)]
          }
        }
        if case .success(let events) = outcome { run.history.acknowledged(events) }
      }
    case "foreign":
      // Another process waits while the writer is inside a transaction.
      guard !history.isWriting else { return .idled }
      do {
        _ = try outside.write {
          try $0.append(Self.draft("foreign", .workspace, in: people.workspace))
        }
        try outside.read { history.committed($0) }
      } catch {
        history.fail("the other process: \(error)")
      }
    case "release":
      start(on: loops[0]) { run in await run.realtime.releaseIdle(now: 1, idle: 0) }
    default:
      database.writer.expireWaiting()
    }
    schedule.tell("chore: \(chore)")
    chores.update { $0.removeLast() }
    return .worked
  }

  // MARK: The end

  private func close(_ clients: [ObservedClient]) {
    for client in clients { client.leave() }
    schedule.settle()
    start(on: loops[0]) { run in await run.database.close() }
    schedule.settle()
    for loop in loops { loop.stop() }
    schedule.drain()
    // What is left may be interrupted, too, but a loop that was closed takes no turns.
    loopsAreOpen.update { $0 = false }
    for loop in loops { loop.run() }
    schedule.drain()
    schedule.end()
  }
}

/// Writes events as lines, and is a point of the schedule.
struct ObservedEncoder: EventEncoder {
  let schedule: SeededSchedule

  func encode(_ json: [UInt8], of event: Event, as format: WireFormat) -> Frame {
    schedule.point("encode")
    return Frame((event.cursor.isEmpty ? "~\(event.id)\n" : "\(event.cursor)\n").utf8)
  }
}
