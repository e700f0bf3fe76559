import Storage
import Synchronization
import Testing

@testable import Actors

@Suite struct SessionCacheTests {
  /// The real store, with something that happens between a read and the return of its answer.
  private final class InterruptedStore: Store {
    private let database = Mutex<Database?>(nil)
    private let interruption = Mutex<(@Sendable () async throws -> Void)?>(nil)
    private let count = Atomic<Int>(0)

    func attach(_ database: Database) { self.database.withLock { $0 = database } }

    func afterNextRead(_ body: @escaping @Sendable () async throws -> Void) { interruption.withLock { $0 = body } }

    var reads: Int { count.load(ordering: .relaxed) }

    private var store: Database {
      get throws {
        guard let store = database.withLock({ $0 }) else { throw TestFailure("not attached") }
        return store
      }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
      try await store.write(body)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
      count.add(1, ordering: .relaxed)
      let value = try await store.read(body)
      let interruption = interruption.withLock { interruption in
        defer { interruption = nil }
        return interruption
      }
      try await interruption?()
      return value
    }
  }

  private struct Setup {
    let fixture: ActorsFixture
    let store: InterruptedStore
    let cache: SessionCache
    let session: Session

    init(entriesMax: Int = 100) async throws {
      let store = InterruptedStore()
      let cache = SessionCache(store: store, entriesMax: entriesMax)
      fixture = try await ActorsFixture { _ in cache }
      store.attach(fixture.database)
      self.store = store
      self.cache = cache
      let alice = fixture.alice.userID
      session = try await fixture.database.write {
        try Sessions.create(for: alice, lasting: 3_600, from: SessionOrigin(method: "magic"), $0)
      }
    }

    func revoke() async throws {
      let (id, alice) = (session.id, fixture.alice.userID)
      #expect(try await fixture.database.write { try Sessions.revoke(id, of: alice, $0) })
    }
  }

  @Test func aKnownCallerCostsNoReadUntilRevoked() async throws {
    let setup = try await Setup()
    for _ in 0..<5 {
      #expect(try await setup.cache.caller(presenting: setup.session.token)?.userID == setup.fixture.alice.userID)
    }
    #expect(setup.store.reads == 1)
    try await setup.revoke()
    #expect(try await setup.cache.caller(presenting: setup.session.token) == nil)
    await setup.fixture.close()
  }

  @Test func aRevocationDuringTheReadIsNeverForgotten() async throws {
    let setup = try await Setup()
    setup.store.afterNextRead { try await setup.revoke() }
    // The read began before the revocation, so this one answer may still be the old one; it must not be kept.
    _ = try await setup.cache.caller(presenting: setup.session.token)
    #expect(try await setup.cache.caller(presenting: setup.session.token) == nil)
    #expect(setup.store.reads == 2)
    await setup.fixture.close()
  }

  @Test func aChangeByAnotherProcessDuringTheReadIsNeverForgotten() async throws {
    let setup = try await Setup()
    let engine = setup.fixture.engine
    let (id, alice) = (setup.session.id, setup.fixture.alice.userID)
    setup.store.afterNextRead {
      _ = try engine.writeOnce(ids: IDGenerator()) { try Sessions.revoke(id, of: alice, $0) }
      try await setup.fixture.database.writer.lookForOtherProcesses()
    }
    _ = try await setup.cache.caller(presenting: setup.session.token)
    #expect(try await setup.cache.caller(presenting: setup.session.token) == nil)
    await setup.fixture.close()
  }

  @Test func unknownTokensAreNotRemembered() async throws {
    let setup = try await Setup()
    for _ in 0..<3 { #expect(try await setup.cache.caller(presenting: "ccs_nobody") == nil) }
    #expect(setup.store.reads == 3)
    await setup.fixture.close()
  }

  @Test func whatConcernsOthersIsKept() async throws {
    let setup = try await Setup()
    _ = try await setup.cache.caller(presenting: setup.session.token)
    let captain = setup.fixture.captain.userID
    let other = try await setup.fixture.database.write {
      try Sessions.create(for: captain, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    #expect(try await setup.fixture.database.write { try Sessions.revoke(other.id, of: captain, $0) })
    try await setup.fixture.post("no invalidation")
    _ = try await setup.cache.caller(presenting: setup.session.token)
    #expect(setup.store.reads == 1)
    await setup.fixture.close()
  }

  @Test func anExpiredSessionIsRefusedThoughRemembered() async throws {
    let setup = try await Setup()
    let alice = setup.fixture.alice.userID
    // On a busy machine a short session may be over before it is remembered; a longer one is tried then.
    for seconds in [1, 2, 4, 8, 16] as [Int64] {
      let session = try await setup.fixture.database.write {
        try Sessions.create(for: alice, lasting: seconds, from: SessionOrigin(method: "magic"), $0)
      }
      guard try await setup.cache.caller(presenting: session.token) != nil else { continue }
      try await eventually("the session expires") { try await setup.cache.caller(presenting: session.token) == nil }
      await setup.fixture.close()
      return
    }
    Issue.record("no session lasted long enough to be remembered")
  }

  @Test func theDevelopmentCallerIsReadOnce() async throws {
    let setup = try await Setup()
    for _ in 0..<3 {
      #expect(try await setup.cache.developmentCaller()?.userID == setup.fixture.captain.userID)
    }
    #expect(setup.store.reads == 1)
    await setup.fixture.close()
  }

  @Test func usesOfSessionsAreGatheredAndWrittenTogether() async throws {
    let setup = try await Setup()
    let alice = setup.fixture.alice
    let before = Timestamp.now().adding(seconds: -2 * Sessions.useRecordedEverySeconds)
    try await setup.fixture.database.write { tx in
      _ = try tx.db.execute("UPDATE sessions SET last_used_at = ?1", [.text(before.text)])
    }
    func lastUse() async throws -> String? {
      try await setup.fixture.database.read { try Sessions.list(alice, at: .now(), $0) }.first?.lastUsedAt
    }
    _ = try await setup.cache.caller(presenting: setup.session.token)
    #expect(try await lastUse() == before.text, "nobody waits for it")
    try await setup.cache.writeUses()
    let written = try #require(try await lastUse())
    #expect(written > before.text)
    _ = try await setup.cache.caller(presenting: setup.session.token)
    try await setup.cache.writeUses()
    #expect(try await lastUse() == written)
    await setup.fixture.close()
  }

  @Test func memoryIsBounded() async throws {
    let setup = try await Setup(entriesMax: 4)
    let alice = setup.fixture.alice.userID
    let sessions = try await setup.fixture.database.write { tx in
      try (0..<10).map { _ in try Sessions.create(for: alice, lasting: 60, from: SessionOrigin(method: "magic"), tx) }
    }
    for session in sessions { #expect(try await setup.cache.caller(presenting: session.token) != nil) }
    let before = setup.store.reads
    for session in sessions { #expect(try await setup.cache.caller(presenting: session.token) != nil) }
    #expect(setup.store.reads - before >= 6)
    await setup.fixture.close()
  }
}
