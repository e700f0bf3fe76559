import Glibc
import Runtime
import Storage
import Synchronization
import Testing

@testable import Actors

@Suite struct WriteAheadLogTests {
  /// Reads so that at every instant some read is under way: the next one begins before the last one ends.
  private static func readWithoutPause(_ engine: SQLiteEngine, until ended: Shared<Bool>) throws {
    var connections = [try engine.openReader(), try engine.openReader()]
    try connections[0].execute("BEGIN")
    while !ended.value {
      _ = try connections[0].first("SELECT count(*) FROM messages") { $0.int(0) }
      try connections[1].execute("BEGIN")
      _ = try connections[1].first("SELECT count(*) FROM messages") { $0.int(0) }
      try connections[0].execute("COMMIT")
      connections.swapAt(0, 1)
    }
  }

  private func logBytes(_ engine: SQLiteEngine) -> Int {
    var file = stat()
    return stat(engine.path + "-wal", &file) == 0 ? Int(file.st_size) : 0
  }

  @Test func startsOverAlthoughSomebodyAlwaysReads() async throws {
    var limits = DatabaseWriter.Limits()
    limits.logPauseMilliseconds = 0
    let fixture = try await ActorsFixture(limits: limits, logBytesMax: 1 << 20)
    let ended = Shared(false)
    let reader = DedicatedThread(name: "reader")
    let engine = fixture.engine
    let outcome = Shared<Result<Void, any Error>?>(nil)
    reader.submit {
      let result = Result { try Self.readWithoutPause(engine, until: ended) }
      outcome.update { $0 = result }
    }
    var longest = 0
    var written = 0
    while written < 8 << 20 {
      try await fixture.post(String(repeating: "long ", count: 8_000))
      written += 40_000
      longest = max(longest, logBytes(engine))
    }
    ended.update { $0 = true }
    try await eventually("the reader ended") { outcome.value != nil }
    try outcome.value?.get()
    // All that was written is three times its text; on a busy machine a reader may be in the way now and then.
    #expect(longest < 6 << 20)
    #expect(try fixture.log().count == written / 40_000)
    await fixture.close()
    reader.shutdown()
  }

  @Test("The log starts over also when each of the server's own reads takes longer than a checkpoint waits")
  func startsOverBesideSlowReadsOfTheServer() async throws {
    var limits = DatabaseWriter.Limits()
    limits.logPauseMilliseconds = 0
    limits.logReadersMilliseconds = 30_000
    let fixture = try await ActorsFixture(limits: limits, logBytesMax: 1 << 20)
    let ended = Shared(false)
    var longest = 0
    let reads = try await withThrowingTaskGroup(of: Int.self) { group in
      for delay in [UInt32(0), 200_000] {
        group.addTask {
          usleep(delay)
          var reads = 0
          while !ended.value {
            try await fixture.database.read { db in
              _ = try db.first("SELECT count(*) FROM messages") { $0.int(0) }
              usleep(400_000)
            }
            reads += 1
          }
          return reads
        }
      }
      for _ in 0..<100 {
        try await fixture.post(String(repeating: "long ", count: 8_000))
        longest = max(longest, logBytes(fixture.engine))
      }
      ended.update { $0 = true }
      return try await group.reduce(0, +)
    }
    // A write more than the limit, with what the full-text index merges now and then. The checkpoint alone would wait in vain
    // for these reads, and all that is written is three times as much.
    #expect(longest < 4 << 20)
    #expect(reads > 4, "reads went on")
    await fixture.close()
  }

  @Test func aReadThatLastsDelaysWritesOnceAndNotEachTime() async throws {
    var limits = DatabaseWriter.Limits()
    limits.logPauseMilliseconds = 100
    limits.logWarningMilliseconds = 0
    let reports = Shared<[String]>([])
    let fixture = try await ActorsFixture(
      limits: limits, logBytesMax: 1 << 20,
      measurements: WriterMeasurements(report: { line in reports.update { $0.append(line) } }))
    let reader = try fixture.engine.openReader()
    try reader.execute("BEGIN")
    _ = try reader.first("SELECT count(*) FROM messages") { $0.int(0) }
    while logBytes(fixture.engine) < 3 << 20 { try await fixture.post(String(repeating: "long ", count: 8_000)) }
    #expect(try reader.first("SELECT count(*) FROM messages") { $0.int(0) } == 0, "its instant stays")
    try await eventually("the operator is told") {
      try await fixture.post("short")
      return reports.value.contains { $0.contains("longer than it may be") }
    }
    try reader.execute("COMMIT")
    // With the reader gone the log starts over as soon as the pause is over.
    try await eventually("the log is short") {
      try await fixture.post("short")
      return logBytes(fixture.engine) <= 1 << 20
    }
    await fixture.close()
  }
}
