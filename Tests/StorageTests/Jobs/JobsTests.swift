import Testing

@testable import Storage

@Suite struct JobsTests {
  let fixture: MessagesFixture
  private static let kind = JobKind("test.kind")
  private let start = Timestamp.now().adding(seconds: 60)

  init() throws { fixture = try MessagesFixture() }

  private func enqueue(_ draft: JobDraft) throws -> JobID? { try fixture.write { try Jobs.enqueue(draft, $0) } }

  private func claim(_ limit: Int = 10, by holder: String = "one", after seconds: Int64 = 0) throws -> [Job] {
    let now = start.adding(seconds: seconds)
    return try fixture.write {
      try Jobs.claim(limit, by: holder, at: now, leasedUntil: now.adding(seconds: 30), chance: { 0 }, $0)
    }
  }

  @discardableResult
  private func record(
    _ outcome: Jobs.Outcome, of job: Job, by holder: String = "one", after seconds: Int64 = 0
  ) throws -> Job? {
    try fixture.write {
      try Jobs.record(outcome, of: job, by: holder, at: start.adding(seconds: seconds), chance: 0, $0)
    }
  }

  private func job(_ id: JobID) throws -> Job? { try fixture.read { try Jobs.find(id, $0) } }

  @Test func jobsComeInTheOrderOfTheirTimes() throws {
    let late = try enqueue(JobDraft(Self.kind, runAt: start.adding(seconds: 10)))
    let first = try enqueue(JobDraft(Self.kind, payload: "a"))
    let second = try enqueue(JobDraft(Self.kind, payload: "b"))
    #expect(try fixture.read { try Jobs.nextDue(for: "one", $0) }?.text == (try job(#require(first))?.runAt))
    #expect(try claim(1).map(\.id) == [first])
    #expect(try claim().map(\.id) == [second])
    #expect(try claim().isEmpty)
    #expect(try claim(after: 10).map(\.id) == [late])
  }

