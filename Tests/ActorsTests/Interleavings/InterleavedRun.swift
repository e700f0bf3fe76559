import Glibc
import SeededRandom

@testable import Actors
@testable import Runtime
@testable import Storage

/// What a seed decides before anything runs.
struct RunPlan {
  var loops: Int
  var readers: Int
  var publishers: Int
  var writesPerPublisher: Int
  var clients: Int
  var firstClient: Int
  var turnsPerClient: Int
  var earlyEvents: Int
  var realtime = Realtime.Limits()
  var writer = DatabaseWriter.Limits()
  var heldMax: Int
  var backlogBytesMax: Int?
  var commitsPerFailure: Int
  var expires: Bool
  var preemptionsPer64: UInt64
  var burstMax: UInt64

  init(_ random: inout SeededGenerator) {
    func pick<T>(_ choices: T...) -> T { choices[Int(random.next() % UInt64(choices.count))] }
    loops = pick(1, 2, 3)
    readers = pick(1, 2)
    publishers = pick(1, 2, 4)
    writesPerPublisher = pick(2, 4, 8)
    clients = pick(1, 3, 5)
    firstClient = pick(0, 1, 2, 3, 4)
    turnsPerClient = pick(10, 30, 60)
    earlyEvents = pick(0, 1, 6, 12)
    realtime.ringEventsMax = pick(1, 3, 8, 1_000)
    realtime.replayEventsMax = pick(4, 12, 1_000, 1_000)
    realtime.replayPageEvents = pick(1, 2, 5)
    realtime.replayPageBytes = pick(1, 100, 1 << 20)
    realtime.replaysMax = pick(1, 2, 1_000)
    realtime.replaysPerPersonMax = pick(1, 2, 1_000)
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
    burstMax = pick(0, 0, 20, 60)
    realtime.ringsBytesMax = pick(1, 3_000, 1 << 28, 1 << 28)
  }

  /// Whether a request may be refused although nothing is wrong with it.
  var mayRefuse: Bool { commitsPerFailure > 0 || expires || writer.waitingRequestsMax < 1_000 }
  /// Whether a client may be too slow.
  var maySlow: Bool { backlogBytesMax != nil || heldMax < 1_000 }
}

/// One run: publishers, clients, the pruner and another process on one database, in the order of a seed.
final class InterleavedRun: Sendable {
  let plan: RunPlan
  let schedule: SeededSchedule
  let history: History
  let database: Database
  let realtime: Realtime
  let loops: [EventLoop]
  private let place: Place
  private let ids = IDGenerator()
  private let outside: OtherProcess
  private let publishersLeft: Shared<Int>
  private let loopsAreOpen: Shared<Bool>
  private let chores: Shared<[String]>

