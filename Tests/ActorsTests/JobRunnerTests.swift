import Runtime
import Storage
import Testing

@testable import Actors

@Suite(.timeLimit(.minutes(2))) struct JobRunnerTests {
  @Test func runsAJobAsSoonAsItsCauseIsCommitted() async throws {
    let fixture = try await JobsFixture()
    try await fixture.start()
    let id = try await fixture.enqueue("payload")
    await fixture.runs.wait { !$0.isEmpty }
    #expect(fixture.runs.value.map(\.payload) == ["payload"])
    #expect(try await fixture.wait(for: id, toBe: .finished).attempts == 1)
    #expect(fixture.runner.counters.succeeded == 1)
    await fixture.end()
  }

  @Test func waitsForTheTimeOfAJob() async throws {
    let fixture = try await JobsFixture()
    try await fixture.start()
    let soon = Timestamp(microseconds: Timestamp.now().microseconds + 80_000)
    let id = try await fixture.enqueue(runAt: soon)
    _ = try await fixture.wait(for: id, toBe: .finished)
    #expect(Timestamp.now() >= soon)
    let later = try await fixture.enqueue("later", runAt: .now().adding(seconds: 3_600))
    let now = try await fixture.enqueue("now")
    _ = try await fixture.wait(for: now, toBe: .finished)
    _ = try await fixture.wait(for: later, toBe: .pending)
    fixture.advance(seconds: 3_601)
    _ = try await fixture.wait(for: later, toBe: .finished)
    await fixture.end()
  }

  @Test func triesAgainWhatFailed() async throws {
    struct Trouble: Error {}
    let fixture = try await JobsFixture()
    try await fixture.start { job in if job.attempts < 3 { throw Trouble() } }
    let id = try await fixture.enqueue()
    // A second after the first failure.
    await fixture.runs.wait { $0.count >= 2 }
    _ = try await fixture.wait(for: id, toBe: .retrying)
    fixture.advance(seconds: 16)
    #expect(try await fixture.wait(for: id, toBe: .finished).attempts == 3)
    #expect(fixture.runs.value.map(\.lastError) == ["", "Trouble()", "Trouble()"])
    #expect(fixture.runner.counters.failed == 2)
    await fixture.end()
  }

  @Test func givesUpWhatIsHopeless() async throws {
    let fixture = try await JobsFixture()
    try await fixture.start { _ in throw JobFailure("hopeless", isPermanent: true) }
    let id = try await fixture.enqueue()
    #expect(try await fixture.wait(for: id, toBe: .discarded).lastError == "hopeless")
    let unknown = try await fixture.enqueue(kind: JobKind("unknown"))
    #expect(try await fixture.wait(for: unknown, toBe: .retrying).lastError.contains("nothing that does jobs"))
    try await eventually("the counts are taken") { fixture.runner.counters.states.discarded == 1 }
    await fixture.end()
  }

  @Test func runsOnlySoManyAtATime() async throws {
    var limits = JobRunner.Limits()
    limits.concurrentMax = 3
    let fixture = try await JobsFixture(limits: limits)
    let (busy, most, isOpen) = (Shared(0), Shared(0), Awaited(false))
    try await fixture.start { _ in
      busy.update { $0 += 1 }
      most.update { $0 = max($0, busy.value) }
      await isOpen.wait { $0 }
      busy.update { $0 -= 1 }
    }
    for number in 0..<20 { try await fixture.enqueue("\(number)") }
    await fixture.runs.wait { $0.count == 3 }
    let runner = fixture.runner
    try await eventually("the rest waits") { runner.counters.states.pending == 17 }
    isOpen.update { $0 = true }
    await fixture.runs.wait { $0.count == 20 }
    #expect(most.value == 3)
    #expect(Set(fixture.runs.value.map(\.payload)).count == 20)
    await fixture.end()
  }

  @Test func stoppingWaitsForWhatRuns() async throws {
    let fixture = try await JobsFixture()
    let isOpen = Awaited(false)
    try await fixture.start { _ in await isOpen.wait { $0 } }
    let id = try await fixture.enqueue()
    await fixture.runs.wait { $0.count == 1 }
    let runner = fixture.runner
    async let stopped: Void = runner.stop(graceMilliseconds: 60_000)
    isOpen.update { $0 = true }
    await stopped
    _ = try await fixture.wait(for: id, toBe: .finished)
    await fixture.end()
  }

  @Test func whatIsCutOffAtTheEndStartsAfreshWithTheNextServer() async throws {
    let fixture = try await JobsFixture()
    try await fixture.start { _ in try await Task.sleep(for: .seconds(3_600)) }
    let id = try await fixture.enqueue("important")
    let waiting = try await fixture.enqueue("later", runAt: .now().adding(seconds: 3_600))
    await fixture.runs.wait { $0.count == 1 }
    try await fixture.restart(graceMilliseconds: 0)
    try await fixture.start()
    let done = try await fixture.wait(for: id, toBe: .finished)
    #expect(done.attempts == 1)
    #expect(fixture.runs.value.map(\.payload) == ["important", "important"])
    _ = try await fixture.wait(for: waiting, toBe: .pending)
    await fixture.end()
  }

  @Test func takesOverTheJobsOfAServerThatIsGone() async throws {
    let fixture = try await JobsFixture()
    let id = try await {
      try await fixture.database.open(observer: fixture.runner)
      let id = try await fixture.enqueue()
      _ = try await fixture.database.write { tx in
        try Jobs.claim(1, by: "gone", at: tx.now, leasedUntil: tx.now.adding(seconds: 30), chance: { 0 }, tx)
      }
      try await fixture.restart()
      return id
    }()
    try await fixture.start()
    _ = try await fixture.wait(for: id, toBe: .running)
    fixture.advance(seconds: 31)
    #expect(try await fixture.wait(for: id, toBe: .finished).attempts == 2)
    #expect(fixture.runs.value.map(\.lastError) == ["the server ended while the job ran"])
    await fixture.end()
  }

  @Test func renewsTheLeasesOfWhatRuns() async throws {
    var limits = JobRunner.Limits()
    limits.leaseMilliseconds = 300
    let fixture = try await JobsFixture(limits: limits)
    let isOpen = Awaited(false)
    try await fixture.start { _ in await isOpen.wait { $0 } }
    let id = try await fixture.enqueue()
    await fixture.runs.wait { $0.count == 1 }
    func leaseEnd() async throws -> String? {
      try await fixture.database.read { db in
        try db.first("SELECT leased_until FROM jobs WHERE id = ?1", [.text(id)]) { $0.text(0) }
      }
    }
    let first = try #require(try await leaseEnd())
    try await eventually("the lease moves") { try await leaseEnd() ?? "" > first }
    isOpen.update { $0 = true }
    #expect(try await fixture.wait(for: id, toBe: .finished).attempts == 1)
    await fixture.end()
  }

  @Test func repeatsAJobAndKnowsAfterARestartWhen() async throws {
    let fixture = try await JobsFixture()
    let pulse = JobKind("pulse")
    let pulses = Awaited(0)
    await fixture.runner.repeat(pulse, everySeconds: 600) { _ in pulses.update { $0 += 1 } }
    try await fixture.start()
    await pulses.wait { $0 == 1 }
    try await fixture.restart()
    await fixture.runner.repeat(pulse, everySeconds: 600) { _ in pulses.update { $0 += 1 } }
    try await fixture.start()
    let marker = try await fixture.enqueue("marker")
    _ = try await fixture.wait(for: marker, toBe: .finished)
    #expect(pulses.value == 1)
    fixture.advance(seconds: 601)
    await pulses.wait { $0 == 2 }
    await fixture.end()
  }

  @Test func goesOnRepeatingWhenTheClockIsSetBack() async throws {
    let fixture = try await JobsFixture()
    let pulses = Awaited(0)
    await fixture.runner.repeat(JobKind("pulse"), everySeconds: 600) { _ in pulses.update { $0 += 1 } }
    await fixture.runner.enqueueAtStart(JobDraft(JobsFixture.kind, payload: "once"))
    let year: Int64 = 365 * 86_400
    fixture.ahead.update { $0 = year }
    try await fixture.start()
    await pulses.wait { $0 == 1 }
    await fixture.runs.wait { $0.count == 1 }
    fixture.advance(seconds: -year)
    // It waits for its interval now, and for no more than that.
    let marker = try await fixture.enqueue("marker")
    _ = try await fixture.wait(for: marker, toBe: .finished)
    fixture.advance(seconds: 601)
    await pulses.wait { $0 == 2 }
    #expect(fixture.runs.value.map(\.payload) == ["once", "marker"])
    await fixture.end()
  }
}
