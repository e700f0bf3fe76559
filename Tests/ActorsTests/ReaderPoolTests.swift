import Storage
import Synchronization
import Testing

@testable import Actors

@Suite struct ReaderPoolTests {
  private struct Refused: Error {}

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
    let pool = ReaderPool(count: 1, waitingMax: 2)
    try await pool.open(fixture.engine)
    let gate = Gate()
    let running = Task { try await pool.read { _ in gate.pass() } }
    try await eventually("the reader is held") { gate.arrivals == 1 }
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
}
