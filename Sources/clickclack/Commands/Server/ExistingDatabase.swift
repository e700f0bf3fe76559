import Glibc
import Storage

/// The database of a data directory, for commands that must not make a new one because of a mistyped path.
struct ExistingDatabase {
  let engine: SQLiteEngine

  /// - Throws: `CommandFailure` if there is no database.
  init(_ configuration: Configuration) throws {
    guard access(configuration.databasePath, F_OK) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw CommandFailure("can't look at \(configuration.databasePath): \(String(cString: strerror(errno)))")
      }
      throw CommandFailure("there is no database at \(configuration.databasePath)")
    }
    engine = try SQLiteEngine(directory: configuration.dataDirectory)
    try engine.expectNoObstacle()
  }

  /// Runs a closure in one durable transaction, beside a running server.
  ///
  /// - Throws: `CommandFailure` if the schema is not this build's: migrating under a running server is the operator's
  ///   decision. Also what the closure throws.
  func write<T>(_ body: (Transaction) throws -> T) throws -> T {
    try requireSchema()
    return try engine.writeOnce(ids: IDGenerator(), body)
  }

  /// Runs a closure on a read-only connection, beside a running server.
  ///
  /// - Throws: As `write`.
  func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try requireSchema()
    return try engine.readOnce(body)
  }

  private func requireSchema() throws {
    let pending = try engine.readOnce { try Migrator().status($0) }.filter { $0.appliedAt == nil }
    guard pending.isEmpty else {
      throw CommandFailure("the database has an older schema; stop the server and run 'clickclack migrate' first")
    }
  }
}
