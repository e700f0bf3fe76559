@testable import Storage
import Testing

@testable import Actors

@Suite struct DatabaseWriterTests {
  private struct Refused: Error {}

  /// Makes the writer wait so that what follows gathers into one group.
  private func hold(_ fixture: ActorsFixture, _ gate: Gate) async throws -> Task<Void, any Error> {
    let task = Task { try await fixture.database.write { _ in gate.pass() } }
    try await eventually("the writer is held") { gate.arrivals == 1 }
    return task
  }

  private func waiting(_ count: Int, _ fixture: ActorsFixture) async throws {
    try await eventually("\(count) requests wait") { fixture.database.writer.counters.waiting == count }
  }

  private func names(_ fixture: ActorsFixture) throws -> [String] {
    try fixture.engine.readOnce { try $0.all("SELECT name FROM channels ORDER BY name") { $0.text(0) } }
  }

  private static func addChannel(_ name: String, _ workspace: WorkspaceID, _ tx: Transaction) throws {
    try tx.db.execute(
      "INSERT INTO channels (id, route_id, workspace_id, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      [.text(tx.ids.make(.channel)), .text(tx.ids.routeID("C")), .text(workspace), .text(name), .text(tx.now.text)])
  }

  @Test func whatWaitsSharesACommitAndKeepsItsOrder() async throws {
    let observer = RecordingObserver()
    let fixture = try await ActorsFixture { _ in observer }
    let gate = Gate()
    let held = try await hold(fixture, gate)
    let order = Shared<[Int]>([])
    var writes: [Task<Cursor, any Error>] = []
    for index in 0..<50 {
      let draft = try MessageDraft(body: "m\(index)", by: fixture.captain)
      let task = Task {
        try await fixture.database.write { tx in
          order.update { $0.append(index) }
          return try Messages.create(fixture.captain, in: fixture.general, draft, correlationID: "", tx).event?.cursor
            ?? ""
        }
      }
      writes.append(task)
      try await waiting(index + 1, fixture)
    }
    gate.open()
    try await held.value
    var cursors: [Cursor] = []
    for task in writes { cursors.append(try await task.value) }
    #expect(order.value == Array(0..<50))
    #expect(cursors == cursors.sorted() && Set(cursors).count == 50)
    #expect(observer.events.map(\.cursor) == cursors)
    #expect(observer.batches.filter { !$0.events.isEmpty }.count == 1, "one group, one commit")
    #expect(try fixture.log() == cursors)
    #expect(fixture.database.writer.counters.requests == 51)
    #expect(fixture.database.writer.counters.commits == 2)
    await fixture.close()
  }

  @Test func aFailingRequestUndoesOnlyItself() async throws {
    let observer = RecordingObserver()
    let fixture = try await ActorsFixture { _ in observer }
    let gate = Gate()
    let held = try await hold(fixture, gate)
    let workspace = fixture.workspace
    var tasks: [Task<Void, any Error>] = []
    for index in 0..<8 {
      tasks.append(
        Task {
          try await fixture.database.write { tx in
            if index == 1 { throw Refused() }
            try Self.addChannel("c\(index)", workspace, tx)
            try tx.append(
              EventDraft(.workspaceUpdated, workspaceID: workspace, audience: .workspace) { $0.field("n", "\(index)") })
            if index == 3 || index == 6 { throw Refused() }
            if index == 5 { try Self.addChannel("c4", workspace, tx) }
          }
        })
      try await waiting(index + 1, fixture)
    }
    gate.open()
    try await held.value
    var outcomes: [String] = []
    for task in tasks {
      switch await task.result {
      case .success: outcomes.append("ok")
      case .failure(is Refused): outcomes.append("refused")
      case .failure(let error): outcomes.append((error as? SQLError)?.kind == .constraint ? "constraint" : "\(error)")
      }
    }
    #expect(outcomes == ["ok", "refused", "ok", "refused", "ok", "constraint", "refused", "ok"])
    #expect(try names(fixture) == ["c0", "c2", "c4", "c7", "general"])
    #expect(observer.events.map(\.payload) == [0, 2, 4, 7].map { "{\"n\":\"\($0)\"}" })
    #expect(try fixture.log() == observer.events.map(\.cursor))
    await fixture.close()
  }

  @Test func aFullQueueRefusesAtOnce() async throws {
    var limits = DatabaseWriter.Limits()
    limits.waitingRequestsMax = 3
    let fixture = try await ActorsFixture(limits: limits)
    let gate = Gate()
    let held = try await hold(fixture, gate)
    let tasks = (0..<3).map { _ in Task { try await fixture.database.write { _ in 1 } } }
    try await waiting(3, fixture)
    await #expect { try await fixture.database.write { _ in 1 } } throws: { ($0 as? StoreError)?.kind == .unavailable }
    #expect(fixture.database.writer.counters.refused == 1)
    gate.open()
    try await held.value
    for task in tasks { #expect(try await task.value == 1) }
    await fixture.close()
  }

  @Test func requestsThatWaitTooLongAreRefusedAndNotRun() async throws {
    var limits = DatabaseWriter.Limits()
    limits.waitMillisecondsMax = 0
    let fixture = try await ActorsFixture(limits: limits)
    let gate = Gate()
    let held = try await hold(fixture, gate)
    let runs = Shared(0)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<3 {
        group.addTask {
          do {
            try await fixture.database.write { _ in runs.update { $0 += 1 } }
            return false
          } catch {
            return (error as? StoreError)?.kind == .unavailable
          }
        }
      }
      group.addTask {
        do {
          try await eventually("three wait") { fixture.database.writer.counters.waiting == 3 }
        } catch {
          return false
        }
        fixture.database.writer.expireWaiting()
        return true
      }
      for await isRefused in group { #expect(isRefused) }
    }
    #expect(fixture.database.writer.counters.refused == 3)
    gate.open()
    try await held.value
    #expect(try await fixture.database.write { _ in 7 } == 7)
    #expect(runs.value == 0)
    await fixture.close()
  }

  @Test func aFailedCommitIsToldToEveryoneAndLeavesNothing() async throws {
    try await expectRefusalOfGroup { tx in
      // A reference to nothing that SQLite looks at only when it commits.
      try tx.db.execute("PRAGMA defer_foreign_keys = ON")
      try Self.addChannel("orphan", "wsp_nowhere", tx)
    } as: {
      $0 is SQLError
    }
  }

  /// SQLite takes back everything after some failures of the disk; what follows must not be committed bit by bit.
  @Test func aGroupThatSQLiteTookBackIsRefusedAsAWhole() async throws {
    try await expectRefusalOfGroup { tx in
      try tx.db.execute("ROLLBACK")
      throw SQLError(kind: .io, message: "disk I/O error")
    } as: {
      ($0 as? StoreError)?.kind == .unavailable
    }
  }

  /// Three requests share a commit that the second one spoils: all are told, nothing is left, and the next one is served.
  private func expectRefusalOfGroup(
    _ spoil: @escaping @Sendable (Transaction) throws -> Void, as isExpected: (any Error) -> Bool
  ) async throws {
    let observer = RecordingObserver()
    let fixture = try await ActorsFixture { _ in observer }
    let gate = Gate()
    let held = try await hold(fixture, gate)
    let workspace = fixture.workspace
    var tasks: [Task<Void, any Error>] = []
    for index in 0..<3 {
      tasks.append(
        Task {
          try await fixture.database.write { tx in
            if index == 1 { return try spoil(tx) }
            try Self.addChannel("c\(index)", workspace, tx)
            try tx.append(EventDraft(.workspaceUpdated, workspaceID: workspace, audience: .workspace) { _ in })
          }
        })
      try await waiting(index + 1, fixture)
    }
    gate.open()
    try await held.value
    for task in tasks {
      await #expect {
        try await task.value
      } throws: {
        isExpected($0)
      }
    }
    #expect(try names(fixture) == ["general"])
    #expect(observer.events.isEmpty)
    #expect(try fixture.log().isEmpty)
    try await fixture.database.write { try Self.addChannel("later", workspace, $0) }
    #expect(try names(fixture) == ["general", "later"])
    await fixture.close()
  }

  @Test func eventsAreAnnouncedBeforeTheWriteIsAcknowledged() async throws {
    let gate = Gate()
    let observer = RecordingObserver(gate: gate)
    let fixture = try await ActorsFixture { _ in observer }
    let isAcknowledged = Shared(false)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await fixture.post("hello")
          isAcknowledged.update { $0 = true }
        } catch {
          Issue.record(error)
        }
      }
      group.addTask {
        do {
          try await eventually("the observer is told") { gate.arrivals == 1 }
          #expect(!isAcknowledged.value)
          // It is on disk already: nobody is told of an event that a crash could undo.
          #expect(try fixture.log().count == 1)
        } catch {
          Issue.record(error)
        }
        gate.open()
      }
    }
    #expect(isAcknowledged.value)
    #expect(observer.events.count == 1)
    await fixture.close()
  }

  @Test func aBatchCarriesTheFactsBehindItsInvalidationsAsOfTheCommit() async throws {
    let observer = RecordingObserver()
    let fixture = try await ActorsFixture { _ in observer }
    try await fixture.database.write { tx in
      _ = try Moderation.update(
        fixture.captain, member: fixture.alice.userID, in: fixture.workspace,
        Moderation.Change(role: "moderator"), tx)
    }
    let batch = try #require(observer.batches.last)
    #expect(batch.events.map(\.type) == ["member.moderation_updated"])
    #expect(
      batch.memberships.map(\.userID) == [fixture.alice.userID] && batch.memberships.map(\.role) == [.moderator])
    await fixture.close()
  }

  @Test func whatAnotherProcessWroteIsAnnouncedInOrder() async throws {
    let observer = RecordingObserver()
    let fixture = try await ActorsFixture { _ in observer }
    try await fixture.post("one")
    // A connection of its own stands for another process: to SQLite they are the same.
    let ids = IDGenerator()
    let draft = try MessageDraft(body: "two", by: fixture.captain)
    try fixture.engine.writeOnce(ids: ids) { tx in
      _ = try Messages.create(fixture.captain, in: fixture.general, draft, correlationID: "", tx)
    }
    try await fixture.database.writer.lookForOtherProcesses()
    #expect(observer.foreignChanges == 1)
    #expect(observer.events.map(\.cursor) == (try fixture.log()))
    try fixture.engine.writeOnce(ids: ids) { tx in
      let draft = try MessageDraft(body: "three", by: fixture.captain)
      _ = try Messages.create(fixture.captain, in: fixture.general, draft, correlationID: "", tx)
    }
    // Noticed by the next write as well, whose own event comes after it.
    try await fixture.post("four")
    #expect(observer.foreignChanges == 2)
    #expect(observer.events.count == 4)
    #expect(observer.events.map(\.cursor) == (try fixture.log()))
    try await fixture.database.writer.lookForOtherProcesses()
    #expect(observer.foreignChanges == 2)
    await fixture.close()
  }

  @Test func closingCommitsWhatWaitsAndRefusesTheRest() async throws {
    let fixture = try await ActorsFixture()
    let gate = Gate()
    let held = try await hold(fixture, gate)
    let waitingWrite = Task { try await fixture.post("waiting") }
    try await waiting(1, fixture)
    let closing = Task { await fixture.close() }
    gate.open()
    try await held.value
    #expect(try await !waitingWrite.value.isEmpty)
    await closing.value
    #expect(try fixture.log().count == 1)
    await #expect { try await fixture.database.write { _ in () } } throws: {
      ($0 as? StoreError)?.kind == .unavailable
    }
  }
}
