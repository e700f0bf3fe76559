import Storage

/// A store on one connection whose writes can be taken back: between `begin` and `rollBack` requests run for real, and
/// afterwards the database is as it was. So every request of a long table meets the same state.
actor RehearsalStore: Store {
  private let connection: any SQLConnection
  private let ids: IDGenerator

  init(engine: SQLiteEngine, ids: IDGenerator) throws {
    connection = try engine.openWriter()
    self.ids = ids
  }

  func begin() throws { try connection.execute("BEGIN IMMEDIATE") }

  func rollBack() throws { try connection.execute("ROLLBACK") }

  func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) throws -> T {
    try connection.execute("SAVEPOINT request")
    do {
      let result = try body(Transaction(connection: connection, ids: ids, now: .now()))
      try connection.execute("RELEASE request")
      return result
    } catch {
      try connection.execute("ROLLBACK TO request")
      try connection.execute("RELEASE request")
      throw error
    }
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) throws -> T {
    try body(connection)
  }
}
