import Storage
import Synchronization
import Testing

@testable import Actors

@Suite struct ReaderPoolTests {
  private struct Refused: Error {}

  /// What ran, in order.
  private final class Runs: Sendable {
    private let names = Mutex<[String]>([])
    var all: [String] { names.withLock { $0 } }
    func add(_ name: String) { names.withLock { $0.append(name) } }
  }

  /// Has a read take a reader until the gate opens; returns when it has it.
  private func hold(
    _ pool: ReaderPool, _ gate: Gate, _ turn: ReadQueue.Turn = .server
  ) async throws -> Task<Void, any Error> {
    let read = Task { try await pool.read(turn) { _ in gate.pass() } }
    try await eventually("a reader is held") { gate.arrivals == 1 }
    return read
  }

  @Test func readsRunSideBySide() async throws {
    let fixture = try await ActorsFixture(readers: 3)
    let gate = Gate()
    let reads = (0..<3).map { _ in Task { try await fixture.database.read { _ in gate.pass() } } }
    // All three are inside at the same time.
    try await eventually("three reads run") { gate.arrivals == 3 }
    gate.open()
    for read in reads { try await read.value }
    await fixture.close()
  }

  @Test func moreThanTheBoundIsRefused() async throws {
    let fixture = try await ActorsFixture()
    var limits = ReaderPool.Limits()
    limits.waitingMax = 2
    let pool = ReaderPool(count: 1, limits: limits)
    try await pool.open(fixture.engine)
    let gate = Gate()
    let running = try await hold(pool, gate)
    let waiting = (0..<2).map { number in Task { try await pool.read { _ in number } } }
    try await eventually("two wait") { pool.waiting == 2 }
    await #expect { try await pool.read { _ in 0 } } throws: { ($0 as? StoreError)?.kind == .unavailable }
    gate.open()
    try await running.value
    for (number, read) in waiting.enumerated() { #expect(try await read.value == number) }
    await pool.close()
    await #expect { try await pool.read { _ in 0 } } throws: { ($0 as? StoreError)?.kind == .unavailable }
    await fixture.close()
  }

  private func pool(
    _ readers: Int, _ fixture: ActorsFixture, _ change: (inout ReaderPool.Limits) -> Void = { _ in }
  ) async throws -> ReaderPool {
    var limits = ReaderPool.Limits()
    change(&limits)
    let pool = ReaderPool(count: readers, limits: limits)
    try await pool.open(fixture.engine)
    return pool
  }

  @Test(arguments: [(2, 1), (4, 2), (5, 2)])
  func longReadsLeaveReadersToOthers(readers: Int, longMax: Int) async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(readers, fixture)
    let gate = Gate()
    let long = (0..<20).map { number in Task { try await pool.read(.long("\(number % 7)")) { _ in gate.pass() } } }
    try await eventually("as many long reads run as may") { gate.arrivals == longMax && pool.waiting == 20 - longMax }
    // Whoever asks for something else is served at once, also by the last reader and by several.
    for number in 0..<50 { #expect(try await pool.read { _ in number } == number) }
    #expect(gate.arrivals == longMax)
    gate.open()
    for read in long { try await read.value }
    #expect(pool.waiting == 0)
    await pool.close()
    await fixture.close()
  }

  @Test func peopleTakeTurns() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(2, fixture) { $0.longWaitingPerPersonMax = 5 }
    let gate = Gate()
    let runs = Runs()
    let running = try await hold(pool, gate, .long("eager"))
    var waiting: [Task<Void, any Error>] = []
    for person in ["eager", "eager", "eager", "eager", "eager", "bob", "bob", "carol"] {
      let before = pool.waiting
      waiting.append(Task { try await pool.read(.long(person)) { _ in runs.add(person) } })
      try await eventually("it waits") { pool.waiting == before + 1 }
    }
    // The sixth of one person is refused; others are not.
    await #expect { try await pool.read(.long("eager")) { _ in } } throws: { ($0 as? StoreError)?.kind == .tooMany }
    #expect(pool.refused == 1)
    gate.open()
    try await running.value
    for read in waiting { try await read.value }
    #expect(runs.all == ["eager", "bob", "carol", "eager", "bob", "eager", "eager", "eager"])
    await pool.close()
    await fixture.close()
  }

