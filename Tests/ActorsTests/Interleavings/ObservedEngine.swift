import Storage

@testable import Actors

/// A storage engine under which every statement is a point of the schedule, whose commits can fail, and which tells the
/// history of each commit before anyone else learns of it.
struct ObservedEngine: StorageEngine {
  let base: SQLiteEngine
  let schedule: SeededSchedule
  let history: History
  /// Of how many commits one fails, on average; 0 for none.
  let commitsPerFailure: Int

  func openWriter() throws(SQLError) -> any SQLConnection {
    ObservedConnection(try base.openWriter(), self, isWriter: true)
  }

  func openReader() throws(SQLError) -> any SQLConnection {
    ObservedConnection(try base.openReader(), self, isWriter: false)
  }

  func changeCounter(of writer: any SQLConnection) throws -> Int64 { try base.changeCounter(of: writer) }

  /// How long the log is comes from all runs before and not from the seed.
  func isLogTooLong() -> Bool { false }

  func shortenLog(of writer: any SQLConnection) throws -> Bool { true }

  func filesInUse() throws -> [FileIdentity] { try base.filesInUse() }

  func isCut(_ file: FileIdentity, with writer: any SQLConnection) throws -> Bool {
    try base.isCut(file, with: writer)
  }

  func salvage(_ lost: [FileIdentity], with writer: any SQLConnection) throws -> Bool { false }
}

private final class ObservedConnection: SQLConnection {
  private let base: any SQLConnection
  private let engine: ObservedEngine
  private let isWriter: Bool

  init(_ base: any SQLConnection, _ engine: ObservedEngine, isWriter: Bool) {
    self.base = base
    self.engine = engine
    self.isWriter = isWriter
  }

  var dialect: SQLDialect { base.dialect }
  var changeCount: Int64 { base.changeCount }
  var inTransaction: Bool { base.inTransaction }

  func run<T>(until moment: ContinuousClock.Instant, _ body: () throws -> T) throws -> T {
    try base.run(until: moment, body)
  }

  func execute(_ sql: String, _ values: [SQLValue]) throws(SQLError) -> Int {
    engine.schedule.point("statement")
    defer { engine.schedule.point("statement done") }
    guard isWriter else { return try base.execute(sql, values) }
    if sql == "COMMIT", engine.commitsPerFailure > 0, engine.schedule.random(below: engine.commitsPerFailure) == 0 {
      engine.schedule.tell("the disk refuses the commit")
      throw SQLError(kind: .io, message: "the disk refuses")
    }
    let changed = try base.execute(sql, values)
    if sql == "BEGIN IMMEDIATE" { engine.history.set(isWriting: true) }
    if sql == "COMMIT" || sql == "ROLLBACK" {
      engine.history.set(isWriting: false)
      engine.schedule.tell("writer: \(sql)")
    }
    if sql == "COMMIT" { engine.history.committed(base, isOurs: true) }
    return changed
  }

  func query(_ sql: String, _ values: [SQLValue], _ body: (borrowing SQLRow) throws -> Void) throws {
    engine.schedule.point("query")
    defer { engine.schedule.point("query done") }
    try base.query(sql, values, body)
  }

  func script(_ sql: String) throws(SQLError) { try base.script(sql) }
}

/// Hands commits on, and checks that nothing is announced that is not on disk, and nothing out of order.
struct ObservedCommits: CommitObserver {
  let base: any CommitObserver
  let schedule: SeededSchedule
  let history: History

  func committed(_ batch: CommitBatch) {
    schedule.point("announce")
    history.announced(batch.events)
    base.committed(batch)
    schedule.point("announced")
  }

  func changedByAnotherProcess() {
    schedule.point("announce")
    base.changedByAnotherProcess()
    schedule.point("announced")
  }
}