  init(seed: UInt64, on base: SQLiteEngine, outside: OtherProcess, place: Place, tellsStory: Bool) throws {
    var random = SeededGenerator(seed: seed)
    let plan = RunPlan(&random)
    self.plan = plan
    self.place = place
    let history = History(place)
    self.history = history
    self.outside = outside
    let schedule = SeededSchedule(
      seed: random.next(), preemptionsPer64: plan.preemptionsPer64, burstMax: plan.burstMax, tellsStory: tellsStory)
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
    realtime = Realtime(
      loops: loops, store: database, encoder: ObservedEncoder(schedule: schedule, history: history),
      limits: plan.realtime,
      report: { history.fail("reported: \($0)") })
    publishersLeft = Shared(plan.publishers)
    var chores = (0..<Int(random.next() % 3)).map { _ in "prune" }
    chores += (0..<Int(random.next() % 3)).map { _ in "foreign" }
    chores += (0..<Int(random.next() % 3)).map { _ in "release" }
    chores += (0..<Int(random.next() % 4)).map { _ in "standing" }
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
    guard
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0
    else {
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
  func accept(_ socket: Int32, _ caller: Caller, after cursor: Cursor, _ settled: Following.Settled, _ replay: Replay) {
    let loop = loops[schedule.random(below: loops.count)]
    loop.submit { [self] in
      do {
        let connection = try TCPConnection(
          descriptor: socket, peerAddress: SocketAddress(unixPath: ""), loop: loop, census: nil)
        if let backlogBytesMax = plan.backlogBytesMax { connection.backlogBytesMax = backlogBytesMax }
        let session = ObservedSession(connection, realtime)
        session.assumeIsolated { session in
          session.start(
            caller, in: place.workspace, after: cursor, heldMax: plan.heldMax, store: database, replay: replay,
            settled: { [history] in settled.note(history) })
        }
      } catch {
        history.fail("can't take a connection: \(error)")
      }
    }
  }

  /// An empty log with a few old events, and everybody as they were.
  private func prepare() throws {
    let count = plan.earlyEvents
    try outside.write(ids: ids) { tx in
      try tx.db.execute("DELETE FROM events")
      try place.restore(tx)
      for index in 0..<count { try tx.append(draft("early \(index)", about: index)) }
    }
    try outside.read { history.committed($0, isOurs: false) }
    // What was there before is announced to nobody.
    let early = history.log
    history.announced(try outside.read { try Events.after("", limit: early.count, $0) })
  }

  private func makeClients() -> [ObservedClient] {
    let kinds = [
      ("owner", place.owner), ("member", place.member), ("removable", place.removable), ("guest", place.guest),
      ("member again", place.member),
    ]
    return (0..<plan.clients).map { number in
      let (name, caller) = kinds[(plan.firstClient + number) % kinds.count]
      return ObservedClient(name, caller, turns: plan.turnsPerClient, in: self)
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
        draft("\(name) \(number) \(part)", about: schedule.random(below: 10))
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
    let isPrivate = schedule.random(below: 2) == 0
    let id = history.nextEphemeral(of: isPrivate ? "private-\(name)" : name)
    schedule.tell("ephemeral \(id)")
    realtime.publish(
      ephemeral: Event(
        id: id, cursor: "", type: "probe", workspaceID: place.workspace,
        channelID: isPrivate ? place.privateChannel : nil, directConversationID: nil, seq: nil, createdAt: "",
        payload: "{}", mentionedUserIDs: [], audience: isPrivate ? .channelMembers : .workspace))
  }

  private func draft(_ name: String, about number: Int = 0) -> EventDraft {
    let (audience, channel): (Audience, ChannelID?) =
      switch number {
      case 3: (.user(place.guest.userID), nil)
      case 4: (.moderators(about: place.member.userID), nil)
      case 5: (.user(place.owner.userID), nil)
      case 6: (.channel, place.guestChannel)
      case 7: (.channel, place.publicChannel)
      case 8, 9: (.channelMembers, place.privateChannel)
      default: (.workspace, nil)
      }
    return EventDraft(.messageCreated, workspaceID: place.workspace, channelID: channel, audience: audience) {
      $0.field("name", name)
    }
  }

  // MARK: Chores

  private func chore() -> SeededSchedule.Turn {
    guard schedule.random(below: 4) == 0, let chore = chores.value.last else { return .idled }
    schedule.tell("chore: \(chore)")
    switch chore {
    case "prune": prune(atMost: 1 + schedule.random(below: 6))
    case "remove":
      change { [place] tx in
        try tx.db.execute("DELETE FROM workspace_members WHERE user_id = ?1", [.text(place.removable.userID)])
        tx.invalidate(.membership(place.workspace, place.removable.userID))
        try ChannelMembers.removeFromAll(place.removable.userID, of: place.workspace, tx)
      }
    case "standing":
      let change = StandingChange.allCases[schedule.random(below: StandingChange.allCases.count)]
      self.change { [place] in try change.make(in: place, $0) }
    case "foreign":
      // Another process waits while the writer is inside a transaction.
      guard !history.isWriting else { return .idled }
      writeAsAnotherProcess()
    case "release":
      start(on: loops[0]) { run in await run.realtime.releaseIdle(now: 1, idle: 0) }
    default:
      database.writer.expireWaiting()
    }
    chores.update { $0.removeLast() }
    return .worked
  }

  private func prune(atMost count: Int) {
    start(on: loops[0]) { run in
      _ = await Awaiting.result {
        try await run.database.write { tx in
          // What is pruned is old, so the newest event, after which other processes continue, is none of it.
          let all = try tx.db.first("SELECT count(*) FROM events", []) { Int($0.int(0)) } ?? 0
          if all > 1 { _ = try Events.prune(before: tx.now, limit: min(count, all - 1), tx) }
        }
      }
    }
  }

  /// Changes who is what. A request that is refused, such as to add a guest to the private channel, changes nothing.
  private func change(_ body: @escaping @Sendable (Transaction) throws -> Void) {
    start(on: loops[0]) { run in
      let outcome = await Awaiting.result {
        try await run.database.write { tx in
          run.schedule.point("request")
          try body(tx)
          return tx.events.map { (cursor: $0.cursor, payload: $0.payload) }
        }
      }
      switch outcome {
      case .success(let events):
        run.history.acknowledged(events)
        if let last = events.last, !run.history.hasForeign { await run.waitForEffect(of: last.cursor) }
      case .failure(let error as StoreError) where error.kind == .forbidden: break
      case .failure(let error as StoreError) where error.kind == .unavailable && run.plan.mayRefuse: break
      case .failure(let error): run.history.fail("nobody could be changed: \(error)")
      }
    }
  }

  /// Facts that were posted before an acknowledgement are taken in before what comes to the loops after it.
  private func waitForEffect(of cursor: Cursor) async {
    await realtime.prepare(place.workspace)
    for loop in loops { await Task(executorPreference: loop) {}.value }
    history.tookEffect(cursor)
    schedule.tell("in effect: \(cursor)")
  }

  private func writeAsAnotherProcess() {
    let change = schedule.random(below: 2) == 0 ? nil : StandingChange.allCases[schedule.random(below: 3)]
    do {
      do {
        try outside.write { tx in
          if let change { try change.make(in: place, tx) } else { try tx.append(draft("foreign")) }
        }
      } catch let error as StoreError where error.kind == .forbidden {
        return
      }
      try outside.read { history.committed($0, isOurs: false) }
    } catch {
      history.fail("the other process: \(error)")
    }
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
  let history: History

  func encode(_ json: [UInt8], of event: Event, as format: WireFormat) -> Frame {
    Replay.current?.encoded(event.cursor, history)
    schedule.point("encode")
    return Frame((event.cursor.isEmpty ? "~\(event.id)\n" : "\(event.cursor)\n").utf8)
  }
}
