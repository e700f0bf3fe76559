import Storage
import Synchronization

/// A connection of its own to the database of the runs, as another process has one. Opened once: opening takes longer
/// than a run.
final class OtherProcess: Sendable {
  private let connection: Mutex<any SQLConnection>

  init(_ engine: SQLiteEngine) throws { connection = Mutex(try engine.openWriter()) }

  /// Runs a closure in one transaction.
  func write<T: Sendable>(ids: IDGenerator = IDGenerator(), _ body: (Transaction) throws -> T) throws -> T {
    try connection.withLock { db in
      try db.execute("BEGIN IMMEDIATE")
      do {
        try ids.advance(pastLastCursorOf: db)
        let result = try body(Transaction(connection: db, ids: ids, now: .now()))
        try db.execute("COMMIT")
        return result
      } catch {
        try db.execute("ROLLBACK")
        throw error
      }
    }
  }

  func read<T: Sendable>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try connection.withLock { try body($0) }
  }
}