  @Test func aJobIsNotEnqueuedWithoutItsCause() throws {
    struct Refused: Error {}
    #expect(throws: Refused.self) {
      try fixture.write { tx in
        _ = try Jobs.enqueue(JobDraft(Self.kind), tx)
        throw Refused()
      }
    }
    #expect(try claim().isEmpty)
  }

  @Test func aPayloadComesBack() throws {
    _ = try fixture.write { try Jobs.enqueue(try JobDraft(Self.kind, encoding: ["key": [1, 2]]), $0) }
    let job = try #require(try claim().first)
    #expect(try job.decode([String: [Int]].self) == ["key": [1, 2]])
    #expect(throws: JobFailure.self) { try job.decode(Int.self) }
    #expect(try record(.finished, of: job)?.payload == "")
  }

  @Test func aKeyStandsForOneUnfinishedJob() throws {
    let first = try #require(try enqueue(JobDraft(Self.kind, payload: "first", uniqueKey: "k")))
    #expect(try enqueue(JobDraft(Self.kind, payload: "second", uniqueKey: "k")) == nil)
    #expect(try enqueue(JobDraft(JobKind("other"), uniqueKey: "k")) != nil)
    let claimed = try #require(try claim().first { $0.id == first })
    #expect(claimed.payload == "first")
    // While it runs the cause comes again: what it has seen may be old, so it runs once more.
    #expect(try enqueue(JobDraft(Self.kind, uniqueKey: "k")) == nil)
    #expect(try record(.finished, of: claimed)?.state == .pending)
    let again = try #require(try claim().first)
    #expect(again.id == first)
    #expect(again.attempts == 1)
    #expect(try record(.finished, of: again)?.state == .finished)
    #expect(try enqueue(JobDraft(Self.kind, uniqueKey: "k")) != nil)
  }

  @Test func aFailedJobWaitsLongerEachTimeAndIsDiscardedAtLast() throws {
    let id = try #require(try enqueue(JobDraft(Self.kind)))
    var seconds: Int64 = 0
    for attempt in 1...Jobs.attemptsMaxDefault {
      let claimed = try #require(try claim(after: seconds).first)
      #expect(claimed.attempts == attempt)
      let failed = try record(.failed(error: "no luck", isPermanent: false), of: claimed, after: seconds)
      #expect(failed?.lastError == "no luck")
      guard attempt < Jobs.attemptsMaxDefault else { break }
      #expect(failed?.state == .retrying)
      seconds += attempt * attempt * attempt * attempt
      #expect(failed?.runAt == start.adding(seconds: seconds).text)
      #expect(try claim(after: seconds - 1).isEmpty)
    }
    #expect(try job(id)?.state == .discarded)
    #expect(try claim(after: seconds * 2).isEmpty)
  }

  @Test func aPermanentFailureDiscardsAtOnce() throws {
    _ = try enqueue(JobDraft(Self.kind))
    let claimed = try #require(try claim().first)
    #expect(try record(.failed(error: "never", isPermanent: true), of: claimed)?.state == .discarded)
  }

  @Test func longErrorsAreCut() throws {
    _ = try enqueue(JobDraft(Self.kind))
    let claimed = try #require(try claim().first)
    let text = String(repeating: "é", count: 5_000)
    let failed = try record(.failed(error: text, isPermanent: false), of: claimed)
    #expect(failed?.lastError.utf8.count == Jobs.errorBytesMax)
  }

  @Test func aJobOfAServerThatIsGoneRunsAgain() throws {
    let id = try #require(try enqueue(JobDraft(Self.kind)))
    let lost = try #require(try claim(by: "gone").first)
    #expect(try claim(by: "new", after: 29).isEmpty)
    #expect(try fixture.read { try Jobs.nextDue(for: "new", $0) } == start.adding(seconds: 30))
    // The lease has ended: it counts as a failure, and waits as one.
    #expect(try claim(by: "new", after: 30).isEmpty)
    #expect(try job(id)?.state == .retrying)
    let taken = try #require(try claim(by: "new", after: 31).first)
    #expect(taken.attempts == 2)
    // Should the first server come back, it has no say any more.
    #expect(try record(.finished, of: lost, by: "gone", after: 32) == nil)
    #expect(try job(id)?.state == .running)
    #expect(try record(.finished, of: taken, by: "new", after: 32)?.state == .finished)
  }

  /// A server was killed while its clock was years ahead.
  @Test func timesOfAClockThatWasAheadAreBroughtBack() throws {
    let years: Int64 = 10 * 365 * 86_400
    let leased = try #require(try enqueue(JobDraft(Self.kind)))
    #expect(try claim(by: "gone", after: years).map(\.id) == [leased])
    let waiting = try #require(try enqueue(JobDraft(Self.kind, runAt: start.adding(seconds: years))))
    let later = try #require(try enqueue(JobDraft(Self.kind, runAt: start.adding(seconds: 30 * 86_400))))
    #expect(try claim(by: "new").isEmpty)
    try fixture.write {
      try Jobs.limitWaits(for: "new", at: start, latestLease: start.adding(seconds: 30), $0)
    }
    #expect(try claim(by: "new").map(\.id) == [waiting])
    #expect(try claim(by: "new", after: 1).map(\.id) == [leased])
    #expect(try job(later)?.state == .pending)
    // Leases that can be are left alone, also of others.
    try fixture.write {
      try Jobs.limitWaits(for: "other", at: start, latestLease: start.adding(seconds: 31), $0)
    }
    #expect(try job(waiting)?.state == .running && claim(by: "other", after: 2).isEmpty)
  }

  @Test func aLeaseIsRenewed() throws {
    _ = try enqueue(JobDraft(Self.kind))
    let job = try #require(try claim().first)
    #expect(try claim(0, after: 20).isEmpty)
    #expect(try claim(by: "two", after: 45).isEmpty)
    #expect(try record(.finished, of: job, after: 46) != nil)
  }

  @Test func aJobThatWasCutOffHasLostNothing() throws {
    _ = try enqueue(JobDraft(Self.kind))
    let job = try #require(try claim().first)
    let released = try record(.released, of: job)
    #expect(released?.state == .pending)
    #expect(released?.attempts == 0)
    #expect(try claim(by: "next").map(\.id) == [job.id])
  }

  @Test func aRepeatingJobComesBackWhateverHappens() throws {
    func ensure(_ seconds: Int64) throws {
      try fixture.write { try Jobs.ensureRepeating(Self.kind, everySeconds: seconds, $0) }
    }
    let hour: Int64 = 3_600
    try ensure(hour)
    let first = try #require(try claim().first)
    #expect(try record(.finished, of: first)?.runAt == start.adding(seconds: hour).text)
    try ensure(hour)
    #expect(try claim(after: hour - 100).isEmpty)
    var seconds = hour
    for _ in 0..<(Jobs.attemptsMaxDefault + 5) {
      let job = try #require(try claim(after: seconds).first)
      #expect(job.id == first.id)
      #expect(try record(.failed(error: "no", isPermanent: true), of: job, after: seconds)?.state == .retrying)
      seconds += hour
    }
    // A shorter interval counts from now.
    try record(.finished, of: try #require(try claim(after: seconds).first), after: seconds)
    try ensure(5)
    #expect(try claim(after: 10).count == 1)
  }

  @Test func theQueueIsBounded() throws {
    try fixture.execute(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Jobs.unfinishedPerKindMax))
      INSERT INTO jobs (id, kind, payload, state, max_attempts, run_at, created_at)
      SELECT 'job_' || i, 'test.kind', '', 'pending', 25, '2100-01-01T00:00:00.000000Z', '' FROM n
      """)
    #expect(try !fixture.read { try Jobs.hasRoom(for: Self.kind, $0) })
    #expect(throws: StoreError.self) { try enqueue(JobDraft(Self.kind)) }
    #expect(try enqueue(JobDraft(JobKind("other"))) != nil)
    let long = JobDraft(JobKind("other"), payload: String(repeating: "x", count: Jobs.payloadBytesMax + 1))
    #expect(throws: StoreError.self) { try enqueue(long) }
  }

  @Test func anOperatorRetriesAndDiscards() throws {
    let id = try #require(try enqueue(JobDraft(Self.kind, uniqueKey: "k", runAt: start.adding(seconds: 600))))
    #expect(try fixture.write { try Jobs.discard(id, $0) }.state == .discarded)
    #expect(throws: StoreError.conflict("the job is discarded")) { try fixture.write { try Jobs.discard(id, $0) } }
    let other = try #require(try enqueue(JobDraft(Self.kind, uniqueKey: "k")))
    #expect(throws: StoreError.conflict("a newer job does the same")) { try fixture.write { try Jobs.retry(id, $0) } }
    let running = try #require(try claim().first)
    #expect(running.id == other)
    #expect(throws: StoreError.conflict("the job is running")) { try fixture.write { try Jobs.retry(other, $0) } }
    #expect(throws: StoreError.conflict("the job is running")) { try fixture.write { try Jobs.discard(other, $0) } }
    try record(.finished, of: running)
    #expect(throws: StoreError.conflict("the job is finished")) { try fixture.write { try Jobs.retry(other, $0) } }
    #expect(throws: StoreError.notFound("job")) { try fixture.write { try Jobs.retry("job_none", $0) } }
    let retried = try fixture.write { try Jobs.retry(id, $0) }
    #expect(retried.state == .pending)
    #expect(retried.attempts == 0)
    #expect(try claim().map(\.id) == [id])
  }

  @Test func listsAndCounts() throws {
    for _ in 0..<3 { _ = try enqueue(JobDraft(Self.kind)) }
    let claimed = try claim(2)
    try record(.failed(error: "x", isPermanent: true), of: claimed[0])
    var counts = Jobs.Counts()
    (counts.pending, counts.running, counts.discarded) = (1, 1, 1)
    #expect(try fixture.read { try Jobs.counts($0) } == counts)
    #expect(try fixture.read { try Jobs.list(in: .discarded, $0) }.map(\.id) == [claimed[0].id])
    #expect(try fixture.read { try Jobs.list(limit: 2, $0) }.count == 2)
    try record(.finished, of: claimed[1])
    #expect(try fixture.read { try Jobs.list($0) }.count == 2)
    #expect(try fixture.read { try Jobs.list(in: .finished, $0) }.count == 1)
  }

  @Test func endedJobsAreForgotten() throws {
    for _ in 0..<4 { _ = try enqueue(JobDraft(Self.kind)) }
    for (index, job) in try claim(3).enumerated() {
      try record(index == 0 ? .failed(error: "x", isPermanent: true) : .finished, of: job, after: Int64(index) * 100)
    }
    let prune = { (finished: Int64, discarded: Int64) in
      try fixture.write {
        try Jobs.prune(
          finishedBefore: start.adding(seconds: finished), discardedBefore: start.adding(seconds: discarded), $0)
      }
    }
    #expect(try prune(150, -1) == 1)
    #expect(try prune(1_000, -1) == 1)
    #expect(try prune(1_000, 1_000) == 1)
    #expect(try prune(1_000, 1_000) == 0)
    #expect(try fixture.read { try Jobs.counts($0) }.pending == 1)
  }

  @Test func noMoreThanSoManyEndedJobsAreKept() throws {
    try fixture.execute(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Jobs.endedMax + 5))
      INSERT INTO jobs (id, kind, payload, state, max_attempts, run_at, created_at, ended_at)
      SELECT 'job_' || i, 'test.kind', '', 'finished', 25, '', '', '2100-01-01T00:00:00.' || (100000 + i) || 'Z' FROM n
      """)
    let pruned = try fixture.write { try Jobs.prune(finishedBefore: start, discardedBefore: start, $0) }
    #expect(pruned == 5)
    #expect(try fixture.read { try Jobs.find("job_5", $0) } == nil)
    #expect(try fixture.read { try Jobs.find("job_6", $0) } != nil)
  }
}
