import Glibc
import Storage
import Synchronization

@testable import Actors

/// A database file of its own with a workspace, its people and a running writer and readers.
final class ActorsFixture: Sendable {
  let engine: SQLiteEngine
  let database: Database
  let workspace: WorkspaceID
  let general: ChannelID
  let captain: Caller
  let alice: Caller

  init(
    readers: Int = 2, limits: DatabaseWriter.Limits = .init(), logBytesMax: Int = SQLiteEngine.logBytesMaxStandard,
    measurements: WriterMeasurements = .init(), observer: (any Store) -> any CommitObserver
  ) async throws {
    var template = Array("/tmp/clickclack-actors-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("can't make a directory") }
    engine = try SQLiteEngine(
      directory: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self),
      logBytesMax: logBytesMax)
    try Migrator().up(try engine.openWriter())
    let ids = IDGenerator()
    let (captain, alice) = try engine.writeOnce(ids: ids) { tx in
      let captain = try Bootstrap.run(tx).userID
      let alice = try Administration.createUser(name: "Alice", email: nil, workspace: "clickclack", tx).id
      return (captain, alice)
    }
    self.captain = Caller(userID: captain, isBot: false, credential: .development)
    self.alice = Caller(userID: alice, isBot: false, credential: .impersonation)
    let connection = try engine.openReader()
    workspace = try connection.first("SELECT id FROM workspaces") { $0.text(0) } ?? ""
    general = try connection.first("SELECT id FROM channels") { $0.text(0) } ?? ""
    database = Database(
      engine: engine, ids: ids, readerCount: readers, limits: limits, measurements: measurements)
    try await database.open(observer: observer(database))
  }

  convenience init(
    readers: Int = 2, limits: DatabaseWriter.Limits = .init(), logBytesMax: Int = SQLiteEngine.logBytesMaxStandard,
    measurements: WriterMeasurements = .init()
  ) async throws {
    try await self.init(
      readers: readers, limits: limits, logBytesMax: logBytesMax, measurements: measurements
    ) { _ in Silence() }
  }

  /// Stops the threads; the files go with the fixture.
  func close() async { await database.close() }

  /// Posts to a channel, #general unless told, and returns the event's cursor.
  @discardableResult
  func post(_ body: String, by caller: Caller? = nil, in channel: ChannelID? = nil) async throws -> Cursor {
    let caller = caller ?? captain
    let draft = try MessageDraft(body: body, by: caller)
    let general = channel ?? general
    return try await database.write { tx in
      try Messages.create(caller, in: general, draft, correlationID: "test", tx).event?.cursor ?? ""
    }
  }

  /// Every cursor on disk, in order.
  func log() throws -> [Cursor] {
    try engine.readOnce { try $0.all("SELECT cursor FROM events ORDER BY cursor") { $0.text(0) } }
  }

  deinit {
    for name in ["clickclack.db", "clickclack.db-wal", "clickclack.db-shm"] { unlink("\(engine.directory)/\(name)") }
    rmdir(engine.directory)
  }

  private struct Silence: CommitObserver {
    func committed(_ batch: CommitBatch) {}
    func changedByAnotherProcess() {}
  }
}

/// Keeps what the writer announced, in order.
final class RecordingObserver: CommitObserver {
  private let state = Mutex<(batches: [CommitBatch], foreignChanges: Int)>(([], 0))
  private let gate: Gate?

  init(gate: Gate? = nil) { self.gate = gate }

  var batches: [CommitBatch] { state.withLock { $0.batches } }
  var events: [Event] { batches.flatMap(\.events) }
  var foreignChanges: Int { state.withLock { $0.foreignChanges } }

  func committed(_ batch: CommitBatch) {
    gate?.pass()
    state.withLock { $0.batches.append(batch) }
  }

  func changedByAnotherProcess() { state.withLock { $0.foreignChanges += 1 } }
}

extension Event {
  /// An event as the log holds it, for tests that need no database.
  static func sample(
    _ number: Int, audience: Audience = .workspace, payloadBytes: Int = 10, channel: ChannelID? = nil
  ) -> Event {
    let digits = String(number)
    return Event(
      id: "evt_\(number)", cursor: "cur_" + String(repeating: "0", count: 8 - digits.count) + digits,
      type: "message.created", workspaceID: "wsp_1", channelID: channel, directConversationID: nil, seq: nil,
      createdAt: "2026-01-01T00:00:00Z", payload: "{\"x\":\"\(String(repeating: "x", count: payloadBytes))\"}",
      mentionedUserIDs: [], audience: audience)
  }
}