  @Test func peopleTakeTurnsWithOrdinaryReadsToo() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(1, fixture) { $0.waitingMax = 8 }
    let gate = Gate()
    let runs = Runs()
    let running = try await hold(pool, gate)
    var waiting: [Task<Void, any Error>] = []
    for person in ["eager", "eager", "eager", "eager", "eager", "bob", "", "bob"] {
      let before = pool.waiting
      waiting.append(
        Task { try await pool.read(person.isEmpty ? .server : .person(person)) { _ in runs.add(person) } })
      try await eventually("it waits") { pool.waiting == before + 1 }
    }
    // The queue is full: who has most in it is refused, and makes room for who has less.
    await #expect {
      try await pool.read(.person("eager")) { _ in }
    } throws: {
      ($0 as? StoreError)?.kind == .unavailable
    }
    let carol = Task { try await pool.read(.person("carol")) { _ in runs.add("carol") } }
    await #expect { try await waiting.remove(at: 4).value } throws: { ($0 as? StoreError)?.kind == .tooMany }
    let server = Task { try await pool.read { _ in runs.add("") } }
    await #expect { try await waiting.remove(at: 3).value } throws: { ($0 as? StoreError)?.kind == .tooMany }
    #expect(pool.waiting == 8 && pool.refused == 3)
    gate.open()
    try await running.value
    for read in waiting + [carol, server] { try await read.value }
    #expect(runs.all == ["eager", "", "bob", "", "carol", "eager", "bob", "eager"])
    await pool.close()
    await fixture.close()
  }

  @Test func longReadsAreBoundedInAll() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(1, fixture) { $0.longWaitingMax = 2 }
    let gate = Gate()
    let running = try await hold(pool, gate)
    let waiting = (0..<2).map { number in Task { try await pool.read(.long("\(number)")) { _ in number } } }
    try await eventually("two wait") { pool.waiting == 2 }
    await #expect { try await pool.read(.long("x")) { _ in } } throws: { ($0 as? StoreError)?.kind == .unavailable }
    // Others have room of their own.
    let other = Task { try await pool.read { _ in 7 } }
    try await eventually("three wait") { pool.waiting == 3 }
    gate.open()
    try await running.value
    #expect(try await other.value == 7)
    for (number, read) in waiting.enumerated() { #expect(try await read.value == number) }
    await pool.close()
    await fixture.close()
  }

  @Test func neitherKindWaitsForEverOnASingleReader() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(1, fixture)
    let gate = Gate()
    let runs = Runs()
    let running = try await hold(pool, gate)
    var waiting: [Task<Void, any Error>] = []
    for kind in ["long", "long"] + Array(repeating: "short", count: 10) {
      let before = pool.waiting
      waiting.append(
        Task {
          try await pool.read(kind == "long" ? .long("eager") : .server) { _ in runs.add(kind) }
        })
      try await eventually("it waits") { pool.waiting == before + 1 }
    }
    gate.open()
    try await running.value
    for read in waiting { try await read.value }
    let places = runs.all.enumerated().filter { $0.element == "long" }.map(\.offset)
    #expect(places == [4, 9])
    await pool.close()
    await fixture.close()
  }

  @Test func whatWaitedTooLongIsRefusedAndNotRun() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(1, fixture)
    let gate = Gate()
    let running = try await hold(pool, gate)
    let runs = Runs()
    let old = [nil, "alice", "alice", "bob"].map { person in
      Task { try await pool.read(person.map { .long($0) } ?? .server) { _ in runs.add(person ?? "") } }
    }
    try await eventually("four wait") { pool.waiting == 4 }
    pool.expireWaiting()
    #expect(pool.waiting == 4)
    let moment = ContinuousClock.now
    let young = Task { try await pool.read(.long("alice")) { _ in 7 } }
    try await eventually("five wait") { pool.waiting == 5 }
    pool.expire(before: moment)
    for read in old { await #expect { try await read.value } throws: { ($0 as? StoreError)?.kind == .unavailable } }
    #expect(pool.waiting == 1 && pool.refused == 4)
    gate.open()
    try await running.value
    #expect(try await young.value == 7)
    #expect(runs.all.isEmpty)
    await pool.close()
    await fixture.close()
  }

  @Test func aFailedReadLeavesItsReaderFit() async throws {
    let fixture = try await ActorsFixture(readers: 1)
    for _ in 0..<3 {
      await #expect(throws: Refused.self) { try await fixture.database.read { _ in throw Refused() } }
      await #expect(throws: SQLError.self) { try await fixture.database.read { try $0.execute("SELECT nonsense") } }
      await #expect {
        try await fixture.database.read { try $0.execute("DELETE FROM messages") }
      } throws: {
        ($0 as? StoreError)?.kind == .unavailable
      }
      // As after a read that the disk fails: SQLite has ended the transaction by itself.
      await #expect {
        try await fixture.database.read { db in
          try db.execute("ROLLBACK")
          throw SQLError(kind: .io, message: "disk I/O error")
        }
      } throws: {
        ($0 as? StoreError)?.kind == .unavailable
      }
    }
    #expect(try await fixture.database.read { try $0.first("SELECT count(*) FROM users") { $0.int(0) } } == 2)
    await fixture.close()
  }

  @Test func aReadSeesOneStateHoweverMuchIsWritten() async throws {
    let fixture = try await ActorsFixture(readers: 1)
    try await fixture.post("before")
    let gate = Gate()
    let read = Task {
      try await fixture.database.read { db in
        let first = try db.first("SELECT count(*) FROM messages") { $0.int(0) }
        gate.pass()
        return [first, try db.first("SELECT count(*) FROM messages") { $0.int(0) }]
      }
    }
    try await eventually("the read is held") { gate.arrivals == 1 }
    try await fixture.post("meanwhile")
    gate.open()
    #expect(try await read.value == [1, 1])
    #expect(try await fixture.database.read { try $0.first("SELECT count(*) FROM messages") { $0.int(0) } } == 2)
    await fixture.close()
  }

  @Test func manyReadsAllReturnTheirOwnAnswer() async throws {
    let fixture = try await ActorsFixture(readers: 4)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<2_000 {
        group.addTask {
          try await fixture.database.read { try $0.first("SELECT ?1", [.integer(Int64(number))]) { $0.int(0) } }
            == Int64(number)
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    #expect(fixture.database.readers.waiting == 0)
    await fixture.close()
  }

  /// Some searches take as long as the database is large, and hold one of few readers meanwhile.
  @Test func aLongReadIsGivenUpInTime() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(1, fixture) { $0.longMillisecondsMax = 50 }
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    await #expect {
      try await pool.read(.long("eager")) { db in try db.first(endless) { $0.int(0) } }
    } throws: {
      ($0 as? StoreError)?.kind == .unavailable
    }
    #expect(try await pool.read(.long("eager")) { db in try db.first("SELECT 7") { $0.int(0) } } == 7)
    await pool.close()
    await fixture.close()
  }

  @Test func aStopEndsReadsThatWait() async throws {
    let fixture = try await ActorsFixture()
    let pool = try await pool(1, fixture)
    let gate = Gate()
    let running = try await hold(pool, gate, .long("eager"))
    let waiting = (0..<5).map { _ in Task { try await pool.read(.long("eager")) { _ in gate.pass() } } }
    try await eventually("the others wait") { pool.waiting == 5 }
    let stop = Task { await pool.close() }
    for read in waiting {
      await #expect { try await read.value } throws: { ($0 as? StoreError)?.kind == .unavailable }
    }
    #expect(gate.arrivals == 1)
    gate.open()
    try await running.value
    await stop.value
    await fixture.close()
  }
}
