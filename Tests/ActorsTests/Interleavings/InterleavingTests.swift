import Glibc
import Storage
import Testing

@testable import Actors
@testable import Runtime

/// Thousands of orders in which the writer, the readers, the loops and the clients can take turns, each made from a
/// seed. `INTERLEAVINGS=n` asks for another number, `INTERLEAVING_FIRST=s` for the seeds from s on instead of those from
/// a random one, `INTERLEAVING_SEED=s` plays one again and prints what happened.
@Suite(.serialized) struct InterleavingTests {
  @Test func replayGroupCommitAndMailboxHoldInEveryOrder() throws {
    let chosen = try Self.variable("INTERLEAVING_SEED")
    let first = try chosen ?? Self.variable("INTERLEAVING_FIRST") ?? UInt64.random(in: 0...UInt64.max)
    let count = chosen == nil ? try Self.variable("INTERLEAVINGS") ?? 2_000 : 1
    if chosen == nil { print("INTERLEAVING_FIRST=\(first) INTERLEAVINGS=\(count)") }
    let failures = try OwnDescriptors.use {
      let stage = try Stage()
      for seed in (0..<count).lazy.map({ first &+ $0 }) {
        // What went wrong counts, also should it go well the second time.
        let failures = try chosen == nil ? stage.play(seed).history.failures : []
        if chosen != nil || !failures.isEmpty {
          return try failures.map { "the first time: \($0)" } + stage.tell(seed)
        }
      }
      return []
    }
    for failure in failures { Issue.record("\(failure)") }
  }

  /// Every decision belongs to the seed: nothing of the machine, its load or its clocks takes part, nor do processes that
  /// other tests start meanwhile.
  @Test(.enabled(if: OwnDescriptors.arePossible)) func aSeedReplaysExactly() throws {
    let isOver = Shared(false)
    let spawner = try Thread.start(name: "spawner") { while !isOver.value { Self.runAnotherProgram() } }
    defer {
      isOver.update { $0 = true }
      Thread.join(spawner)
    }
    let odd = try OwnDescriptors.use {
      let stage = try Stage()
      return try (0..<10).compactMap { _ -> String? in
        let seed = UInt64.random(in: 0...UInt64.max)
        let plays = try (0..<2).map { _ in try stage.play(seed).schedule.decisions }
        guard let other = plays.first(where: { $0 != plays[0] }) else { return nil }
        let common = zip(plays[0], other).prefix { $0 == $1 }.count
        return "seed \(seed): after \(plays[0][..<common].suffix(20)) \(plays.map { $0.dropFirst(common).first ?? "" })"
      }
    }
    #expect(odd.isEmpty)
  }

  private static func runAnotherProgram() {
    var pid: pid_t = 0
    let name = strdup("/bin/true")
    defer { free(name) }
    var words = [name, nil]
    let status = posix_spawn(&pid, "/bin/true", nil, nil, &words, nil)
    #expect(status == 0 && waitpid(pid, nil, 0) == pid)
  }

  private static func variable(_ name: String) throws -> UInt64? {
    guard let text = getenv(name).map({ String(cString: $0) }) else { return nil }
    guard let number = UInt64(text) else { throw TestFailure("\(name) is a number, not '\(text)'") }
    return number
  }
}

/// The database that runs play on, one after another.
private final class Stage {
  private let engine: SQLiteEngine
  private let outside: OtherProcess
  private let place: Place

  init() throws {
    // In memory where there is such a directory: what is lost with the power is not the question here.
    var template = Array("\(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp")/clickclack-orders-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("can't make a directory") }
    engine = try SQLiteEngine(
      directory: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    try Migrator().up(try engine.openWriter())
    outside = try OtherProcess(engine)
    place = try outside.write { try Place($0) }
  }

  deinit {
    for name in ["clickclack.db", "clickclack.db-wal", "clickclack.db-shm"] { unlink("\(engine.directory)/\(name)") }
    rmdir(engine.directory)
  }

  /// Plays a seed.
  func play(_ seed: UInt64, tellsStory: Bool = false) throws -> InterleavedRun {
    let run = try InterleavedRun(seed: seed, on: engine, outside: outside, place: place, tellsStory: tellsStory)
    try run.play()
    return run
  }

  /// Plays a seed and prints the story; returns what went wrong.
  func tell(_ seed: UInt64) throws -> [String] {
    let run = try play(seed, tellsStory: true)
    for line in run.schedule.story { print(line) }
    print(run.plan)
    let again = "INTERLEAVING_SEED=\(seed) swift test --filter InterleavingTests"
    if run.history.failures.isEmpty { print("\(again): nothing is wrong") }
    return run.history.failures.map { "\(again): \($0)" }
  }
}
