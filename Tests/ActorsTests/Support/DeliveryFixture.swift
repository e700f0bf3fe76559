import FoundationEssentials
import Runtime
import Storage
import Testing

@testable import Actors

/// A running store with a dispatcher on a real database, which tests stop and start again.
final class DeliveryFixture {
  let directory: String
  let group: EventLoopGroup
  /// Moves with every commit, so tests can wait for what a commit brings.
  let commits = Awaited(0)
  private(set) var database: Database
  private(set) var dispatcher: EventDispatcher
  private(set) var owner = Caller(userID: "", isBot: false, credential: .development)
  private(set) var workspace: WorkspaceID = ""
  private(set) var general: ChannelID = ""

  private struct CommitSignal: CommitObserver {
    let commits: Awaited<Int>
    func committed(_ batch: CommitBatch) { commits.update { $0 += 1 } }
    func changedByAnotherProcess() {}
  }

  init(retryMilliseconds: [UInt64] = [10, 10, 10], allowing: [String] = ["127.0.0.0/8"]) async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "clickclack-hooks-\(UUID().uuidString)").path
    group = try EventLoopGroup(count: 1)
    let engine = try SQLiteEngine(directory: directory)
    try Migrator().up(engine.openWriter())
    let userID = try engine.writeOnce(ids: IDGenerator()) { try Bootstrap.run($0).userID }
    (database, dispatcher) = try Self.parts(directory, group, retryMilliseconds, allowing)
    owner = Caller(userID: userID, isBot: false, credential: .development)
    try await open()
    let (workspace, general) = try await database.read { db in
      (
        try #require(try db.first("SELECT id FROM workspaces") { $0.text(0) }),
        try #require(try db.first("SELECT id FROM channels WHERE name = 'general'") { $0.text(0) })
      )
    }
    self.workspace = workspace
    self.general = general
  }

  /// Stops everything and goes on with new parts on the same files, as a restart of the server would.
  func restart(retryMilliseconds: [UInt64] = [10, 10, 10]) async throws {
    await stop()
    (database, dispatcher) = try Self.parts(directory, group, retryMilliseconds, ["127.0.0.0/8"])
    try await open()
  }

  func end() async throws {
    await stop()
    await group.shutdown()
    try FileManager.default.removeItem(atPath: directory)
  }

  func subscribe(_ types: [String], to url: String) async throws -> EventSubscription {
    let (owner, workspace) = (owner, workspace)
    let made = try await database.write { tx in
      try EventSubscriptions.create(
        owner, in: workspace, EventSubscriptions.Draft(eventTypes: types, callbackURL: url), tx)
    }
    dispatcher.subscriptionsChanged()
    return made
  }

  @discardableResult
  func post(_ body: String) async throws -> Event {
    let (owner, general) = (owner, general)
    let draft = try MessageDraft(body: body, by: owner)
    let created = try await database.write { tx in
      try Messages.create(owner, in: general, draft, correlationID: "test", tx)
    }
    return try #require(created.event)
  }

  func attempts(of subscription: EventSubscription) async throws -> [DeliveryAttempts.Attempt] {
    let owner = owner
    return try await database.read { db in
      try DeliveryAttempts.list(owner, of: subscription.id, before: nil, limit: 200, db).attempts
    }
  }

  /// Looks again after each commit until there are that many attempts.
  func attempts(of subscription: EventSubscription, count: Int) async throws -> [DeliveryAttempts.Attempt] {
    while true {
      let seen = commits.value
      let attempts = try await attempts(of: subscription)
      if attempts.count >= count { return attempts }
      await commits.wait { $0 > seen }
    }
  }

  func areWaiting() async throws -> Bool { try await database.read { try EventDeliveries.areWaiting($0) } }

  private static func parts(
    _ directory: String, _ group: EventLoopGroup, _ retryMilliseconds: [UInt64], _ allowing: [String]
  ) throws -> (Database, EventDispatcher) {
    let database = Database(engine: try SQLiteEngine(directory: directory), ids: IDGenerator(), readerCount: 1)
    var limits = EventDispatcher.Limits()
    limits.retryMilliseconds = retryMilliseconds
    limits.tickMilliseconds = 10
    let sender = try CallbackSender(loop: group.loops[0], allowing: allowing)
    let dispatcher = EventDispatcher(
      loop: group.loops[0], store: database, sender: sender, limits: limits,
      report: { Issue.record("the dispatcher reports: \($0)") })
    return (database, dispatcher)
  }

  private func open() async throws {
    try await database.open(observer: CommitObservers([dispatcher, CommitSignal(commits: commits)]))
    await dispatcher.start()
  }

  private func stop() async {
    await dispatcher.stop()
    await database.close()
  }
}
