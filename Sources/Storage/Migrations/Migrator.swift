import COpenSSL

/// One ordered step of the schema.
public struct Migration: Sendable {
  /// Its place in the order, from 1.
  public let version: Int64
  /// A short name.
  public let name: String
  /// SQL statements, run in one transaction.
  public let script: String

  /// Names a step.
  public init(version: Int64, name: String, script: String) {
    self.version = version
    self.name = name
    self.script = script
  }

  /// SHA-256 of the script in hexadecimal: a released step must never change.
  public var checksum: String {
    var digest = [UInt8](repeating: 0, count: 32)
    let bytes = Array(script.utf8)
    SHA256(bytes, bytes.count, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// Brings a database to the schema of this binary, one transaction per step, and records each with its checksum.
public struct Migrator {
  /// The state of one step.
  public struct Status: Sendable {
    /// The step.
    public let migration: Migration
    /// When it was applied; nil when it is pending.
    public let appliedAt: String?
  }

  /// Why a database can't be used by this binary.
  public enum Failure: Error, Sendable, CustomStringConvertible {
    /// A newer binary wrote it.
    case newer(found: Int64, known: Int64)
    /// A recorded step differs from the one in this binary.
    case changed(version: Int64, name: String)
    /// Another program made it.
    case foreign(table: String)

    /// What an operator should know and do.
    public var description: String {
      switch self {
      case .newer(let found, let known):
        "the database has schema version \(found) and this binary knows \(known): run the newer clickclack again, "
          + "or restore a backup that was made before the upgrade"
      case .changed(let version, let name):
        "schema step \(version) (\(name)) was applied with another content: this binary and the database do not "
          + "belong together"
      case .foreign(let table):
        "the database is another program's (it has \(table), and no record of this one's schema): look at which directory "
          + "is meant"
      }
    }
  }

  let migrations: [Migration]

  /// A migrator for a list of steps; the default is this binary's own.
  public init(migrations: [Migration] = Schema.migrations) { self.migrations = migrations }

  /// What is applied and what is pending, without changing anything.
  /// - Throws: `Failure` for a database of another binary, `SQLError`.
  public func status(_ db: any SQLConnection) throws -> [Status] {
    var applied: [Int64: (checksum: String, at: String)] = [:]
    if try db.exists("SELECT 1 FROM pragma_table_info('schema_migrations') WHERE name = 'checksum'") {
      try db.query("SELECT version, checksum, applied_at FROM schema_migrations", []) { row in
        applied[row.int(0)] = (row.text(1), row.text(2))
      }
    } else if let table = try db.first("SELECT name FROM sqlite_master ORDER BY rowid LIMIT 1", [], { $0.text(0) }) {
      throw Failure.foreign(table: table)
    }
    let known = migrations.last?.version ?? 0
    if let found = applied.keys.max(), found > known { throw Failure.newer(found: found, known: known) }
    return try migrations.map { migration in
      if let record = applied[migration.version], record.checksum != migration.checksum {
        throw Failure.changed(version: migration.version, name: migration.name)
      }
      return Status(migration: migration, appliedAt: applied[migration.version]?.at)
    }
  }

  /// The tables, indexes and triggers that a database of this schema lacks, each with the statement that makes it.
  /// - Throws: `SQLError`.
  public func missing(in db: any SQLConnection) throws -> [(type: String, name: String, sql: String)] {
    let model = try SQLiteConnection(path: ":memory:", readOnly: false)
    try up(model)
    let names = Set(try db.all("SELECT name FROM sqlite_master") { $0.text(0) })
    // Those without a statement come with their table.
    return try model.all("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid") {
      (type: $0.text(0), name: $0.text(1), sql: $0.text(2))
    }
    .filter { !names.contains($0.name) }
  }

  /// Applies what is pending.
  /// - Returns: The steps that were applied now.
  /// - Throws: `Failure`, `SQLError`; the step that failed leaves nothing behind.
  @discardableResult
  public func up(_ db: any SQLConnection) throws -> [Migration] {
    guard try status(db).contains(where: { $0.appliedAt == nil }) else { return [] }
    try db.execute(
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT
      """)
    var done: [Migration] = []
    for pending in try status(db) where pending.appliedAt == nil {
      let step = pending.migration
      try db.execute("BEGIN IMMEDIATE")
      do {
        // Another process may have applied it between the look above and the lock.
        if try !db.exists("SELECT 1 FROM schema_migrations WHERE version = ?1", [.integer(step.version)]) {
          try db.script(step.script)
          try db.execute(
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
            [.integer(step.version), .text(step.name), .text(step.checksum), .text(Timestamp.now().text)])
          done.append(step)
        }
        try db.execute("COMMIT")
      } catch {
        // SQLite ends the transaction by itself after some errors, such as a full disk.
        if db.inTransaction { try db.execute("ROLLBACK") }
        throw error
      }
    }
    return done
  }
}
