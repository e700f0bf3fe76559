import Glibc
import Runtime
import Storage
import Testing

@testable import Actors

/// A real database file with a job runner, which tests stop and start again.
final class JobsFixture {
  static let kind = JobKind("test.kind")

  let directory: String
  let group: EventLoopGroup
  /// How far the runner's clock is ahead, in seconds.
  let ahead = Shared<Int64>(0)
  /// What the handlers were given, in order.
  let runs = Awaited<[Job]>([])
  private(set) var database: Database
  private(set) var runner: JobRunner
  private let limits: JobRunner.Limits

  init(limits: JobRunner.Limits = .init()) async throws {
    var template = Array("/tmp/clickclack-jobs-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("can't make a directory") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    group = try EventLoopGroup(count: 1)
    self.limits = limits
    let engine = try SQLiteEngine(directory: directory)
    try Migrator().up(engine.openWriter())
    (database, runner) = Self.parts(engine, group, limits, ahead)
  }

  private static func parts(
    _ engine: SQLiteEngine, _ group: EventLoopGroup, _ limits: JobRunner.Limits, _ ahead: Shared<Int64>
  ) -> (Database, JobRunner) {
    let database = Database(engine: engine, ids: IDGenerator(), readerCount: 1)
    let runner = JobRunner(
      loop: group.loops[0], store: database, limits: limits, clock: { .now().adding(seconds: ahead.value) },
      chance: { 0 })
    return (database, runner)
  }

  /// Begins to run jobs, noting each and handing it to a handler.
  func start(_ handler: @escaping @Sendable (Job) async throws -> Void = { _ in }) async throws {
    try await database.open(observer: runner)
    let runs = runs
    await runner.handle(Self.kind) { job in
      runs.update { $0.append(job) }
      try await handler(job)
    }
    await runner.start()
  }

  /// Stops as a server does, and prepares the next one on the same file.
  func restart(graceMilliseconds: UInt64 = 60_000) async throws {
    await runner.stop(graceMilliseconds: graceMilliseconds)
    await database.close()
    (database, runner) = Self.parts(try SQLiteEngine(directory: directory), group, limits, ahead)
  }

  func end() async {
    await runner.stop(graceMilliseconds: 60_000)
    await database.close()
    await group.shutdown()
    for name in ["clickclack.db", "clickclack.db-wal", "clickclack.db-shm"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  @discardableResult
  func enqueue(_ payload: String = "", kind: JobKind = JobsFixture.kind, runAt: Timestamp? = nil) async throws -> JobID
  {
    try #require(
      try await database.write { try Jobs.enqueue(JobDraft(kind, payload: payload, runAt: runAt), $0) })
  }

  /// Moves the runner's clock, and has it look.
  func advance(seconds: Int64) {
    ahead.update { $0 += seconds }
    runner.changedByAnotherProcess()
  }

  /// Waits until a job is in a state.
  func wait(for id: JobID, toBe state: Job.State) async throws -> Job {
    let database = database
    var found: Job?
    try await eventually("job \(id) is \(state)") {
      found = try await database.read { try Jobs.list(in: state, $0) }.first { $0.id == id }
      return found != nil
    }
    return try #require(found)
  }
}
