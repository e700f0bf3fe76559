import FoundationEssentials
import Testing

@testable import Storage

/// A real database in a directory of its own, prepared by `Bootstrap`, with a clock that tests move.
final class PeopleFixture {
  let engine: SQLiteEngine
  let writer: any SQLConnection
  let ids = IDGenerator()
  var now = Timestamp.now()
  private(set) var captain: UserID = ""
  private(set) var workspace: WorkspaceID = ""
  private(set) var invalidations: [Invalidation] = []

  init() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "clickclack-people-\(UUID().uuidString)")
    engine = try SQLiteEngine(directory: directory.path)
    writer = try engine.openWriter()
    try Migrator().up(writer)
    captain = try write { try Bootstrap.run($0).userID }
    workspace = try #require(try writer.first("SELECT id FROM workspaces") { $0.text(0) })
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: engine.directory)
    } catch {
      Issue.record("can't remove \(engine.directory): \(error)")
    }
  }

  /// Runs a closure in a transaction of its own; a closure that throws changes nothing.
  func write<T>(_ body: (Transaction) throws -> T) throws -> T {
    let tx = Transaction(connection: writer, ids: ids, now: now)
    try writer.execute("BEGIN IMMEDIATE")
    do {
      let result = try body(tx)
      try writer.execute("COMMIT")
      invalidations = tx.invalidations
      return result
    } catch {
      try writer.execute("ROLLBACK")
      throw error
    }
  }

  /// The captain, signed in by nothing but development mode.
  var owner: Caller { caller(captain) }

  func caller(_ id: UserID) -> Caller { Caller(userID: id, isBot: false, credential: .impersonation) }

  /// A new person of the workspace.
  func member(_ name: String, _ role: Role = .member) throws -> Caller {
    let user = try write { tx in
      let user = try Administration.createUser(name: name, email: "\(name)@example.test", tx)
      try tx.db.execute(
        "INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, ?3, ?4)",
        [.text(workspace), .text(user.id), .text(role.rawValue), .text(tx.now.text)])
      return user
    }
    return caller(user.id)
  }

  /// A new person who belongs to no workspace.
  func outsider(_ name: String) throws -> Caller {
    caller(try write { try Administration.createUser(name: name, email: "\(name)@example.test", $0) }.id)
  }

  /// A bot that the captain makes.
  func bot(_ name: String = "Bot", scopes: [String] = ["bot:read"]) throws -> (bot: User, token: IssuedBotToken) {
    var draft = Bots.Draft(displayName: name)
    draft.scopes = scopes
    let made = try write { try Bots.create(owner, in: workspace, draft, $0) }
    return (made.bot, try #require(made.token))
  }

  func resolve(_ secret: String) throws -> Caller? {
    try Credentials.resolve(tokenHash: Token.hash(of: secret), now: now, writer)
  }

  func advance(seconds: Int64) { now = now.adding(seconds: seconds) }
}

/// Expects a refusal of one kind.
func expectRefusal(
  _ kind: StoreError.Kind, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
) {
  do {
    _ = try body()
    Issue.record("was not refused", sourceLocation: sourceLocation)
  } catch let error as StoreError {
    #expect(error.kind == kind, "\(error.message)", sourceLocation: sourceLocation)
    #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
  } catch {
    Issue.record("failed otherwise: \(error)", sourceLocation: sourceLocation)
  }
}
